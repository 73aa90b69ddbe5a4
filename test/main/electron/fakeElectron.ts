/** Electron's module as far as the desktop app uses it, remembering what was set: the limits can be looked at without a window. */
import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

export class FakeContents extends EventEmitter {
  readonly mainFrame = { url: 'app://wiregrad/index.html' };
  windowOpen: ((details: { url: string }) => { action: string }) | undefined;
  readonly session = new FakeSession();
  readonly sent: unknown[][] = [];
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpen = handler;
  }
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
}

export class FakeSession {
  request!: (page: unknown, permission: string, decide: (granted: boolean) => void, details: { requestingUrl: string }) => void;
  check!: (page: unknown, permission: string, origin: string) => boolean;
  device!: () => boolean;
  setPermissionRequestHandler(handler: FakeSession['request']): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: FakeSession['check']): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: FakeSession['device']): void {
    this.device = handler;
  }
}

export class FakeIpc extends EventEmitter {
  readonly handlers = new Map<string, (...args: unknown[]) => unknown>();
  handle(channel: string, handler: (...args: unknown[]) => unknown): void {
    this.handlers.set(channel, handler);
  }
}

/** To be returned by `vi.mock('electron', …)`. */
export function fakeElectron() {
  return {
    shell: { openExternal: vi.fn(async () => undefined) },
    ipcMain: new FakeIpc(),
    protocol: { handle: vi.fn(), registerSchemesAsPrivileged: vi.fn(), registerBufferProtocol: vi.fn() },
    dialog: { showMessageBoxSync: vi.fn(() => 0) },
    BrowserWindow: EventEmitter
  };
}
