/** The page under app://wiregrad/: built files with the same headers as the server sends. */
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { contentType, pageHeaders, resolvePage } from '../services/page';

const SCHEME = 'app';
export const PAGE_ORIGIN = `${SCHEME}://wiregrad`;

/** Must run before the app is ready: what the scheme may do is fixed then. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }
  ]);
}

/** Answers every request of the scheme from the folder `root`. */
export function handleScheme(root: string): void {
  const headers = pageHeaders();
  protocol.handle(SCHEME, async (request) => {
    const { origin, pathname } = pageAddress(request.url);
    const file = origin === PAGE_ORIGIN ? resolvePage(root, pathname) : null;
    const bytes = file && (await readFile(file).catch(() => null));
    if (!file || !bytes) return new Response('not found', { status: 404, headers });
    return new Response(new Uint8Array(bytes), { headers: { ...headers, 'Content-Type': contentType(file) } });
  });
}

/** Origin and path of an address; the URL class gives schemes of our own no origin. */
export function pageAddress(url: string): { origin: string; pathname: string } {
  const { protocol: scheme, host, pathname } = new URL(url);
  return { origin: `${scheme}//${host}`, pathname };
}
