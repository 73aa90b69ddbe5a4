/**
 * Who may talk to the server. Other programs of this machine and other pages of the user's browser can reach the port;
 * neither knows a secret, which is exchanged for a cookie. Names that an attacker's DNS may point here, and other origins,
 * are refused before anything else is looked at.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { refused, type Asked, type Verdict } from './request';

export interface Access {
  /** What the printed address ends in; holds for as long as the server runs. */
  readonly token: string;
  /** A secret of the same kind for one opening, within a minute. Calls back once, when it is of no use any more. */
  ticket(spent: () => void): string;
  /** Judges a request that is not malformed. */
  judge(request: Asked, upgrade: boolean): Verdict;
  /** No ticket is of use any more. */
  close(): void;
}

export const TICKET_MS = 60_000;
const FRAMES: ReadonlySet<unknown> = new Set(['iframe', 'frame', 'object', 'embed', 'fencedframe']);

/** Judges the requests of a server on `port`. The cookie's name has the port, since browsers share cookies among the ports of a host. */
export function openAccess(port: number): Access {
  const [token, session] = [newSecret(), newSecret()];
  const name = `wiregrad_${port}`;
  const address = `127.0.0.1:${port}`;
  const origin = `http://${address}`;
  /** What ends each one. */
  const tickets = new Map<string, () => void>();

  const takeTicket = (given: string): boolean => {
    const found = [...tickets].find(([ticket]) => equal(given, ticket));
    found?.[1]();
    return found !== undefined;
  };

  return {
    token,
    ticket(spent) {
      const ticket = newSecret();
      const end = (): void => {
        clearTimeout(timer);
        tickets.delete(ticket);
        spent();
      };
      const timer = setTimeout(end, TICKET_MS);
      timer.unref();
      tickets.set(ticket, end);
      return ticket;
    },
    judge({ headers, url, method }, upgrade) {
      if (headers.host !== address) return refused(`unknown host; open the address that the program printed, which begins with ${origin}`);
      if (headers.origin === undefined ? upgrade : headers.origin !== origin) return refused('foreign origin');
      const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = headers;
      if (FRAMES.has(dest)) return refused('this page is shown in no frame');
      // A page elsewhere may send the user here with a secret, which it cannot know; it may load nothing, and the cookie
      // that a browser sends along from other ports of this machine is no sign that the user wants it.
      const crossSite = site !== undefined && site !== 'same-origin' && site !== 'none';
      if (crossSite && (mode !== 'navigate' || dest !== 'document')) return refused('a request of another site');
      if (!crossSite && cookies(headers.cookie).some(([key, value]) => key === name && equal(value, session))) return { kind: 'allowed' };
      const given = upgrade || method !== 'GET' ? new URLSearchParams() : parametersOf(url);
      if (equal(given.get('token') ?? '', token) || takeTicket(given.get('ticket') ?? ''))
        return { kind: 'exchange', cookie: `${name}=${session}; Path=/; HttpOnly; SameSite=Strict`, crossSite };
      return refused('no valid token; open the address that the program printed');
    },
    close: () => tickets.forEach((end) => end())
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

/** Those of the address that the program printed; of any other path there are none. */
function parametersOf(url = ''): URLSearchParams {
  return new URLSearchParams(url.startsWith('/?') ? url.slice(1) : '');
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
