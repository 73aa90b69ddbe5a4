/**
 * Who may talk to the server. Other programs of this machine and other pages of the user's browser can reach the port;
 * neither knows the token, which is exchanged for a cookie once. Names that an attacker's DNS may point here, and other
 * origins, are refused before anything else is looked at.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Access {
  /** What the address that opens the page ends in. */
  readonly token: string;
  readonly port: number;
}

export type Verdict =
  | { readonly kind: 'allowed' }
  /** The token was right: the answer sets `cookie` and leads to the page without the token. */
  | { readonly kind: 'exchange'; readonly cookie: string }
  | { readonly kind: 'refused'; readonly reason: string };

const refused = (reason: string): Verdict => ({ kind: 'refused', reason });

/** Judges one server's requests. The cookie's name has the port, since browsers share cookies among the ports of a host. */
export function judge({ token, port }: Access): (request: Pick<IncomingMessage, 'headers' | 'url'>, upgrade: boolean) => Verdict {
  const secret = randomBytes(32).toString('base64url');
  const name = `wiregrad_${port}`;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];

  return ({ headers, url }, upgrade) => {
    const { host, origin } = headers;
    if (host === undefined || !hosts.includes(host)) return refused('unknown host');
    if (origin === undefined ? upgrade : origin !== `http://${host}`) return refused('foreign origin');
    if (cookies(headers.cookie).some(([key, value]) => key === name && equal(value, secret))) return { kind: 'allowed' };
    const given = upgrade ? null : parameter(url, 'token');
    if (given !== null && equal(given, token)) {
      return { kind: 'exchange', cookie: `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict` };
    }
    return refused('no valid token; open the address that the program printed');
  };
}

export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

function cookies(header = ''): [string, string][] {
  return header.split(';').map((pair) => {
    const [key = '', ...value] = pair.trim().split('=');
    return [key, value.join('=')];
  });
}

function parameter(url = '/', key: string): string | null {
  const query = url.indexOf('?');
  return query < 0 ? null : new URLSearchParams(url.slice(query)).get(key);
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
