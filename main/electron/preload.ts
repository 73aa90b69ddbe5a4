/** Runs before the page, in its sandbox: puts the bridge on `window`, name by name, and passes engine ports on. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { ENGINE_PORT_MESSAGE, type ElectronBridge } from '../contract/electronBridge';
import type { FileCalls } from '../contract/host';
import { CHANNEL, type Answer, type FileCall } from './channels';

/** What of the page's window is used here; the rest of the DOM is the page's. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, ports: readonly object[]): void;
};

async function ask(call: FileCall, args: readonly unknown[]): Promise<unknown> {
  const answer = (await ipcRenderer.invoke(CHANNEL.files, call, ...args)) as Answer;
  if ('failure' in answer) throw new Error(answer.failure);
  return answer.value;
}

const fileCall = <C extends FileCall>(call: C): FileCalls[C] => ((...args: readonly unknown[]) => ask(call, args)) as FileCalls[C];

function listen<T>(channel: string, listener: (payload: T) => void): void {
  ipcRenderer.on(channel, (_event: IpcRendererEvent, payload: T) => listener(payload));
}

const bridge: ElectronBridge = {
  platform: process.platform === 'darwin' ? 'mac' : 'other',
  files: {
    open: fileCall('open'),
    save: fileCall('save'),
    saveAs: fileCall('saveAs'),
    recent: fileCall('recent'),
    openRecent: fileCall('openRecent'),
    clearRecent: fileCall('clearRecent'),
    openBeside: fileCall('openBeside'),
    export: fileCall('export')
  },
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
