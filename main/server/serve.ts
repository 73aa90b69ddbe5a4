/** The app in a browser tab: the built page and the engine behind a WebSocket, on 127.0.0.1 only. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { version } from '../../package.json';
import { ENGINE_PATH } from '../contract/channel';
import { openKeeping } from '../services/keeping';
import { contentType, pageHeaders, resolvePage } from '../services/page';
import { openAccess } from './access';
import { Bucket, LIMITS } from './limits';
import { relayEngine } from './relay';

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
  /** Opens the page once, within a minute. */
  ticketUrl(): string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Serves until closed. Rejects where the port is taken. */
export async function serve({ port, page, engine, home }: ServeOptions): Promise<Serving> {
  const server = createServer({
    maxHeaderSize: LIMITS.headerBytes,
    headersTimeout: LIMITS.headersMs,
    requestTimeout: LIMITS.requestMs,
    connectionsCheckingInterval: 1_000,
    // Looked at below, where the answer has the headers of all others.
    requireHostHeader: false
  });
  server.maxHeadersCount = LIMITS.headers;
  server.maxConnections = LIMITS.connections;
  const bound = await listen(server, port);
  const origin = `http://${LOOPBACK}:${bound}`;
  const access = openAccess(bound);
  const keeping = openKeeping(home, `Wiregrad ${version} in a browser`);
  const relay = relayEngine(engine, keeping, join(home, 'training'));
  const headers = pageHeaders(`ws://${LOOPBACK}:${bound}`);
  const requests = new Bucket(LIMITS.requests);

  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // Nothing here takes a body; one that is not read would be taken for the next request.
    if (hasBody(request)) return refuse(response, 413, 'no request here has a body');
    const verdict = access.judge(request, false);
    if (!requests.take()) return refuse(response, 429, 'too many requests');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD');
    if (verdict.kind === 'refused') return refuse(response, 403, verdict.reason);
    if (verdict.kind === 'allowed') return void sendFile(page, request, response);
    response.setHeader('Set-Cookie', verdict.cookie);
    if (!verdict.crossSite) response.writeHead(303, { Location: '/' }).end();
    // Led here from elsewhere, a browser would follow without the cookie; from a page of ours it goes with it.
    else
      response
        .writeHead(200, { 'Content-Type': contentType('index.html') })
        .end('<!doctype html><meta http-equiv="refresh" content="0; url=/">');
  };
  server.on('request', respond);
  server.on('checkContinue', respond);
  server.on('connect', (_request, socket: Duplex) => socket.end(bare(405, headers)));
  server.on('clientError', (_error, socket: Duplex) => {
    if (socket.writable) socket.end(bare(400, headers));
    else socket.destroy();
  });
  server.on('upgrade', (request, socket, head) => {
    const verdict = access.judge(request, true);
    const ours =
      request.method === 'GET' &&
      request.url === ENGINE_PATH &&
      request.headers.upgrade?.toLowerCase() === 'websocket' &&
      !hasBody(request);
    if (verdict.kind === 'allowed' && ours && requests.take()) relay.accept(request, socket, head);
    else socket.end(bare(403, headers));
  });

  return {
    url: `${origin}/?token=${access.token}`,
    ticketUrl: () => `${origin}/?ticket=${access.ticket()}`,
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

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** An answer to what is no request, or none that is answered, with the headers of all others. */
function bare(status: number, headers: Record<string, string>): string {
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' }).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** Answers and ends the connection: who was refused once has nothing more to say. */
function refuse(response: ServerResponse, status: number, text: string): void {
  response.setHeader('Connection', 'close');
  answer(response, status, text);
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
