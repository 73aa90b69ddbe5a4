/** What other programs and pages may send. Every one is written byte by byte, as no well-behaved client would. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { encode } from '../../../main/contract/codec';
import { ENGINE_PATH, socketChannel, type SocketLike } from '../../../main/contract/channel';
import { connectEngine } from '../../../main/contract/engineClient';
import { LIMITS, Bucket } from '../../../main/server/limits';
import { serve, type Serving } from '../../../main/server/serve';
import { SIMPLE } from '../cli/documents';

const out = (path: string): string => fileURLToPath(new URL(`../../../out/${path}`, import.meta.url));
let home: string;
let serving: Serving;
let address: URL;
let cookie: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wiregrad-hostile-'));
  serving = await serve({ port: 0, page: out('renderer'), engine: out('main/engine.cjs'), home });
  address = new URL(serving.url);
  cookie = (await fetch(address, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!;
});
afterAll(async () => {
  await serving.close();
  await rm(home, { recursive: true });
});

/** All that comes back until the server closes, or nothing more comes. */
function send(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(address.port), '127.0.0.1');
    let answer = '';
    const done = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(700, done);
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', done);
    socket.on('close', done);
    socket.write(bytes);
  });
}

interface Raw {
  readonly line?: string;
  readonly host?: string | null;
  readonly headers?: readonly string[];
  readonly body?: string;
}
/** A request that is right but for what is given. */
function raw({ line = 'GET / HTTP/1.1', host = address.host, headers = [`Cookie: ${cookie}`], body = '' }: Raw): string {
  return [line, ...(host === null ? [] : [`Host: ${host}`]), ...headers, 'Connection: close', '', body].join('\r\n');
}
const upgrade = (...headers: string[]): readonly string[] => [
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ...headers
];
const mine = (): string => `Cookie: ${cookie}`;
const origin = (): string => `Origin: ${address.origin}`;
const secret = (): string => `/?token=${address.searchParams.get('token')}`;

