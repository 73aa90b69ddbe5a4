/** Runs before the page, in its sandbox: puts the bridge on `window`, name by name, and passes engine ports on. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { ENGINE_PORT_MESSAGE, type ElectronBridge } from '../contract/electronBridge';
import { FILE_CALLS, type FileCalls } from '../contract/host';
import { KEEPING_CALLS, type KeepingCalls } from '../contract/keeping';
import { CHANNEL, type Answer } from './channels';

/** What of the page's window is used here; the rest of the DOM is the page's. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, ports: readonly object[]): void;
};

async function ask(channel: string, call: string, args: readonly unknown[]): Promise<unknown> {
  const answer = (await ipcRenderer.invoke(channel, call, ...args)) as Answer;
  if ('failure' in answer) throw new Error(answer.failure);
  return answer.value;
}

/** One function for every name: nothing else can be asked for. */
function asking<Calls>(channel: string, names: readonly (keyof Calls & string)[]): Calls {
  return Object.fromEntries(names.map((name) => [name, (...args: readonly unknown[]) => ask(channel, name, args)])) as Calls;
}

function listen<T>(channel: string, listener: (payload: T) => void): void {
  ipcRenderer.on(channel, (_event: IpcRendererEvent, payload: T) => listener(payload));
}

const bridge: ElectronBridge = {
  platform: process.platform === 'darwin' ? 'mac' : 'other',
  files: asking<FileCalls>(CHANNEL.files, FILE_CALLS),
  keeping: asking<KeepingCalls>(CHANNEL.keeping, KEEPING_CALLS),
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
