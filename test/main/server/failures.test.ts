import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { socketChannel, type SocketLike } from '../../../main/contract/channel';
import { connectEngine, type HostEvents } from '../../../main/contract/engineClient';
import type { KeepingEvents } from '../../../main/contract/keeping';
import { relayEngine } from '../../../main/server/relay';
import { openKeeping } from '../../../main/services/keeping';

it('an error that nobody caught in the server is logged and told to every page, which go on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wiregrad-failures-'));
  const keeping = openKeeping(folder, 'a test');
  const before = process.listeners('uncaughtException');
  // No engine is needed; its process ends at once and is started again.
  const relay = relayEngine(join(folder, 'none.cjs'), keeping, folder);
  const [listener] = process.listeners('uncaughtException').filter((other) => !before.includes(other));
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', relay.accept);
  await once(server, 'listening');

  /** A page that is connected; its promise is kept from being awaited with it. */
  const openPage = async (): Promise<{ readonly told: Promise<string> }> => {
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    socket.binaryType = 'arraybuffer';
    await once(socket, 'open');
    const told = new Promise<string>((resolve) => {
      const events: HostEvents & KeepingEvents = { trainProgress: () => undefined, engineState: () => undefined, failed: resolve };
      connectEngine(socketChannel(socket as SocketLike), events);
    });
    return { told };
  };
  const pages = [await openPage(), await openPage()];
  listener!(new Error('a bug of the server'), 'uncaughtException');
  expect(await Promise.all(pages.map(({ told }) => told))).toEqual(['a bug of the server', 'a bug of the server']);
  expect(await readFile(join(folder, 'logs/wiregrad.log'), 'utf8')).toContain('server: uncaught: Error: a bug of the server');
  relay.close();
  expect(process.listeners('uncaughtException')).toEqual(before);
  server.close();
  keeping.dispose();
  await rm(folder, { recursive: true });
});
