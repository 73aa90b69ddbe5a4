import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAccess, TICKET_MS, type Access } from '../../../main/server/access';
import type { Verdict } from '../../../main/server/request';

const port = 4321;
const host = `127.0.0.1:${port}`;

interface Asked {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
}

/** As Node hands a request on. */
function ask({ judge }: Access, { url, headers, method = 'GET' }: Asked, upgrade = false): Verdict {
  const there = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return judge({ url, method, headers: Object.fromEntries(there), rawHeaders: there.flat() }, upgrade);
}

/** The cookie that a page gets in exchange for the token. */
function cookieFrom(access: Access): string {
  const verdict = ask(access, { url: `/?token=${access.token}`, headers: { host } });
  if (verdict.kind !== 'exchange') throw new Error(`the token was not taken: ${verdict.kind}`);
  return verdict.cookie;
}

describe('access to the server', () => {
  it('exchanges the token, of 256 bits, for a cookie that scripts and other sites cannot use', () => {
    const access = openAccess(port);
    expect(Buffer.from(access.token, 'base64url')).toHaveLength(32);
    const cookie = cookieFrom(access);
    expect(cookie).toMatch(/^wiregrad_4321=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(access.token);
  });

  it('is allowed with the cookie, for pages and for sockets of the same origin', () => {
    const access = openAccess(port);
    const cookie = `other=1; ${cookieFrom(access).split(';')[0]}`;
    expect(ask(access, { url: '/', headers: { host, cookie } }).kind).toBe('allowed');
    expect(ask(access, { url: '/engine', headers: { host, cookie, origin: `http://${host}` } }, true).kind).toBe('allowed');
  });

  it('is refused under another host name, whatever else is right', () => {
    const access = openAccess(port);
    const cookie = cookieFrom(access).split(';')[0]!;
    const names = ['evil.example', `evil.example:${port}`, `127.0.0.1:${port + 1}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`];
    const aliases = [`localhost:${port}`, `[::1]:${port}`, `127.1:${port}`, `2130706433:${port}`, `127.0.0.1.:${port}`, `0.0.0.0:${port}`];
    for (const name of [...names, ...aliases, ` ${host}`, `user@${host}`, '', undefined]) {
      expect(ask(access, { url: `/?token=${access.token}`, headers: { host: name, cookie } }).kind, name).toBe('refused');
    }
  });

  it('is refused from another origin, and for a socket without one', () => {
    const access = openAccess(port);
    const cookie = cookieFrom(access).split(';')[0]!;
    for (const origin of [
      'http://evil.example',
      'null',
      `http://127.0.0.1:${port + 1}`,
      `https://${host}`,
      `HTTP://${host}`,
      `http://localhost:${port}`
    ]) {
      expect(ask(access, { url: '/', headers: { host, cookie, origin } }).kind, origin).toBe('refused');
      expect(ask(access, { url: '/engine', headers: { host, cookie, origin } }, true).kind, origin).toBe('refused');
    }
    expect(ask(access, { url: '/engine', headers: { host, cookie } }, true).kind).toBe('refused');
  });

  it('is refused for what another site loads, and within a frame', () => {
    const access = openAccess(port);
    const cookie = cookieFrom(access).split(';')[0]!;
    for (const site of ['cross-site', 'same-site', 'made-up']) {
      const headers = { host, cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
      expect(ask(access, { url: '/', headers }).kind).toBe('refused');
    }
    // Browsers send the cookie along from other ports of this machine.
    const linked = { host, cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(ask(access, { url: '/', headers: linked }).kind).toBe('refused');
    expect(ask(access, { url: `/?token=${access.token}`, headers: linked })).toMatchObject({ kind: 'exchange', crossSite: true });
    const framed = { host, cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect(ask(access, { url: '/', headers: framed }).kind).toBe('refused');
  });

  it('is refused without token and cookie, and with wrong ones', () => {
    const access = openAccess(port);
    const { token } = access;
    for (const url of [
      '/',
      '/?token=',
      '/?token=x',
      `/?token=${token}x`,
      `/?token=${token.slice(1)}`,
      `/?TOKEN=${token}`,
      `/?ticket=${token}`,
      `/index.html?token=${token}`,
      `/#?token=${token}`,
      '/?ticket=',
      undefined
    ]) {
      expect(ask(access, { url, headers: { host } }).kind, url).toBe('refused');
    }
    for (const cookie of ['', 'wiregrad_4321=', `wiregrad_4321=${token}`, `wiregrad_4322=${cookieFrom(access).slice(14, 57)}`]) {
      expect(ask(access, { url: '/', headers: { host, cookie } }).kind, cookie).toBe('refused');
    }
  });

  it('gives a socket and a HEAD nothing for a token', () => {
    const access = openAccess(port);
    const headers = { host, origin: `http://${host}` };
    expect(ask(access, { url: `/engine?token=${access.token}`, headers }, true).kind).toBe('refused');
    expect(ask(access, { url: `/?token=${access.token}`, method: 'HEAD', headers }).kind).toBe('refused');
  });

  describe('by a ticket', () => {
    const use = (access: Access, ticket: string): string => {
      const headers = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      return ask(access, { url: `/?ticket=${ticket}`, headers }).kind;
    };
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('of 256 bits is had once, and it is told that it is spent', () => {
      const access = openAccess(port);
      const spent = vi.fn();
      const [ticket, other] = [access.ticket(spent), access.ticket(vi.fn())];
      expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
      expect(other).not.toBe(ticket);
      expect(use(access, `${ticket}x`)).toBe('refused');
      expect(spent).not.toHaveBeenCalled();
      expect(use(access, ticket)).toBe('exchange');
      expect(spent).toHaveBeenCalledOnce();
      expect(use(access, ticket)).toBe('refused');
      expect(use(access, other)).toBe('exchange');
    });

    it('is had for a minute, and not after the end of the server', () => {
      const access = openAccess(port);
      const [expired, closed] = [vi.fn(), vi.fn()];
      const first = access.ticket(expired);
      vi.advanceTimersByTime(TICKET_MS);
      expect(expired).toHaveBeenCalledOnce();
      expect(use(access, first)).toBe('refused');
      const second = access.ticket(closed);
      access.close();
      expect(closed).toHaveBeenCalledOnce();
      expect(use(access, second)).toBe('refused');
      vi.advanceTimersByTime(TICKET_MS);
      expect([expired, closed].map((spent) => spent.mock.calls.length)).toEqual([1, 1]);
    });
  });

  it('of one server is no access to another', () => {
    const cookie = cookieFrom(openAccess(port)).split(';')[0]!;
    expect(ask(openAccess(port), { url: '/', headers: { host, cookie } }).kind).toBe('refused');
  });
});
