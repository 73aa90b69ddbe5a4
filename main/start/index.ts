/** `npm start`: the app in Electron, or the same app in a browser tab where Electron cannot be had. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serve } from '../server/serve';
import { homeFolder } from '../services/home';
import { interrupted } from '../services/interruption';
import { openBrowser } from '../services/openBrowser';
import { appArguments, electronPlaces, findElectron } from './electronBinary';

/** An Electron that ends with a failure so soon could not start here at all. */
const STARTED_MS = 5_000;

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const tell = (text: string): void => console.error(`wiregrad: ${text}`);

const root = path('../..');
const args = process.argv.slice(2);
const documents = args.filter((argument) => !argument.startsWith('--'));

async function start(): Promise<void> {
  if (args.includes('--web')) return openTab();
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    tell('there is no display; the app is served to a browser instead');
    return openTab();
  }
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    tell('the sandbox of the window does not run as root; the app is served to a browser instead');
    return openTab();
  }
  const electron = await findElectron(electronPlaces(root), tell);
  if ('path' in electron) return openWindow(electron.path);
  tell(`${electron.missing}; the app opens in a browser instead`);
  return openTab();
}

function openWindow(binary: string): void {
  const started = Date.now();
  const child = spawn(binary, [...appArguments(binary, root), ...documents], { stdio: 'inherit' });
  let gone = false;
  const fallBack = (reason: string): void => {
    if (gone) return;
    gone = true;
    tell(`Electron ${reason}; the app opens in a browser instead`);
    void openTab();
  };
  child.on('error', ({ message }) => fallBack(`cannot be started (${message})`));
  child.on('exit', (status, signal) => {
    if (status !== 0 && Date.now() - started < STARTED_MS) fallBack(`ended with ${signal ?? `status ${status}`}`);
    else if (!gone) process.exit(status ?? 0);
  });
}

async function openTab(): Promise<void> {
  const { url, openWith, close } = await serve({ port: 0, page: path('../renderer'), engine: path('./engine.cjs'), home: homeFolder() });
  console.log(url);
  const failed = (): void => tell('open the address above in a browser');
  if (!args.includes('--no-open') && !process.env.CI) openWith((opening) => openBrowser(opening, failed));
  await interrupted();
  await close();
  process.exit();
}

void start();
