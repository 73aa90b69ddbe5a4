/** The app in a browser tab: the built page and the engine behind a WebSocket, on 127.0.0.1 only. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { version } from '../../package.json';
import { ENGINE_PATH } from '../contract/channel';
import { openKeeping } from '../services/keeping';
import { contentType, pageHeaders, resolvePage } from '../services/page';
import { judge, newToken, type Verdict } from './access';
import { relayEngine, type Relay } from './relay';

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of the built page. */
  readonly page: string;
  /** Path of the built engine program. */
  readonly engine: string;
  /** Folder of what is kept for the user. */
  readonly home: string;
}

export interface Serving {
  /** Opens the page; it holds the token. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Serves until closed. Rejects where the port is taken. */
export async function serve({ port, page, engine, home }: ServeOptions): Promise<Serving> {
  const server = createServer();
  const bound = await listen(server, port);
  const token = newToken();
  const allow = judge({ token, port: bound });
  const keeping = openKeeping(home, `Wiregrad ${version} in a browser`);
  const relay = relayEngine(engine, keeping, join(home, 'training'));
  const headers = pageHeaders(`ws://${LOOPBACK}:${bound} ws://localhost:${bound}`);

  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const verdict = allow(request, false);
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, 'only GET and HEAD');
    else if (verdict.kind === 'refused') answer(response, 403, verdict.reason);
    else if (verdict.kind === 'exchange') response.writeHead(303, { Location: '/', 'Set-Cookie': verdict.cookie }).end();
    else void sendFile(page, request, response);
  });
  server.on('upgrade', (request, socket, head) => upgrade(relay, allow(request, true), request, socket, head));

  return {
    url: `http://${LOOPBACK}:${bound}/?token=${token}`,
    close: () => {
      relay.close();
      keeping.dispose();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    }
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function upgrade(relay: Relay, verdict: Verdict, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (verdict.kind === 'allowed' && request.url === ENGINE_PATH) relay.accept(request, socket, head);
  else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

async function sendFile(page: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = resolvePage(page, (request.url ?? '/').replace(/[?#].*$/s, ''));
  if (file === null) return answer(response, 400, 'malformed path');
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return answer(response, 404, 'not found');
  response.writeHead(200, { 'Content-Type': contentType(file), 'Content-Length': found.size });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
