/** A server that is attacked: requests byte by byte, as no well-behaved client would write them, and pages of ours beside. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import WebSocket from 'ws';
import { ENGINE_PATH, socketChannel, type SocketLike } from '../../../main/contract/channel';
import { connectEngine, type EngineClient } from '../../../main/contract/engineClient';
import { serve, type Serving } from '../../../main/server/serve';
import { SIMPLE } from '../cli/documents';

const out = (path: string): string => fileURLToPath(new URL(`../../../out/${path}`, import.meta.url));

export interface Raw {
  readonly line?: string;
  readonly host?: string | null;
  readonly headers?: readonly string[];
  readonly body?: string;
}
export interface Page {
  readonly socket: WebSocket;
  readonly calls: EngineClient['calls'];
  run(): Promise<unknown>;
}

/** Serves within this process while the tests of a file run. What nobody caught in it fails them. */
export function attacked() {
  let home: string;
  let serving: Serving;
  let address: URL;
  let cookie: string;
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  beforeAll(async () => {
    process.on('uncaughtException', note);
    home = await mkdtemp(join(tmpdir(), 'wiregrad-attacked-'));
    serving = await serve({ port: 0, page: out('renderer'), engine: out('main/engine.cjs'), home });
    address = new URL(serving.url);
    cookie = (await fetch(address, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!;
  });
  afterAll(async () => {
    await serving.close();
    await rm(home, { recursive: true });
    process.off('uncaughtException', note);
    expect(uncaught).toEqual([]);
  });

  /** A connection of a stranger, who keeps their side open for as long as they can. */
  async function stranger(): Promise<Socket> {
    const socket = connect({ port: Number(address.port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined).resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }

  return {
    stranger,
    /** What nobody caught: it would have ended the program. */
    uncaught: uncaught as readonly unknown[],
    /** Where what pages keep goes. */
    get home(): string {
      return home;
    },
    get address(): URL {
      return address;
    },
    get cookie(): string {
      return cookie;
    },
    get token(): string {
      return address.searchParams.get('token')!;
    },
    openWith: (open: (url: string) => () => void): void => serving.openWith(open),

    /** All that comes back until the server closes, or nothing more comes. */
    async send(bytes: string | Uint8Array): Promise<string> {
      const socket = await stranger();
      return new Promise((resolve) => {
        let answer = '';
        const done = (): void => {
          socket.destroy();
          resolve(answer);
        };
        socket.setTimeout(700, done);
        socket.on('data', (data) => (answer += data.toString('latin1')));
        socket.on('error', done).on('end', done).on('close', done);
        socket.write(bytes);
      });
    },

    /** A request that is right but for what is given. */
    raw({ line = 'GET / HTTP/1.1', host = address.host, headers = [`Cookie: ${cookie}`], body = '' }: Raw): string {
      return [line, ...(host === null ? [] : [`Host: ${host}`]), ...headers, 'Connection: close', '', body].join('\r\n');
    },
    /** The headers of a socket that is right but for what is given. */
    upgrade: (...headers: string[]): readonly string[] => [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...headers
    ],

    /** A page of ours. */
    async page(): Promise<Page> {
      const socket = new WebSocket(`ws://${address.host}${ENGINE_PATH}`, { headers: { cookie, origin: address.origin } });
      socket.binaryType = 'arraybuffer';
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      const { calls } = connectEngine(socketChannel(socket as SocketLike), {
        trainProgress: () => undefined,
        engineState: () => undefined
      });
      const run = async () =>
        (await calls.run({ document: JSON.stringify(SIMPLE), revision: 1, backward: false })).values.get('f')!.data[0];
      return { socket, calls, run };
    }
  };
}

/** Its code. */
export const closed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));

/** The connection below a socket, to write what no frame is. */
export const rawly = (socket: WebSocket): Socket => (socket as unknown as { _socket: Socket })._socket;
