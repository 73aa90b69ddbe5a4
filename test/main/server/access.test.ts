import { describe, expect, it } from 'vitest';
import { openAccess, type Access, type Verdict } from '../../../main/server/access';

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

  it('is refused from another origin, and for a socket or a change without one', () => {
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
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(ask(access, { url: '/', method, headers: { host, cookie } }).kind).toBe('refused');
  });

  it('is refused for what another site loads, and within a frame', () => {
    const access = openAccess(port);
    const cookie = cookieFrom(access).split(';')[0]!;
    for (const site of ['cross-site', 'same-site', 'made-up']) {
      const headers = { host, cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
      expect(ask(access, { url: '/', headers }).kind).toBe('refused');
    }
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
      '/?ticket=',
      undefined
    ]) {
      expect(ask(access, { url, headers: { host } }).kind, url).toBe('refused');
    }
    for (const cookie of ['', 'wiregrad_4321=', `wiregrad_4321=${token}`, `wiregrad_4322=${cookieFrom(access).slice(14, 57)}`]) {
      expect(ask(access, { url: '/', headers: { host, cookie } }).kind, cookie).toBe('refused');
    }
  });

  it('is refused where a header is there twice', () => {
    const access = openAccess(port);
    const cookie = cookieFrom(access).split(';')[0]!;
    for (const twice of ['Host', 'host', 'Cookie', 'Origin']) {
      const rawHeaders = ['Host', host, 'Cookie', cookie, 'Origin', `http://${host}`, twice, 'evil.example'];
      expect(access.judge({ url: '/', method: 'GET', headers: { host, cookie }, rawHeaders }, false)).toEqual({
        kind: 'refused',
        reason: 'a header is there twice'
      });
    }
  });

  it('gives a socket and a change nothing for a token', () => {
    const access = openAccess(port);
    const headers = { host, origin: `http://${host}` };
    expect(ask(access, { url: `/engine?token=${access.token}`, headers }, true).kind).toBe('refused');
    expect(ask(access, { url: `/?token=${access.token}`, method: 'POST', headers }).kind).toBe('refused');
  });

  it('is had for a ticket once, and for a minute', () => {
    let now = 0;
    const access = openAccess(port, () => now);
    const [first, second] = [access.ticket(), access.ticket()];
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect(first).not.toBe(second);
    const use = (ticket: string) =>
      ask(access, { url: `/?ticket=${ticket}`, headers: { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } });
    expect(use(first)).toMatchObject({ kind: 'exchange', crossSite: true });
    expect(use(first).kind).toBe('refused');
    now += 61_000;
    expect(use(second).kind).toBe('refused');
  });

  it('of one server is no access to another', () => {
    const cookie = cookieFrom(openAccess(port)).split(';')[0]!;
    expect(ask(openAccess(port), { url: '/', headers: { host, cookie } }).kind).toBe('refused');
  });
});
