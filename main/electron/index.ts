/** The desktop app: one instance, one window, one engine process. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, Menu, session } from 'electron';
import { RecentFiles } from '../services/recent';
import { CHANNEL } from './channels';
import { startEngine } from './engine';
import { fileCalls, openFile } from './fileCalls';
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
  const engine = startEngine(path('./engine.cjs'));
  const recent = await RecentFiles.load(join(app.getPath('userData'), 'recent.json'));
  const { window, setUnsaved } = openWindow(path('../preload/index.cjs'));
  const page = window.webContents;
  const messages = messagesOf(page);

  const show = (file: string): void => {
    openFile(file, recent).then(
      (opened) => page.send(CHANNEL.openFile, opened),
      (error: unknown) => dialog.showErrorBox('The file cannot be opened', (error as Error).message)
    );
  };
  messages.on(CHANNEL.listening, () => {
    for (const file of waiting.splice(0)) show(file);
    deliver = show;
  });
  // Until a page that is loaded again listens, what is opened waits for it.
  page.on('did-start-loading', () => (deliver = (file) => waiting.push(file)));
  messages.on(CHANNEL.connectEngine, () => engine.connect(page));
  messages.on(CHANNEL.unsaved, (unsaved) => setUnsaved(unsaved === true));
  messages.answer(CHANNEL.files, fileCalls(window, recent));

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
