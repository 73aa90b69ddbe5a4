/** The page under app://wiregrad/: built files with the same headers as the server sends. */
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { contentType, pageHeaders, resolvePage } from '../services/page';
import { answerScheme } from './olderElectron';

const SCHEME = 'app';
const HOST = 'wiregrad';
export const PAGE = `${SCHEME}://${HOST}/index.html`;

/** Must run before the app is ready: what the scheme may do is fixed then. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }
  ]);
}

/** Answers every request of the scheme from the folder `root`. */
export function handleScheme(root: string): void {
  const headers = pageHeaders();
  answerScheme(SCHEME, async (url) => {
    const file = isOurPage(url) ? resolvePage(root, new URL(url).pathname) : null;
    const bytes = file && (await readFile(file).catch(() => null));
    if (!file || !bytes) return { status: 404, headers, body: new TextEncoder().encode('not found') };
    return { status: 200, headers: { ...headers, 'Content-Type': contentType(file) }, body: new Uint8Array(bytes) };
  });
}

/** Whether an address is one of the app's own page and files. */
export function isOurPage(url: string): boolean {
  try {
    const { protocol: scheme, host, username, password } = new URL(url);
    return scheme === `${SCHEME}:` && host === HOST && username === '' && password === '';
  } catch {
    return false;
  }
}
