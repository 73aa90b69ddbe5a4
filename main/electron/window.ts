/** The one window: sandboxed, on our own page alone, asking before unsaved work is lost. */
import { BrowserWindow, dialog, type BrowserWindowConstructorOptions } from 'electron';
import { PAGE } from './protocol';

export interface MainWindow {
  readonly window: BrowserWindow;
  setUnsaved(unsaved: boolean): void;
}

/** A page that crashed as often within a minute is not loaded again unasked. */
const CRASHES = 3;
const CRASHES_MS = 60_000;

/** `preload` is the path of the built preload script. */
export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1400,
    height: 900,
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Wiregrad',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      // The page spells nothing, and dictionaries are fetched from the net.
      spellcheck: false
    }
  };
}

export function openWindow(preload: string): MainWindow {
  const window = new BrowserWindow(windowOptions(preload));
  let unsaved = false;
  window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    if (unsaved && !confirmLoss(window)) event.preventDefault();
  });
  reviveAfterCrashes(window);
  void window.loadURL(PAGE);
  return {
    window,
    setUnsaved: (now) => {
      unsaved = now;
    }
  };
}

/** A crashed page is loaded again; the engine and its training went on. */
function reviveAfterCrashes(window: BrowserWindow): void {
  const crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    crashes.push(Date.now());
    const lately = crashes.filter((at) => Date.now() - at < CRASHES_MS).length;
    if (lately < CRASHES || confirmReload(window, reason)) window.reload();
    else window.destroy();
  });
}

function confirmReload(window: BrowserWindow, reason: string): boolean {
  const reload = 0;
  const chosen = dialog.showMessageBoxSync(window, {
    type: 'error',
    message: 'The window keeps crashing',
    detail: `Reason: ${reason}. Unsaved work is kept and offered when the app starts again.`,
    buttons: ['Load it once more', 'Close'],
    defaultId: reload,
    cancelId: 1
  });
  return chosen === reload;
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
