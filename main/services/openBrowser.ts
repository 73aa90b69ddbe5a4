/**
 * Opens an address that holds a secret in the user's browser. What stands on a command line, every user of the machine can
 * read; so the browser is given a file that leads on, which the user alone can read.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // Not `start`, a word of cmd, to which the & in a folder's name would be the end of the command.
  win32: ['rundll32', 'url.dll,FileProtocolHandler']
};

/** Calls back where the file cannot be written, or the machine has no program for it. The result removes the file. */
export function openBrowser(url: string, failed: () => void): () => void {
  let file: OpenerFile;
  try {
    file = writeOpener(url);
  } catch {
    failed();
    return () => undefined;
  }
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(command, [...args, file.url], { stdio: 'ignore', detached: true });
  opener.on('error', failed);
  opener.on('exit', (status) => {
    if (status) failed();
  });
  opener.unref();
  return file.remove;
}

export interface OpenerFile {
  /** With the scheme file. */
  readonly url: string;
  remove(): void;
}

/**
 * A page that leads to `url`, of mode 0600 in a folder of mode 0700. On Linux it is in the home folder and not hidden: browsers
 * in a sandbox of their own (snap, flatpak) see neither /tmp nor hidden folders.
 */
export function writeOpener(url: string, parent = process.platform === 'linux' ? homedir() : tmpdir()): OpenerFile {
  const folder = mkdtempSync(join(parent, 'wiregrad-open-'));
  const path = join(folder, 'open.html');
  const address = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><title>Wiregrad</title><meta http-equiv="refresh" content="0; url=${address}">\n`,
    {
      mode: 0o600
    }
  );
  return { url: pathToFileURL(path).href, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
