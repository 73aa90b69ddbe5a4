/**
 * Between the sockets of pages and the one engine process. A page that is reloaded is a new socket; the engine and what it
 * is training know nothing of that, and its progress goes to every socket that is open.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { ENGINE_CALLS, EngineError, type EngineCalls } from '@wiregrad/engine';
import { answerCalls, type Answering } from '@wiregrad/engine/node';
import { callsBy, perform } from '../contract/calls';
import { CodecError, MAX_MESSAGE_BYTES } from '../contract/codec';
import { socketChannel, type SocketLike } from '../contract/channel';
import type { HostEvents } from '../contract/engineClient';
import { KEEPING_CALLS, type KeepingCalls, type KeepingEvents } from '../contract/keeping';
import { hostEngine } from '../services/engineHost';
import type { Keeping } from '../services/keeping';
import { logUncaught } from '../services/log';
import { Bucket, LIMITS } from './limits';

/** Codes of RFC 6455 and of IANA's registry, for sockets that are closed by us. */
const TOO_MANY = 1008;
const TRY_LATER = 1013;

type PageEvents = HostEvents & KeepingEvents;

export interface Relay {
  /** Takes over the connection of a request that was found to be allowed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** Starts the engine program at the path `engine` and relays to it; what is to be kept goes to `keeping`, training to the folder `keep`. */
export function relayEngine(engine: string, keeping: Keeping, keep: string): Relay {
  const alive = new WeakSet<WebSocket>();
  const pages = new Set<Answering<PageEvents>>();
  const reports = new Bucket(LIMITS.reports);
  const reportBug = (bug: unknown): void => {
    if (!reports.take()) return;
    const text = describe(bug);
    process.stderr.write(`server: ${text}\n`);
    keeping.log.write('server', text);
  };
  const events: HostEvents = {
    trainProgress: (progress) => pages.forEach((page) => page.trainProgress(progress)),
    engineState: (state) => pages.forEach((page) => page.engineState(state))
  };
  const host = hostEngine(engine, events, keep);
  // Pages and the training of others shall not end with one bug. Not told on stderr: it may be what failed.
  const unwatch = logUncaught(keeping.log, 'server', ({ message }) => pages.forEach((page) => page.failed(message)));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });

  sockets.on('wsClientError', (_error, socket) => socket.destroy());

  const join = (socket: WebSocket): void => {
    socket.binaryType = 'arraybuffer';
    const messages = new Bucket(LIMITS.messages);
    socket.on('message', () => {
      if (!messages.take()) dismiss(socket, TOO_MANY, 'too many messages');
    });
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    const kept = keeping.join();
    const page = answerCalls<EngineCalls & KeepingCalls, PageEvents>(
      { ...host.calls, ...told(kept) },
      [...ENGINE_CALLS, ...KEEPING_CALLS],
      socketChannel(socket as SocketLike),
      ['trainProgress', 'engineState', 'failed'],
      reportBug
    );
    pages.add(page);
    socket.on('close', () => {
      pages.delete(page);
      kept.leave();
      page.close();
    });
  };

  // What is gone without a word holds no place for ever.
  const beat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, LIMITS.silenceMs);
  beat.unref();

  return {
    accept: (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (opened) => {
        // A broken frame closes the socket; the page connects again.
        opened.on('error', () => opened.terminate());
        // Those that are being refused take no place.
        if (pages.size >= LIMITS.sockets) dismiss(opened, TRY_LATER, 'too many pages are open');
        else join(opened);
      });
    },
    close: () => {
      clearInterval(beat);
      unwatch();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      host.dispose();
    }
  };
}

/** Closes a socket and reads nothing more from it; one that does not answer is cut off. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  socket.pause();
  setTimeout(() => socket.terminate(), LIMITS.lastWordMs).unref();
}

/** The same calls, whose failures are told to the page in their own words: a full disk is no bug. */
function told(calls: KeepingCalls): KeepingCalls {
  return callsBy<KeepingCalls>(KEEPING_CALLS, async (name, given) => {
    try {
      return await perform(calls, name, given);
    } catch (error) {
      throw new EngineError({ code: 'not-kept', message: (error as Error).message });
    }
  });
}

function describe(bug: unknown): string {
  // Bytes that are no message are the sender's fault; where we noticed tells nothing.
  return bug instanceof Error && !(bug instanceof CodecError) ? (bug.stack ?? bug.message) : String(bug);
}
