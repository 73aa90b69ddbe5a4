/** The one window: sandboxed, on our own page alone, asking before unsaved work is lost. */
import { BrowserWindow, dialog } from 'electron';
import { PAGE_ORIGIN, pageAddress } from './protocol';

export interface MainWindow {
  readonly window: BrowserWindow;
  setUnsaved(unsaved: boolean): void;
}

/** Opens the window; `preload` is the path of the built preload script. */
export function openWindow(preload: string): MainWindow {
  const window = new BrowserWindow({
    width: 1400,
    height: 900,
    minWidth: 640,
    minHeight: 480,
    show: false,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false }
  });
  let unsaved = false;
  window.once('ready-to-show', () => window.show());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event) => {
    if (pageAddress(event.url).origin !== PAGE_ORIGIN) event.preventDefault();
  });
  // Copying and pasting from menus; the page is the app's own and nothing else is ever loaded.
  const granted = ['clipboard-sanitized-write', 'clipboard-read'];
  window.webContents.session.setPermissionRequestHandler((_page, permission, decide) => decide(granted.includes(permission)));
  window.on('close', (event) => {
    if (unsaved && !confirmLoss(window)) event.preventDefault();
  });
  // A crashed page is loaded again; the engine and its training went on.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.reload();
  });
  void window.loadURL(`${PAGE_ORIGIN}/index.html`);
  return {
    window,
    setUnsaved: (now) => {
      unsaved = now;
    }
  };
}

function confirmLoss(window: BrowserWindow): boolean {
  const discard = 1;
  return (
    dialog.showMessageBoxSync(window, {
      type: 'warning',
      message: 'Close without saving?',
      detail: 'The changes since the last save will be lost.',
      buttons: ['Cancel', 'Close without saving'],
      defaultId: 0,
      cancelId: 0
    }) === discard
  );
}
