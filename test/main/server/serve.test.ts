import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { TrainNews } from '@wiregrad/engine';
import { ENGINE_PATH, socketChannel, type SocketLike } from '../../../main/contract/channel';
import { connectEngine, type HostEvents } from '../../../main/contract/engineClient';
import { CLASSIFIER, pointsCsv, SIMPLE } from '../cli/documents';
import { CLI } from '../cli/wiregrad';

let home: string;
let server: ChildProcess;
let address: URL;
let cookie: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wiregrad-serve-'));
  server = spawn(process.execPath, [CLI, 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, WIREGRAD_HOME: home }
  });
  const [line] = (await once(createInterface(server.stdout!), 'line')) as [string];
  address = new URL(line);
  const exchange = await fetch(address, { redirect: 'manual' });
  cookie = exchange.headers.get('set-cookie')!.split(';')[0]!;
});
afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
  await rm(home, { recursive: true });
});

/** Status of a GET whose headers are set freely, as fetch would not allow. */
function status(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: address.port, path, headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject).end();
  });
}

interface Opening {
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

function open({ path = ENGINE_PATH, headers = { cookie, origin: address.origin } }: Opening = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${address.host}${path}`, { headers });
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => socket.once('open', () => resolve(socket)).once('error', reject));
}

async function connectPage(events: Partial<HostEvents> = {}) {
  const socket = await open();
  const { calls } = connectEngine(socketChannel(socket as SocketLike), {
    trainProgress: () => undefined,
    engineState: () => undefined,
    ...events
  });
  return { socket, calls };
}

describe('the server', () => {
  it('prints an address on 127.0.0.1 with a token', () => {
    expect(address.hostname).toBe('127.0.0.1');
    expect(address.searchParams.get('token')).toMatch(/^[\w-]{43}$/);
  });

  it('leads from the token to the page without it, whose headers isolate it', async () => {
    const exchange = await fetch(address, { redirect: 'manual' });
    expect(exchange.status).toBe(303);
    expect(exchange.headers.get('location')).toBe('/');
    const page = await fetch(address.origin, { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('refuses requests without the cookie, under another host and from another origin', async () => {
    expect(await status('/', {})).toBe(403);
    expect(await status('/', { cookie: `${cookie.split('=')[0]}=guess` })).toBe(403);
    expect(await status('/', { cookie, host: 'evil.example' })).toBe(403);
    expect(await status(`/${address.search}`, { host: `evil.example:${address.port}` })).toBe(403);
    expect(await status('/', { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await status('/', { cookie }, 'POST')).toBe(405);
    expect(await status('/', { cookie, host: `localhost:${address.port}` })).toBe(403);
  });

  it('serves nothing outside of the page', async () => {
    for (const path of ['/../main/engine.cjs', '/%2e%2e/main/engine.cjs', '/..%2fmain%2fengine.cjs', '//etc/passwd', '/%']) {
      expect([400, 404], path).toContain(await status(path, { cookie }));
    }
  });

  it('refuses sockets of other origins, without the cookie, and on other paths', async () => {
    await expect(open({ headers: { cookie, origin: 'http://evil.example' } })).rejects.toThrow('403');
    await expect(open({ headers: { cookie } })).rejects.toThrow('403');
    await expect(open({ headers: { origin: address.origin } })).rejects.toThrow('403');
    await expect(open({ path: `${ENGINE_PATH}${address.search}`, headers: { origin: address.origin } })).rejects.toThrow('404');
    await expect(open({ path: '/other' })).rejects.toThrow('404');
  });

  it('is not ended by connections that are reset while they are refused', async () => {
    const upgrade = `GET ${ENGINE_PATH} HTTP/1.1\r\nHost: ${address.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    for (const bytes of [upgrade, 'CONNECT a:1 HTTP/1.1\r\n\r\n', 'hello\r\n\r\n']) {
      for (let at = 0; at < 100; at++) {
        const socket = connect(Number(address.port), '127.0.0.1').on('error', () => undefined);
        await once(socket, 'connect');
        socket.write(bytes);
        if (at % 3 === 0) socket.resetAndDestroy();
        else setTimeout(() => socket.resetAndDestroy(), at % 5);
      }
    }
    expect(await status('/', { cookie })).toBe(200);
    expect(server.exitCode).toBeNull();
  });

  it('listens on the loopback alone', async () => {
    const socket = connect(Number(address.port), '::1');
    await expect(once(socket, 'connect')).rejects.toThrow();
  });

  it('survives bytes that are no message', async () => {
    const socket = await open();
    for (const bytes of [new Uint8Array(3), new Uint8Array(64).fill(255), 'text', Buffer.from('{"t":"q"}')]) socket.send(bytes);
    const { calls } = await connectPage();
    const result = await calls.run({ document: JSON.stringify(SIMPLE), revision: 7, backward: true });
    expect(result.revision).toBe(7);
    socket.terminate();
  });
});

describe('the engine behind the server', () => {
  it('runs a document and sends its labels as typed arrays', async () => {
    const { calls, socket } = await connectPage();
    const result = await calls.run({ document: JSON.stringify(SIMPLE), revision: 1, backward: true });
    expect(result.values.get('f')!.data[0]).toBe(-12);
    expect(result.gradients.get('z')!.data[0]).toBe(3);
    socket.close();
  });

  it('rejects with diagnostics that name what is wrong', async () => {
    const { calls, socket } = await connectPage();
    await expect(calls.run({ document: '{', revision: 1, backward: false })).rejects.toMatchObject({
      name: 'EngineError',
      diagnostics: [expect.objectContaining({ code: 'not-json' })]
    });
    socket.close();
  });

  it('goes on training when the page is loaded again, and tells the new page', async () => {
    const first = await connectPage();
    await first.calls.openData('points.csv', new TextEncoder().encode(pointsCsv()));
    // The answer goes to the page that asked, which is gone by then.
    void first.calls.train({ document: JSON.stringify(CLASSIFIER), revision: 1, epochs: 1_000_000 }).catch(() => undefined);
    first.socket.terminate();
    let heard: (progress: TrainNews) => void;
    const progress = new Promise<TrainNews>((resolve) => (heard = resolve));
    const second = await connectPage({ trainProgress: (seen) => heard(seen) });
    expect(await progress).toMatchObject({ epochs: 1_000_000 });
    await second.calls.stop();
    second.socket.close();
  });
});
