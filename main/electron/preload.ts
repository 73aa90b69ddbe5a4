/** Runs before the page, in its sandbox: puts the bridge on `window`, name by name, and passes engine ports on. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { ENGINE_PORT_MESSAGE, type ElectronBridge } from '../contract/electronBridge';
import { callsBy } from '../contract/calls';
import { FILE_CALLS, type FileCalls } from '../contract/host';
import { KEEPING_CALLS, type KeepingCalls } from '../contract/keeping';
import { CHANNEL, type Answer } from './channels';

/** What of the page's window is used here; the rest of the DOM is the page's. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, ports: readonly object[]): void;
};

/** Asks the main process for the call of that name. */
const ask =
  (channel: string) =>
  async (call: string, given: readonly unknown[]): Promise<unknown> => {
    const answer = (await ipcRenderer.invoke(channel, call, ...given)) as Answer;
    if ('failure' in answer) throw new Error(answer.failure);
    return answer.value;
  };

function listen<T>(channel: string, listener: (payload: T) => void): void {
  ipcRenderer.on(channel, (_event: IpcRendererEvent, payload: T) => listener(payload));
}

const bridge: ElectronBridge = {
  platform: process.platform === 'darwin' ? 'mac' : 'other',
  files: callsBy<FileCalls>(FILE_CALLS, ask(CHANNEL.files)),
  keeping: callsBy<KeepingCalls>(KEEPING_CALLS, ask(CHANNEL.keeping)),
  connectEngine: () => ipcRenderer.send(CHANNEL.connectEngine),
  onEngineState: (listener) => listen(CHANNEL.engineState, listener),
  onCommand: (listener) => listen(CHANNEL.command, listener),
  onOpenFile: (listener) => {
    listen(CHANNEL.openFile, listener);
    ipcRenderer.send(CHANNEL.listening);
  },
  setUnsaved: (unsaved) => ipcRenderer.send(CHANNEL.unsaved, unsaved),
  setRebound: (commands) => ipcRenderer.send(CHANNEL.rebound, commands)
};

contextBridge.exposeInMainWorld('wiregrad', bridge);

// A port cannot cross the bridge; it can be posted to the page's own world.
ipcRenderer.on(CHANNEL.enginePort, (event) => window.postMessage(ENGINE_PORT_MESSAGE, window.location.origin, event.ports));
