/**
 * What a request must look like before anybody asks who sends it. Node reads what it can make sense of; what only other
 * software would send, or what two programs may understand in two ways, is refused here as one table.
 */
import type { IncomingMessage } from 'node:http';
import { ENGINE_PATH } from '../contract/channel';
import { LIMITS } from './limits';

export type Asked = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url' | 'method'>;

export type Verdict =
  | { readonly kind: 'allowed' }
  /** A secret was right: the answer sets `cookie` and leads to the page without the secret. */
  | { readonly kind: 'exchange'; readonly cookie: string; readonly crossSite: boolean }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string };

export const refused = (reason: string, status = 403): Verdict => ({ kind: 'refused', status, reason });

type Rule = readonly [status: number, reason: string, broken: (request: Asked) => boolean];

/** Headers that decide: of several, Node hands on one, and another program may have meant the other. */
const ONCE: ReadonlySet<string> = new Set(['host', 'origin', 'cookie']);

const RULES: readonly Rule[] = [
  [431, 'too many headers', ({ rawHeaders }) => rawHeaders.length > 2 * LIMITS.headers],
  [400, 'a header is there twice', ({ rawHeaders }) => repeats(rawHeaders)],
  [405, 'only GET and HEAD', ({ method }) => method !== 'GET' && method !== 'HEAD'],
  // One that is not read would be taken for the next request.
  [413, 'no request here has a body', hasBody],
  [417, 'nothing is to be expected here', ({ headers }) => headers.expect !== undefined],
  // With the name of a host in it, it would be one for a proxy.
  [400, 'an address begins with /', ({ url }) => !url?.startsWith('/')]
];

const SOCKET_RULES: readonly Rule[] = [
  [405, 'a socket begins with GET', ({ method }) => method !== 'GET'],
  [404, 'no socket is here', ({ url }) => url !== ENGINE_PATH],
  [400, 'only WebSockets', ({ headers }) => headers.upgrade?.toLowerCase() !== 'websocket'],
  [426, 'only version 13', ({ headers }) => headers['sec-websocket-version'] !== '13'],
  [400, 'no protocol of its own', ({ headers }) => headers['sec-websocket-protocol'] !== undefined]
];

/** Refuses by the first rule that a request breaks; null for one that may be judged further. */
export function malformed(request: Asked, upgrade: boolean): Verdict | null {
  const found = [...RULES, ...(upgrade ? SOCKET_RULES : [])].find(([, , broken]) => broken(request));
  return found ? refused(found[1], found[0]) : null;
}

function repeats(rawHeaders: readonly string[]): boolean {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return [...ONCE].some((name) => names.indexOf(name) !== names.lastIndexOf(name));
}

function hasBody({ headers }: Asked): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
