/** The app in a browser tab: the built page and the engine behind a WebSocket, on 127.0.0.1 only. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline, type Duplex } from 'node:stream';
import { version } from '../../package.json';
import { openKeeping } from '../services/keeping';
import { contentType, pageHeaders, resolvePage } from '../services/page';
import { openAccess } from './access';
import { Bucket, LIMITS } from './limits';
import { isOurUser } from './peer';
import { relayEngine } from './relay';
import { malformed, refused, type Verdict } from './request';

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
  /**
   * Hands `open` an address that opens the page once, within a minute. What that returns is called when the address is of
   * no use any more: it was opened, the minute is over, or the server ends.
   */
  openWith(open: (url: string) => () => void): void;
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
    insecureHTTPParser: false,
    // Looked at below, where the answer has the headers of all others.
    requireHostHeader: false
  });
  server.timeout = LIMITS.idleMs;
  server.maxConnections = LIMITS.connections;
  const bound = await listen(server, port);
  const origin = `http://${LOOPBACK}:${bound}`;
  const access = openAccess(bound);
  const keeping = openKeeping(home, `Wiregrad ${version} in a browser`);
  const relay = relayEngine(engine, keeping, join(home, 'training'));
  const headers = pageHeaders(`ws://${LOOPBACK}:${bound}`);
  const requests = { ours: new Bucket(LIMITS.requests), others: new Bucket(LIMITS.requests) };

  const judge = (request: IncomingMessage, upgrade: boolean): Verdict => {
    let verdict = malformed(request, upgrade) ?? access.judge(request, upgrade);
    // The files of the page are no secret; and looking takes a few milliseconds.
    if (upgrade && verdict.kind === 'allowed' && !isOurUser(request.socket)) verdict = refused('the program of another user');
    const bucket = verdict.kind === 'refused' ? requests.others : requests.ours;
    return bucket.take() ? verdict : refused('too many requests', 429);
  };
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const verdict = judge(request, false);
    if (verdict.kind === 'refused') return refuse(response, verdict.status, verdict.reason);
    if (verdict.kind === 'allowed') return void sendFile(page, request, response);
    response.setHeader('Set-Cookie', verdict.cookie).setHeader('Cache-Control', 'no-store');
    if (!verdict.crossSite) response.writeHead(303, { Location: '/' }).end();
    // Led here from elsewhere, a browser would follow without the cookie; from a page of ours it goes with it.
    else
      response
        .writeHead(200, { 'Content-Type': contentType('index.html') })
        .end('<!doctype html><meta http-equiv="refresh" content="0; url=/">');
  };
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, respond);
  server.on('connect', (_request, socket: Duplex) => dismiss(socket, bare(405, headers)));
  server.on('clientError', (_error, socket: Duplex) => dismiss(socket, bare(400, headers)));
  server.on('upgrade', (request, socket, head) => {
    const verdict = judge(request, true);
    if (verdict.kind === 'refused') dismiss(socket, bare(verdict.status, headers));
    else relay.accept(request, socket, head);
  });

  return {
    url: `${origin}/?token=${access.token}`,
    openWith: (open) => {
      let spent = (): void => undefined;
      const ticket = access.ticket(() => spent());
      spent = open(`${origin}/?ticket=${ticket}`);
    },
    close: () => {
      access.close();
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

/** An answer to what is no request, or none that is answered, with the headers of all others. */
function bare(status: number, headers: Record<string, string>): string {
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' }).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** Says no on a connection that Node has let go of. One that the other side keeps open would take a place for ever. */
function dismiss(socket: Duplex, answer: string): void {
  // Without a listener, a connection that is reset meanwhile would end the program.
  socket.on('error', () => socket.destroy());
  if (socket.writable) socket.end(answer);
  setTimeout(() => socket.destroy(), LIMITS.lastWordMs).unref();
}

/** Answers and ends the connection: who was refused once has nothing more to say. */
function refuse(response: ServerResponse, status: number, reason: string): void {
  response.setHeader('Connection', 'close');
  answer(response, status, reason);
}

async function sendFile(page: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = resolvePage(page, (request.url ?? '/').replace(/[?#].*$/s, ''));
  if (file === null) return answer(response, 400, 'malformed path');
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return answer(response, 404, 'not found');
  response.writeHead(200, { 'Content-Type': contentType(file), 'Content-Length': found.size });
  if (request.method === 'HEAD') response.end();
  // Closes the file also where the other side is gone before its end.
  else pipeline(createReadStream(file), response, () => undefined);
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
