/** Chooses what the renderer runs in: Electron where its preload left a bridge, else the server that this page came from. */
import type { ElectronBridge } from '../../main/contract/electronBridge';
import type { Host } from '../../main/contract/host';
import { electronHost } from './electronHost';
import { webHost } from './webHost';

declare global {
  interface Window {
    readonly wiregrad?: ElectronBridge;
  }
}

export function chooseHost(): Host {
  return window.wiregrad ? electronHost(window.wiregrad) : webHost();
}
