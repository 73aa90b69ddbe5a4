/** The desktop app: one instance, one window, one engine process. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, ipcMain, Menu, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { RecentFiles } from '../services/recent';
import { CHANNEL, type Answer } from './channels';
import { startEngine } from './engine';
import { fileCalls, openFile } from './fileCalls';
import { menuTemplate } from './menu';
import { handleScheme, PAGE_ORIGIN, pageAddress, registerScheme } from './protocol';
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
  const engine = startEngine(path('./engine.cjs'));
  const recent = await RecentFiles.load(join(app.getPath('userData'), 'recent.json'));
  const { window, setUnsaved } = openWindow(path('../preload/index.cjs'));
  const page = window.webContents;
  const isOurs = (event: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    event.sender === page && event.senderFrame !== null && pageAddress(event.senderFrame.url).origin === PAGE_ORIGIN;

  const show = (file: string): void => {
    openFile(file, recent).then(
      (opened) => page.send(CHANNEL.openFile, opened),
      (error: unknown) => dialog.showErrorBox('The file cannot be opened', (error as Error).message)
    );
  };
  ipcMain.on(CHANNEL.listening, (event) => {
    if (!isOurs(event)) return;
    for (const file of waiting.splice(0)) show(file);
    deliver = show;
  });
  ipcMain.on(CHANNEL.connectEngine, (event) => {
    if (isOurs(event)) engine.connect(page);
  });
  ipcMain.on(CHANNEL.unsaved, (event, unsaved: unknown) => {
    if (isOurs(event)) setUnsaved(unsaved === true);
  });
  const calls = new Map(Object.entries(fileCalls(window, recent)) as [string, (...args: unknown[]) => Promise<unknown>][]);
  ipcMain.handle(CHANNEL.files, async (event, name: string, ...args: unknown[]): Promise<Answer> => {
    const call = isOurs(event) ? calls.get(name) : undefined;
    if (!call) return { failure: `there is no file call ${name}` };
    try {
      return { value: await call(...args) };
    } catch (error) {
      return { failure: (error as Error).message };
    }
  });

  const showMenu = (rebound: ReadonlySet<unknown>): void => {
    const template = menuTemplate(process.platform, (command) => page.send(CHANNEL.command, command), rebound);
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  showMenu(new Set());
  ipcMain.on(CHANNEL.rebound, (event, commands: unknown) => {
    if (isOurs(event)) showMenu(new Set(Array.isArray(commands) ? commands : []));
  });
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
app.on('open-file', (event, file) => {
  event.preventDefault();
  deliver(file);
});
if (app.requestSingleInstanceLock()) void start();
else app.quit();
