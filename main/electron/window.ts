/** The one window: sandboxed, on our own page alone, asking before unsaved work is lost. */
import { BrowserWindow, dialog, type BrowserWindowConstructorOptions } from 'electron';
import { PAGE } from './protocol';

export interface MainWindow {
  readonly window: BrowserWindow;
  setUnsaved(unsaved: boolean): void;
  /** What was to be saved before the window closes was not: it stays. */
  stay(): void;
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

/**
 * `save` asks the page to save; the window closes when it tells that nothing is unsaved any more. `discarding` hears that the
 * user does not want what is unsaved.
 */
export function openWindow(preload: string, save: () => void, discarding: () => void): MainWindow {
  const window = new BrowserWindow(windowOptions(preload));
  let unsaved = false;
  let closes = false;
  window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    closes = false;
    if (!unsaved) return;
    const answer = askUnsaved(window);
    if (answer === 'discard') return discarding();
    event.preventDefault();
    closes = answer === 'save';
    if (closes) save();
  });
  reviveAfterCrashes(window);
  void window.loadURL(PAGE);
  return {
    window,
    setUnsaved: (now) => {
      unsaved = now;
      // Edited on after it was asked to save, it has something new to ask.
      if (unsaved) closes = false;
      else if (closes) window.close();
    },
    stay: () => {
      closes = false;
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

const ANSWERS = ['save', 'discard', 'cancel'] as const;

function askUnsaved(window: BrowserWindow): (typeof ANSWERS)[number] {
  const chosen = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: 'Save the changes before closing?',
    detail: 'They are lost otherwise.',
    buttons: ['Save', 'Don’t save', 'Cancel'],
    defaultId: ANSWERS.indexOf('save'),
    cancelId: ANSWERS.indexOf('cancel')
  });
  return ANSWERS[chosen] ?? 'cancel';
}
