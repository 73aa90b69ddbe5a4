/** Opens an address in the user's browser. */
import { spawn } from 'node:child_process';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // `start` is a word of cmd; its first quoted argument would be a window's title.
  win32: ['cmd', '/c', 'start', '']
};

/** Calls back where the machine has no program for it. */
export function openBrowser(url: string, failed: () => void): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  opener.on('error', failed);
  opener.on('exit', (status) => {
    if (status) failed();
  });
  opener.unref();
}
