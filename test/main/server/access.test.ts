import { describe, expect, it } from 'vitest';
import { judge, newToken } from '../../../main/server/access';

const port = 4321;
const token = newToken();
const host = `127.0.0.1:${port}`;

/** The cookie that a page gets in exchange for the token. */
function cookieFrom(allow: ReturnType<typeof judge>): string {
  const verdict = allow({ url: `/?token=${token}`, headers: { host } }, false);
  if (verdict.kind !== 'exchange') throw new Error(`the token was not taken: ${verdict.kind}`);
  return verdict.cookie;
}

describe('access to the server', () => {
  it('exchanges the token for a cookie that scripts and other sites cannot use', () => {
    const cookie = cookieFrom(judge({ token, port }));
    expect(cookie).toMatch(/^wiregrad_4321=[\w-]{40,}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(token);
  });

  it('is allowed with the cookie, for pages and for sockets of the same origin', () => {
    const allow = judge({ token, port });
    const cookie = `other=1; ${cookieFrom(allow).split(';')[0]}`;
    expect(allow({ url: '/', headers: { host, cookie } }, false).kind).toBe('allowed');
    expect(allow({ url: '/engine', headers: { host, cookie, origin: `http://${host}` } }, true).kind).toBe('allowed');
    expect(allow({ url: '/', headers: { host: `localhost:${port}`, cookie } }, false).kind).toBe('allowed');
  });

  it('is refused under another host name, whatever else is right', () => {
    const allow = judge({ token, port });
    const cookie = cookieFrom(allow).split(';')[0]!;
    for (const name of [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
      `127.0.0.1.evil.example:${port}`,
      undefined
    ]) {
      expect(allow({ url: `/?token=${token}`, headers: { host: name, cookie } }, false).kind, name).toBe('refused');
    }
  });

  it('is refused from another origin, and for a socket without one', () => {
    const allow = judge({ token, port });
    const cookie = cookieFrom(allow).split(';')[0]!;
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `https://${host}`]) {
      expect(allow({ url: '/', headers: { host, cookie, origin } }, false).kind, origin).toBe('refused');
      expect(allow({ url: '/engine', headers: { host, cookie, origin } }, true).kind, origin).toBe('refused');
    }
    expect(allow({ url: '/engine', headers: { host, cookie } }, true).kind).toBe('refused');
  });

  it('is refused without token and cookie, and with wrong ones', () => {
    const allow = judge({ token, port });
    for (const url of ['/', '/?token=', '/?token=x', `/?token=${token}x`, `/?TOKEN=${token}`, undefined]) {
      expect(allow({ url, headers: { host } }, false).kind, url).toBe('refused');
    }
    for (const cookie of ['', 'wiregrad_4321=', `wiregrad_4321=${token}`, `wiregrad_4322=${cookieFrom(allow).slice(14, 57)}`]) {
      expect(allow({ url: '/', headers: { host, cookie } }, false).kind, cookie).toBe('refused');
    }
  });

  it('gives a socket nothing for a token', () => {
    const allow = judge({ token, port });
    expect(allow({ url: `/engine?token=${token}`, headers: { host, origin: `http://${host}` } }, true).kind).toBe('refused');
  });

  it('of one server is no access to another', () => {
    const cookie = cookieFrom(judge({ token, port })).split(';')[0]!;
    expect(judge({ token: newToken(), port })({ url: '/', headers: { host, cookie } }, false).kind).toBe('refused');
  });
});
