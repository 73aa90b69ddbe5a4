/** Floods, and connections that want to stay: they cost those who come in peace nothing. */
import { readdir, readlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../main/contract/codec';
import { ENGINE_PATH } from '../../../main/contract/channel';
import { Bucket, LIMITS } from '../../../main/server/limits';
import { attacked, closed, rawly, type Page } from './attacked';

const server = attacked();
const ended = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));
const request = (path = '/'): string => server.raw({ line: `GET ${path} HTTP/1.1` });
const socketRequest = (...headers: string[]): string =>
  server.raw({ line: `GET ${ENGINE_PATH} HTTP/1.1`, headers: server.upgrade(...headers) }).replace('\r\nConnection: close', '');

describe('a stranger', () => {
  const LINGERING: readonly [string, () => string][] = [
    ['a request without the cookie', () => server.raw({ headers: [] })],
    ['a socket', () => socketRequest()],
    ['CONNECT', () => 'CONNECT evil.example:443 HTTP/1.1\r\n\r\n'],
    ['what is no request', () => 'hello\r\n\r\n'],
    ['a body that never comes', () => server.raw({ headers: ['Content-Length: 1000000'] })],
    ['headers that never end', () => 'GET / HTTP/1.1\r\nX: ']
  ];
  it.each(LINGERING)('cannot hold a connection that was refused, by %s', async (_name, bytes) => {
    const socket = await server.stranger();
    socket.write(bytes());
    const began = performance.now();
    const gone = ended(socket);
    // Their own side stays open, so that nothing ends but by the server.
    socket.on('end', () => setInterval(() => socket.write('x'), 50).unref());
    await gone;
    expect(performance.now() - began).toBeLessThan(LIMITS.headersMs + 3_000);
  });

  it('who floods takes nothing from our pages', async () => {
    // More than the limit, each on a connection of its own; ours come in between.
    const flood = Array.from({ length: 4 * LIMITS.requests }, () => server.send(server.raw({ headers: [] })));
    for (let at = 0; at < 20; at++) expect((await server.send(request())).slice(0, 15)).toBe('HTTP/1.1 200 OK');
    for (const answer of await Promise.all(flood)) expect(answer).toMatch(/^HTTP\/1\.1 4(03|29) |^$/);
    expect((await server.send(request())).slice(0, 15)).toBe('HTTP/1.1 200 OK');
  });
});

describe('a page of ours', () => {
  it('that leaves in the middle of a file leaves no file open', async () => {
    const [script] = (await readdir(new URL('../../../out/renderer/assets', import.meta.url))).filter((name) =>
      name.startsWith('elk-worker')
    );
    const open = async (): Promise<number> => {
      const links = (await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ''));
      return (await Promise.all(links)).filter((link) => link.includes('elk-worker')).length;
    };
    for (let at = 0; at < 10; at++) {
      const socket = await server.stranger();
      socket.write(request(`/assets/${script}`));
      await new Promise((resolve) => socket.once('data', resolve));
      socket.resetAndDestroy();
    }
    await expect.poll(open).toBe(0);
  });

  it('that floods is cut off though it does not listen, its messages are not answered, and the others go on', async () => {
    const [flooding, quiet] = [await server.page(), await server.page()];
    const code = closed(flooding.socket);
    let answers = 0;
    flooding.socket.on('message', () => answers++);
    const message = encode({ t: 'q', i: '1', m: 'nothing', a: [] });
    for (let at = 0; at < 10 * LIMITS.messages; at++) flooding.socket.send(message);
    expect(await code).toBe(1008);
    expect(answers).toBeLessThan(4 * LIMITS.messages);
    expect(await quiet.run()).toBe(-12);
    quiet.socket.close();
  });

  it('that pings without end is cut off', async () => {
    const { socket } = await server.page();
    const code = closed(socket);
    rawly(socket).pause();
    for (let at = 0; at < 100_000; at++) rawly(socket).write(Uint8Array.from([0x89, 0x80, 0, 0, 0, 0]));
    rawly(socket).resume();
    expect([1006, 1008]).toContain(await code);
  });

  it('that sends one message in a million parts is cut off', async () => {
    const { socket } = await server.page();
    const code = closed(socket);
    rawly(socket).write(Uint8Array.from([0x02, 0x80, 0, 0, 0, 0]));
    const part = Uint8Array.from([0x00, 0x81, 0, 0, 0, 0, 0]);
    for (let at = 0; at < 50_000; at++) rawly(socket).write(part);
    expect([1006, 1008]).toContain(await code);
  });

  it('is told that there are too many, and those that are refused take no place', async () => {
    const pages: Page[] = [];
    for (let at = 0; at < LIMITS.sockets; at++) pages.push(await server.page());
    const [told, silent] = [await server.page(), await server.page()];
    rawly(silent.socket).pause();
    expect(await closed(told.socket)).toBe(1013);
    // One more breaks off with what is no frame.
    await server.send(
      Buffer.concat([Buffer.from(socketRequest(`Cookie: ${server.cookie}`, `Origin: ${server.address.origin}`)), Buffer.alloc(4, 0xff)])
    );
    expect(server.uncaught).toEqual([]);
    const gone = closed(pages[0]!.socket);
    pages[0]!.socket.close();
    await gone;
    const { run, socket } = await server.page();
    expect(await run()).toBe(-12);
    for (const each of [...pages, silent]) each.socket.terminate();
    socket.close();
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