const HOSTILE: readonly [string, () => string | Uint8Array][] = [
  ['no Host', () => raw({ host: null })],
  ['an empty Host', () => raw({ host: '' })],
  ['two Hosts', () => raw({ headers: [mine(), 'Host: evil.example'] })],
  ['a Host of DNS rebinding', () => raw({ host: `attacker.example:${address.port}` })],
  [
    'a Host of DNS rebinding, with the token',
    () => raw({ line: `GET ${secret()} HTTP/1.1`, host: `attacker.example:${address.port}`, headers: [] })
  ],
  ['a Host that only begins with ours', () => raw({ host: `127.0.0.1.nip.io:${address.port}` })],
  ['a Host without port', () => raw({ host: '127.0.0.1' })],
  ['a Host of another port', () => raw({ host: `127.0.0.1:${Number(address.port) + 1}` })],
  ['localhost', () => raw({ host: `localhost:${address.port}` })],
  ['IPv6 loopback', () => raw({ host: `[::1]:${address.port}` })],
  ['any address', () => raw({ host: `0.0.0.0:${address.port}` })],
  ['a short address', () => raw({ host: `127.1:${address.port}` })],
  ['the address as one number', () => raw({ host: `2130706433:${address.port}` })],
  ['the address in octal', () => raw({ host: `0177.0.0.1:${address.port}` })],
  ['a Host with a trailing dot', () => raw({ host: `127.0.0.1.:${address.port}` })],
  ['a Host with a user', () => raw({ host: `evil@127.0.0.1:${address.port}` })],
  ['an absolute target of another host', () => raw({ line: 'GET http://evil.example/ HTTP/1.1', host: 'evil.example' })],
  ['HTTP/1.0 without Host', () => raw({ line: 'GET / HTTP/1.0', host: null })],
  ['HTTP/0.9', () => 'GET /\r\n\r\n'],
  ['a foreign Origin', () => raw({ headers: [mine(), 'Origin: https://evil.example'] })],
  ['Origin null', () => raw({ headers: [mine(), 'Origin: null'] })],
  ['our Origin over https', () => raw({ headers: [mine(), `Origin: https://${address.host}`] })],
  ['our Origin of another port', () => raw({ headers: [mine(), 'Origin: http://127.0.0.1:1'] })],
  ['our Origin in capitals', () => raw({ headers: [mine(), `Origin: HTTP://${address.host}`] })],
  ['two Origins', () => raw({ headers: [mine(), origin(), 'Origin: https://evil.example'] })],
  [
    'a script of another site',
    () => raw({ headers: [mine(), 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script'] })
  ],
  [
    'a frame of another site',
    () => raw({ headers: [mine(), 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'] })
  ],
  [
    'a fetch of another port',
    () => raw({ headers: [mine(), 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty'] })
  ],
  ['no cookie', () => raw({ headers: [] })],
  ['a guessed cookie', () => raw({ headers: [`Cookie: ${cookie.split('=')[0]}=${'A'.repeat(43)}`] })],
  ['a cookie that is cut off', () => raw({ headers: [`Cookie: ${cookie.slice(0, -1)}`] })],
  ['a cookie that goes on', () => raw({ headers: [`Cookie: ${cookie}x`] })],
  ['the cookie under another port', () => raw({ headers: [`Cookie: wiregrad_1=${cookie.split('=')[1]}`] })],
  ['two Cookie headers', () => raw({ headers: ['Cookie: a=b', mine()] })],
  ['the token as the cookie', () => raw({ headers: [`Cookie: ${cookie.split('=')[0]}=${address.searchParams.get('token')}`] })],
  ['the token in a header', () => raw({ headers: [`Authorization: Bearer ${address.searchParams.get('token')}`] })],
  ['the token in a fragment', () => raw({ line: `GET /#token=${address.searchParams.get('token')} HTTP/1.1`, headers: [] })],
  ['the token in capitals', () => raw({ line: `GET ${secret().toUpperCase()} HTTP/1.1`, headers: [] })],
  ['a used ticket', () => raw({ line: `GET /?ticket=${'A'.repeat(43)} HTTP/1.1`, headers: [] })],
  ['POST', () => raw({ line: 'POST / HTTP/1.1', headers: [mine(), origin()] })],
  [
    'POST of the token by a form',
    () =>
      raw({
        line: `POST ${secret()} HTTP/1.1`,
        headers: ['Origin: https://evil.example', 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 3'],
        body: 'a=b'
      })
  ],
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'].map((method): [string, () => string] => [
    method,
    () => raw({ line: `${method} / HTTP/1.1`, headers: [mine(), origin()] })
  ]),
  ['CONNECT', () => raw({ line: 'CONNECT evil.example:443 HTTP/1.1' })],
  [
    'a preflight',
    () =>
      raw({
        line: 'OPTIONS / HTTP/1.1',
        headers: ['Origin: https://evil.example', 'Access-Control-Request-Method: GET', 'Access-Control-Request-Private-Network: true']
      })
  ],
  ['a GET with a body', () => raw({ headers: [mine(), 'Content-Length: 5'], body: 'hello' })],
  ['a body without end', () => raw({ headers: [mine(), 'Transfer-Encoding: chunked'], body: 'ffffffff\r\n' })],
  ['smuggling by two lengths', () => raw({ headers: [mine(), 'Content-Length: 0', 'Content-Length: 40'] })],
  [
    'smuggling by length and chunks',
    () => raw({ headers: [mine(), 'Content-Length: 4', 'Transfer-Encoding: chunked'], body: '0\r\n\r\nGET / HTTP/1.1\r\n\r\n' })
  ],
  ['smuggling by folded headers', () => raw({ headers: ['X: a', `\tCookie: ${cookie}`] })],
  ['a header with a space before its colon', () => raw({ headers: [`Cookie : ${cookie}`] })],
  ['a header without a name', () => raw({ headers: [': x', mine()] })],
  ['bare line feeds', () => `GET / HTTP/1.1\nHost: ${address.host}\nCookie: a=b\n\n`],
  ['NUL in a header', () => raw({ headers: [`Cookie: ${cookie}\0`] })],
  ['Expect without a cookie', () => raw({ headers: ['Expect: 100-continue', 'Content-Length: 1'] })],
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
  ].map((path): [string, () => string] => [`the path ${path}`, () => raw({ line: `GET ${path} HTTP/1.1` })]),
  ['a very long address', () => raw({ line: `GET /${'a'.repeat(100_000)} HTTP/1.1` })],
  ['very long headers', () => raw({ headers: [`X: ${'a'.repeat(100_000)}`] })],
  ['very many headers', () => raw({ headers: [...Array.from({ length: 500 }, (_, at) => `X-${at}: 1`), mine()] })],
  ['h2c', () => raw({ headers: [mine(), 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQAAP__'] })],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', () => Buffer.from('16030100a5010000a10303', 'hex')],
  ['bytes at random', () => new Uint8Array(2_000).map((_, at) => (at * 7919) % 256)],
  ['nothing but line ends', () => '\r\n'.repeat(10_000)],
  [
    'a socket of another origin',
    () => raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: upgrade(mine(), 'Origin: https://evil.example', 'Connection: Upgrade') })
  ],
  ['a socket without an origin', () => raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: upgrade(mine(), 'Connection: Upgrade') })],
  ['a socket without a cookie', () => raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: upgrade(origin(), 'Connection: Upgrade') })],
  [
    'a socket with the token alone',
    () => raw({ line: `GET ${ENGINE_PATH}${secret().slice(1)} HTTP/1.1`, headers: upgrade(origin(), 'Connection: Upgrade') })
  ],
  [
    'a socket of another host',
    () =>
      raw({
        line: `GET ${ENGINE_PATH} HTTP/1.1`,
        host: 'evil.example',
        headers: upgrade(mine(), 'Origin: http://evil.example', 'Connection: Upgrade')
      })
  ],
  ['a socket elsewhere', () => raw({ line: 'GET /other HTTP/1.1', headers: upgrade(mine(), origin(), 'Connection: Upgrade') })],
  ['a socket by POST', () => raw({ line: `POST ${ENGINE_PATH} HTTP/1.1`, headers: upgrade(mine(), origin(), 'Connection: Upgrade') })],
  [
    'a socket of an old version',
    () =>
      raw({
        line: `GET ${ENGINE_PATH} HTTP/1.1`,
        headers: ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 0', 'Sec-WebSocket-Key: x', mine(), origin()]
      })
  ]
];

/** A page of ours. */
async function page(): Promise<{ socket: WebSocket; run: () => Promise<unknown> }> {
  const socket = new WebSocket(`ws://${address.host}${ENGINE_PATH}`, { headers: { cookie, origin: address.origin } });
  socket.binaryType = 'arraybuffer';
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const { calls } = connectEngine(socketChannel(socket as SocketLike), { trainProgress: () => undefined, engineState: () => undefined });
  const run = async () => (await calls.run({ document: JSON.stringify(SIMPLE), revision: 1, backward: false })).values.get('f')!.data[0];
  return { socket, run };
}
const closed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', resolve).once('error', () => undefined));

describe('a hostile request', () => {
  it('is one of many', () => {
    expect(HOSTILE.length).toBeGreaterThan(80);
  });

  it.each(HOSTILE)('is refused: %s', async (_name, request) => {
    const answer = await send(request());
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    // Closed without a word, or told no.
    expect(status === 0 || (status >= 400 && status < 500), answer.slice(0, 300)).toBe(true);
    expect(answer).not.toMatch(/access-control|set-cookie|<title>|100 continue|101 switching|root:/i);
    if (status === 0) return;
    for (const header of [
      'content-security-policy: default-src',
      'x-content-type-options: nosniff',
      'x-frame-options: deny',
      'cross-origin-resource-policy: same-origin'
    ]) {
      expect(answer.toLowerCase()).toContain(header);
    }
  });

  it('changes nothing for a page of ours', async () => {
    expect((await send(raw({}))).slice(0, 15)).toBe('HTTP/1.1 200 OK');
    const { socket, run } = await page();
    expect(await run()).toBe(-12);
    socket.close();
  });
});

describe('a hostile page that has the cookie all the same', () => {
  const rpc = (method: unknown, args: unknown): Uint8Array => encode({ t: 'q', i: '1', m: method, a: args });
  const messages: [string, () => string | Uint8Array][] = [
    ['text', () => 'hello'],
    ['nothing', () => new Uint8Array()],
    ['bytes at random', () => randomBytes(10_000)],
    ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'dispose', 'perform', 'eval', 'read', 'save', 'openBeside', ''].map(
      (name): [string, () => Uint8Array] => [`the call ${JSON.stringify(name)}`, () => rpc(name, [])]
    ),
    ['a call whose arguments are none', () => rpc('run', 'x')],
    ['a draft whose key is a path', () => rpc('keepDraft', [{ key: '../../../../tmp/evil', name: '', handle: null, at: 0, text: '' }])],
    ['a version whose id is a path', () => rpc('version', ['x', '../../../../etc/passwd'])],
    ['settings that are a path', () => rpc('writeSettings', ['/etc/passwd'])]
  ];
  it.each(messages)('gets nothing for %s', async (_name, message) => {
    const { socket, run } = await page();
    const answers: string[] = [];
    socket.on('message', (data) => answers.push(Buffer.from(data as ArrayBuffer).toString('latin1')));
    socket.send(message());
    expect(await run()).toBe(-12);
    for (const answer of answers) expect(answer).not.toContain('root:');
    socket.close();
  });

  it('is cut off when it floods, and the others go on', async () => {
    const [flooding, quiet] = [await page(), await page()];
    const code = closed(flooding.socket);
    for (let at = 0; at < 3 * LIMITS.messages; at++) flooding.socket.send(new Uint8Array(1));
    expect(await code).toBe(1008);
    expect(await quiet.run()).toBe(-12);
    quiet.socket.close();
  });

  it('cannot open more pages than anyone has', async () => {
    const pages: WebSocket[] = [];
    for (let at = 0; at < LIMITS.sockets; at++) pages.push((await page()).socket);
    expect(await closed((await page()).socket)).toBe(1013);
    const ended = pages.map(closed);
    pages.forEach((socket) => socket.close());
    await Promise.all(ended);
    const { socket, run } = await page();
    expect(await run()).toBe(-12);
    socket.close();
  });

  it('cannot hold a connection with headers that never end', async () => {
    const socket = connect(Number(address.port), '127.0.0.1');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined).resume();
    socket.write('GET / HTTP/1.1\r\nX: ');
    const began = performance.now();
    await ended;
    expect(performance.now() - began).toBeLessThan(LIMITS.headersMs + 5_000);
  });
});

describe('a bucket', () => {
  it('gives two seconds’ worth at once, and then so many a second', () => {
    let now = 0;
    const bucket = new Bucket(10, () => now);
    const taken = (): number => Array.from({ length: 100 }, () => bucket.take()).filter(Boolean).length;
    expect(taken()).toBe(20);
    now += 500;
    expect(taken()).toBe(5);
    now += 60_000;
    expect(taken()).toBe(20);
  });
});
