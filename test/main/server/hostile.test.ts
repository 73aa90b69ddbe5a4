/** What other programs and pages may send, none of which gets anything. */
import { describe, expect, it } from 'vitest';
import { ENGINE_PATH } from '../../../main/contract/channel';
import { attacked } from './attacked';

const server = attacked();
const mine = (): string => `Cookie: ${server.cookie}`;
const origin = (): string => `Origin: ${server.address.origin}`;
const secret = (): string => `/?token=${server.token}`;
const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `X-${at}: 1`);
const socket = (...headers: string[]): string =>
  server.raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: server.upgrade(...headers) }).replace('\r\nConnection: close', '');

const HOSTILE: readonly [string, () => string | Uint8Array][] = [
  ['no Host', () => server.raw({ host: null })],
  ['an empty Host', () => server.raw({ host: '' })],
  ['two Hosts', () => server.raw({ headers: [mine(), 'Host: evil.example'] })],
  ['a Host of DNS rebinding', () => server.raw({ host: `attacker.example:${server.address.port}` })],
  [
    'a Host of DNS rebinding, with the token',
    () => server.raw({ line: `GET ${secret()} HTTP/1.1`, host: `attacker.example:${server.address.port}`, headers: [] })
  ],
  ['a Host that only begins with ours', () => server.raw({ host: `127.0.0.1.nip.io:${server.address.port}` })],
  ['a Host without port', () => server.raw({ host: '127.0.0.1' })],
  ['a Host of another port', () => server.raw({ host: `127.0.0.1:${Number(server.address.port) + 1}` })],
  ['localhost', () => server.raw({ host: `localhost:${server.address.port}` })],
  ['IPv6 loopback', () => server.raw({ host: `[::1]:${server.address.port}` })],
  ['any server.address', () => server.raw({ host: `0.0.0.0:${server.address.port}` })],
  ['a short server.address', () => server.raw({ host: `127.1:${server.address.port}` })],
  ['the server.address as one number', () => server.raw({ host: `2130706433:${server.address.port}` })],
  ['the server.address in octal', () => server.raw({ host: `0177.0.0.1:${server.address.port}` })],
  ['a Host with a trailing dot', () => server.raw({ host: `127.0.0.1.:${server.address.port}` })],
  ['a Host with a user', () => server.raw({ host: `evil@127.0.0.1:${server.address.port}` })],
  ['an absolute target of another host', () => server.raw({ line: 'GET http://evil.example/ HTTP/1.1', host: 'evil.example' })],
  ['HTTP/1.0 without Host', () => server.raw({ line: 'GET / HTTP/1.0', host: null })],
  ['HTTP/0.9', () => 'GET /\r\n\r\n'],
  ['a foreign Origin', () => server.raw({ headers: [mine(), 'Origin: https://evil.example'] })],
  ['Origin null', () => server.raw({ headers: [mine(), 'Origin: null'] })],
  ['our Origin over https', () => server.raw({ headers: [mine(), `Origin: https://${server.address.host}`] })],
  ['our Origin of another port', () => server.raw({ headers: [mine(), 'Origin: http://127.0.0.1:1'] })],
  ['our Origin in capitals', () => server.raw({ headers: [mine(), `Origin: HTTP://${server.address.host}`] })],
  ['two Origins', () => server.raw({ headers: [mine(), origin(), 'Origin: https://evil.example'] })],
  [
    'a script of another site',
    () => server.raw({ headers: [mine(), 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script'] })
  ],
  [
    'a frame of another site',
    () => server.raw({ headers: [mine(), 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'] })
  ],
  [
    'a fetch of another port',
    () => server.raw({ headers: [mine(), 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty'] })
  ],
  ['no cookie', () => server.raw({ headers: [] })],
  ['a guessed cookie', () => server.raw({ headers: [`Cookie: ${server.cookie.split('=')[0]}=${'A'.repeat(43)}`] })],
  ['a cookie that is cut off', () => server.raw({ headers: [`Cookie: ${server.cookie.slice(0, -1)}`] })],
  ['a cookie that goes on', () => server.raw({ headers: [`Cookie: ${server.cookie}x`] })],
  ['the cookie under another port', () => server.raw({ headers: [`Cookie: wiregrad_1=${server.cookie.split('=')[1]}`] })],
  ['two Cookie headers', () => server.raw({ headers: ['Cookie: a=b', mine()] })],
  ['the token as the cookie', () => server.raw({ headers: [`Cookie: ${server.cookie.split('=')[0]}=${server.token}`] })],
  ['the token in a header', () => server.raw({ headers: [`Authorization: Bearer ${server.token}`] })],
  ['the token in a fragment', () => server.raw({ line: `GET /#token=${server.token} HTTP/1.1`, headers: [] })],
  ['the token in capitals', () => server.raw({ line: `GET ${secret().toUpperCase()} HTTP/1.1`, headers: [] })],
  ['a guessed ticket', () => server.raw({ line: `GET /?ticket=${'A'.repeat(43)} HTTP/1.1`, headers: [] })],
  ['the token as a ticket', () => server.raw({ line: `GET /?ticket=${server.token} HTTP/1.1`, headers: [] })],
  ['the token on another path', () => server.raw({ line: `GET /index.html?token=${server.token} HTTP/1.1`, headers: [] })],
  ['the token without its last letter', () => server.raw({ line: `GET /?token=${server.token.slice(0, -1)} HTTP/1.1`, headers: [] })],
  ['the token and more', () => server.raw({ line: `GET /?token=${server.token}x HTTP/1.1`, headers: [] })],
  ['the token after a wrong one', () => server.raw({ line: `GET /?token=x&token=${server.token} HTTP/1.1`, headers: [] })],
  ['the token by HEAD', () => server.raw({ line: `HEAD ${secret()} HTTP/1.1`, headers: [] })],
  ['the token to a proxy', () => server.raw({ line: `GET http://evil.example${secret()} HTTP/1.1`, headers: [] })],
  ['the page to a proxy', () => server.raw({ line: `GET http://${server.address.host}/ HTTP/1.1` })],
  [
    'a link on another port, to which the browser sends the cookie',
    () => server.raw({ headers: [mine(), 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'] })
  ],
  [
    'the token in a frame',
    () =>
      server.raw({
        line: `GET ${secret()} HTTP/1.1`,
        headers: ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe']
      })
  ],
  ['a header behind so many that Node leaves it out', () => server.raw({ headers: [mine(), ...many(100), 'Transfer-Encoding: chunked'] })],
  ['an expectation that nobody knows', () => server.raw({ headers: [mine(), 'Expect: the worst'] })],
  ['an expectation of a body', () => server.raw({ headers: [mine(), 'Expect: 100-continue'] })],
  ['POST', () => server.raw({ line: 'POST / HTTP/1.1', headers: [mine(), origin()] })],
  [
    'POST of the token by a form',
    () =>
      server.raw({
        line: `POST ${secret()} HTTP/1.1`,
        headers: ['Origin: https://evil.example', 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 3'],
        body: 'a=b'
      })
  ],
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'].map((method): [string, () => string] => [
    method,
    () => server.raw({ line: `${method} / HTTP/1.1`, headers: [mine(), origin()] })
  ]),
  ['CONNECT', () => server.raw({ line: 'CONNECT evil.example:443 HTTP/1.1' })],
  [
    'a preflight',
    () =>
      server.raw({
        line: 'OPTIONS / HTTP/1.1',
        headers: ['Origin: https://evil.example', 'Access-Control-Request-Method: GET', 'Access-Control-Request-Private-Network: true']
      })
  ],
  ['a GET with a body', () => server.raw({ headers: [mine(), 'Content-Length: 5'], body: 'hello' })],
  ['a body without end', () => server.raw({ headers: [mine(), 'Transfer-Encoding: chunked'], body: 'ffffffff\r\n' })],
  ['smuggling by two lengths', () => server.raw({ headers: [mine(), 'Content-Length: 0', 'Content-Length: 40'] })],
  [
    'smuggling by length and chunks',
    () => server.raw({ headers: [mine(), 'Content-Length: 4', 'Transfer-Encoding: chunked'], body: '0\r\n\r\nGET / HTTP/1.1\r\n\r\n' })
  ],
  ['smuggling by folded headers', () => server.raw({ headers: ['X: a', `\tCookie: ${server.cookie}`] })],
  ['a header with a space before its colon', () => server.raw({ headers: [`Cookie : ${server.cookie}`] })],
  ['a header without a name', () => server.raw({ headers: [': x', mine()] })],
  ['bare line feeds', () => `GET / HTTP/1.1\nHost: ${server.address.host}\nCookie: a=b\n\n`],
  ['NUL in a header', () => server.raw({ headers: [`Cookie: ${server.cookie}\0`] })],
  ['Expect without a cookie', () => server.raw({ headers: ['Expect: 100-continue', 'Content-Length: 1'] })],
  ...[
    '/../main/cli.cjs',
    '/%2e%2e/main/cli.cjs',
    '/..%2fmain%2fcli.cjs',
    '/%2e%2e%2fmain%2fcli.cjs',
    '/assets/../../main/cli.cjs',
    '/....//main/cli.cjs',
    '/..\\main\\cli.cjs',
    '/%5c..%5cmain%5ccli.cjs',
    '/%252e%252e/main/cli.cjs',
    '/%c0%ae%c0%ae/main/cli.cjs',
    '/%uff0e%uff0e/main/cli.cjs',
    '/index.html%00.png',
    '//etc/passwd',
    '/etc/passwd',
    '/file:///etc/passwd',
    '/C:/Windows/win.ini',
    '/%'
  ].map((path): [string, () => string] => [`the path ${path}`, () => server.raw({ line: `GET ${path} HTTP/1.1` })]),
  ['a very long server.address', () => server.raw({ line: `GET /${'a'.repeat(100_000)} HTTP/1.1` })],
  ['very long headers', () => server.raw({ headers: [`X: ${'a'.repeat(100_000)}`] })],
  ['very many headers', () => server.raw({ headers: [...many(500), mine()] })],
  [
    'h2c',
    () => server.raw({ headers: [mine(), 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQAAP__'] })
  ],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', () => Buffer.from('16030100a5010000a10303', 'hex')],
  ['bytes at random', () => new Uint8Array(2_000).map((_, at) => (at * 7919) % 256)],
  ['nothing but line ends', () => '\r\n'.repeat(10_000)],
  [
    'a socket of another origin',
    () => server.raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: server.upgrade(mine(), 'Origin: https://evil.example') })
  ],
  ['a socket without an origin', () => server.raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: server.upgrade(mine()) })],
  ['a socket without a cookie', () => server.raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: server.upgrade(origin()) })],
  [
    'a socket with the token alone',
    () => server.raw({ line: `GET ${ENGINE_PATH}${secret().slice(1)} HTTP/1.1`, headers: server.upgrade(origin()) })
  ],
  [
    'a socket of another host',
    () =>
      server.raw({
        line: `GET ${ENGINE_PATH} HTTP/1.1`,
        host: 'evil.example',
        headers: server.upgrade(mine(), 'Origin: http://evil.example')
      })
  ],
  ['a socket elsewhere', () => server.raw({ line: 'GET /other HTTP/1.1', headers: server.upgrade(mine(), origin()) })],
  ['a socket by POST', () => server.raw({ line: `POST ${ENGINE_PATH} HTTP/1.1`, headers: server.upgrade(mine(), origin()) })],
  ['a socket of an old version', () => socket(mine(), origin(), 'Sec-WebSocket-Version: 0')],
  ['a socket of version 8, whose origin has another name', () => socket(mine(), origin()).replace('Version: 13', 'Version: 8')],
  ['a socket with a protocol of its own', () => socket(mine(), origin(), 'Sec-WebSocket-Protocol: evil')],
  ['a socket with a body', () => socket(mine(), origin(), 'Content-Length: 4')],
  ['a socket that is of two kinds', () => socket(mine(), origin()).replace('Upgrade: websocket', 'Upgrade: h2c, websocket')],
  ['a socket of another site', () => socket(mine(), origin(), 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: websocket')]
];

describe('a hostile request', () => {
  it('is one of many', () => {
    expect(HOSTILE.length).toBeGreaterThan(100);
  });

  it.each(HOSTILE)('is refused: %s', async (_name, request) => {
    const answer = await server.send(request());
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    // Closed without a word, or told no.
    expect(status === 0 || (status >= 400 && status < 500), answer.slice(0, 300)).toBe(true);
    expect(answer).not.toMatch(/access-control|set-cookie|<title>|100 continue|101 switching|root:/i);
    if (status === 0) return;
    for (const header of [
      'content-security-policy: default-src',
      'x-content-type-options: nosniff',
      'x-frame-options: deny',
      'permissions-policy: ',
      'cross-origin-opener-policy: same-origin',
      'cross-origin-resource-policy: same-origin'
    ]) {
      expect(answer.toLowerCase()).toContain(header);
    }
  });

  it('changes nothing for a page of ours', async () => {
    expect((await server.send(server.raw({}))).slice(0, 15)).toBe('HTTP/1.1 200 OK');
    const page = await server.page();
    expect(await page.run()).toBe(-12);
    page.socket.close();
  });
});
