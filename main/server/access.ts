/**
 * Who may talk to the server. Other programs of this machine and other pages of the user's browser can reach the port;
 * neither knows a secret, which is exchanged for a cookie. Names that an attacker's DNS may point here, and other origins,
 * are refused before anything else is looked at.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Verdict =
  | { readonly kind: 'allowed' }
  /** The secret was right: the answer sets `cookie` and leads to the page without the secret. */
  | { readonly kind: 'exchange'; readonly cookie: string; readonly crossSite: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

export interface Access {
  /** What the printed address ends in; holds for as long as the server runs. */
  readonly token: string;
  /** A secret of the same kind for one opening, within a minute. */
  ticket(): string;
  judge(request: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url' | 'method'>, upgrade: boolean): Verdict;
}

const TICKET_MS = 60_000;
const REPEATED = new Set(['host', 'origin', 'cookie']);

const refused = (reason: string): Verdict => ({ kind: 'refused', reason });

/** Judges the requests of a server on `port`. The cookie's name has the port, since browsers share cookies among the ports of a host. */
export function openAccess(port: number, now: () => number = Date.now): Access {
  const [token, session] = [newSecret(), newSecret()];
  const name = `wiregrad_${port}`;
  const address = `127.0.0.1:${port}`;
  const origin = `http://${address}`;
  const tickets = new Map<string, number>();

  const takeTicket = (given: string): boolean => {
    for (const [ticket, until] of tickets) {
      if (until < now()) tickets.delete(ticket);
      else if (equal(given, ticket)) return tickets.delete(ticket);
    }
    return false;
  };

  return {
    token,
    ticket() {
      const ticket = newSecret();
      tickets.set(ticket, now() + TICKET_MS);
      return ticket;
    },
    judge({ headers, rawHeaders, url, method }, upgrade) {
      // Node hands on one of several; another program may have meant the other.
      const names = rawHeaders.filter((_, index) => index % 2 === 0).map((header) => header.toLowerCase());
      if (names.some((header, index) => REPEATED.has(header) && names.indexOf(header) !== index)) return refused('a header is there twice');
      if (headers.host !== address) return refused(`unknown host; open the address that the program printed, which begins with ${origin}`);
      const safe = !upgrade && (method === 'GET' || method === 'HEAD');
      if (headers.origin === undefined ? !safe : headers.origin !== origin) return refused('foreign origin');
      // A page elsewhere may send the user here, with a secret that it cannot know; it may load nothing.
      const site = headers['sec-fetch-site'];
      const crossSite = site !== undefined && site !== 'same-origin' && site !== 'none';
      if (crossSite && headers['sec-fetch-mode'] !== 'navigate') return refused('a request of another site');
      if (headers['sec-fetch-dest'] !== undefined && /^(iframe|frame|object|embed|fencedframe)$/.test(String(headers['sec-fetch-dest'])))
        return refused('this page is shown in no frame');
      if (cookies(headers.cookie).some(([key, value]) => key === name && equal(value, session))) return { kind: 'allowed' };
      const given = safe ? parametersOf(url) : new URLSearchParams();
      const known = equal(given.get('token') ?? '', token) || takeTicket(given.get('ticket') ?? '');
      if (known) return { kind: 'exchange', cookie: `${name}=${session}; Path=/; HttpOnly; SameSite=Strict`, crossSite };
      return refused('no valid token; open the address that the program printed');
    }
  };
}

/** 256 bits that nobody guesses. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function cookies(header = ''): [string, string][] {
  return header.split(';').map((pair) => {
    const [key = '', ...value] = pair.trim().split('=');
    return [key, value.join('=')];
  });
}

function parametersOf(url = '/'): URLSearchParams {
  const query = url.indexOf('?');
  return new URLSearchParams(query < 0 ? '' : url.slice(query));
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
