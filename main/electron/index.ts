/** The desktop app: one instance, one window, one engine process. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, Menu, session } from 'electron';
import { callsBy, perform } from '../contract/calls';
import type { CommandId } from '../contract/commands';
import { KEEPING_CALLS, type KeepingCalls } from '../contract/keeping';
import { openKeeping } from '../services/keeping';
import { logUncaught } from '../services/log';
import { RecentFiles } from '../services/recent';
import { CHANNEL } from './channels';
import { startEngine } from './engine';
import { filesOf } from './fileCalls';
import { guardPage, guardSession } from './guards';
import { messagesOf } from './ipc';
import { menuTemplate } from './menu';
import { handleScheme, registerScheme } from './protocol';
import { openWindow } from './window';

const EXTENSION = '.wiregrad';
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Documents named on a command line. */
const documentsIn = (args: readonly string[], folder: string): string[] =>
  args.filter((argument) => !argument.startsWith('-') && argument.endsWith(EXTENSION)).map((argument) => resolve(folder, argument));

/** Documents that the page has not been told of yet. */
const waiting = documentsIn(process.argv.slice(1), process.cwd());
let deliver: (file: string) => void = (file) => waiting.push(file);

async function start(): Promise<void> {
  await app.whenReady();
  handleScheme(path('../renderer'));
  guardSession(session.defaultSession);
  const home = app.getPath('userData');
  const keeping = openKeeping(home, `Wiregrad ${app.getVersion()}`);
  logUncaught(keeping.log, 'app', ({ message }) =>
    dialog.showErrorBox('Something went wrong', `${message}\n\nThe window goes on; save your work.`)
  );
  const engine = startEngine(path('./engine.cjs'), join(home, 'training'), (text) => keeping.log.write('engine', text));
  const recent = await RecentFiles.load(join(home, 'recent.json'));
  const save = (): void => page.send(CHANNEL.command, 'file.save' satisfies CommandId);
  const { window, setUnsaved, stay } = openWindow(path('../preload/index.cjs'), save, () => void kept.discard());
  const page = window.webContents;
  const messages = messagesOf(page);
  const files = filesOf(window, recent, keeping.versions);
  let kept = keeping.join();

  /** A save that saves nothing, for whatever reason, keeps a window that was to close after it. */
  const staying =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      let saved = false;
      try {
        const result = await call(...args);
        saved = result !== null && result !== 'changed';
        return result;
      } finally {
        if (!saved) stay();
      }
    };
  const show = (file: string): void => {
    files.open(file).then(
      (opened) => page.send(CHANNEL.openFile, opened),
      (error: unknown) => dialog.showErrorBox('The file cannot be opened', (error as Error).message)
    );
  };
  messages.on(CHANNEL.listening, () => {
    for (const file of waiting.splice(0)) show(file);
    deliver = show;
  });
  // Until a page that is loaded again listens, what is opened waits for it. What the page before it had open, it left.
  page.on('did-start-loading', () => {
    deliver = (file) => waiting.push(file);
    kept.leave();
    kept = keeping.join();
  });
  page.on('render-process-gone', (_event, { reason }) => keeping.log.write('app', `the window's process ended: ${reason}`));
  messages.on(CHANNEL.connectEngine, () => engine.connect(page));
  messages.on(CHANNEL.unsaved, (unsaved) => setUnsaved(unsaved === true));
  messages.answer(CHANNEL.files, { ...files.calls, save: staying(files.calls.save), saveAs: staying(files.calls.saveAs) });
  messages.answer(
    CHANNEL.keeping,
    callsBy<KeepingCalls>(KEEPING_CALLS, (name, given) => perform(kept, name, given))
  );

  const showMenu = (rebound: ReadonlySet<unknown>): void => {
    const template = menuTemplate(process.platform, (command) => page.send(CHANNEL.command, command), rebound);
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  showMenu(new Set());
  messages.on(CHANNEL.rebound, (commands) => showMenu(new Set(Array.isArray(commands) ? commands : [])));
  app.on('second-instance', (_event, args, folder) => {
    if (window.isMinimized()) window.restore();
    window.focus();
    documentsIn(args.slice(1), folder).forEach((file) => deliver(file));
  });
  app.on('window-all-closed', () => {
    engine.dispose();
    keeping.dispose();
    app.quit();
  });
}

registerScheme();
app.on('web-contents-created', (_event, page) => guardPage(page));
app.on('open-file', (event, file) => {
  event.preventDefault();
  deliver(file);
});
if (app.requestSingleInstanceLock()) void start();
else app.quit();
