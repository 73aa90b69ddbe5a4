/**
 * What the preload script puts on `window.wiregrad`: all that a sandboxed page may ask of Electron. The engine is not on it:
 * `connectEngine` makes the main process send a port, which arrives as a `message` event of the window with data
 * ENGINE_PORT_MESSAGE and the port in `ports[0]`; calls go over it with `portChannel`. After a restart of the engine a new
 * port arrives unasked, after `lost` and before `ready`.
 */
import type { EngineState } from './engineClient';
import type { FileCalls, Host, OpenedFile } from './host';
import type { KeepingCalls } from './keeping';

export const ENGINE_PORT_MESSAGE = 'wiregrad:engine-port';

export interface ElectronBridge {
  readonly platform: Host['platform'];
  readonly files: FileCalls;
  readonly keeping: KeepingCalls;
  connectEngine(): void;
  onEngineState(listener: (state: EngineState) => void): void;
  onCommand(listener: (command: string) => void): void;
  onOpenFile(listener: (file: OpenedFile) => void): void;
  setUnsaved(unsaved: boolean): void;
  setRebound(commands: readonly string[]): void;
}
