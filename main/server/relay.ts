/**
 * Between the sockets of pages and the one engine process. A page that is reloaded is a new socket; the engine and what it
 * is training know nothing of that, and its progress goes to every socket that is open.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { ENGINE_CALLS, type EngineCalls } from '@wiregrad/engine';
import { answerCalls, type Answering } from '@wiregrad/engine/node';
import { CodecError, MAX_MESSAGE_BYTES } from '../contract/codec';
import { socketChannel, type SocketLike } from '../contract/channel';
import type { HostEvents } from '../contract/engineClient';
import { KEEPING_CALLS, type KeepingCalls } from '../contract/keeping';
import { hostEngine } from '../services/engineHost';
import type { Keeping } from '../services/keeping';

export interface Relay {
  /** Takes over the connection of a request that was found to be allowed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** Starts the engine program at the path `engine` and relays to it; what is to be kept goes to `keeping`, training to the folder `keep`. */
export function relayEngine(engine: string, keeping: Keeping, keep: string): Relay {
  const pages = new Set<Answering<HostEvents>>();
  const reportBug = (bug: unknown): void => {
    const text = describe(bug);
    process.stderr.write(`server: ${text}\n`);
    keeping.log.write('server', text);
  };
  const events: HostEvents = {
    trainProgress: (progress) => pages.forEach((page) => page.trainProgress(progress)),
    engineState: (state) => pages.forEach((page) => page.engineState(state))
  };
  const host = hostEngine(engine, events, keep);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });

  const join = (socket: WebSocket): void => {
    socket.binaryType = 'arraybuffer';
    const kept = keeping.join();
    const page = answerCalls<EngineCalls & KeepingCalls, HostEvents>(
      { ...host.calls, ...kept },
      [...ENGINE_CALLS, ...KEEPING_CALLS],
      socketChannel(socket as SocketLike),
      ['trainProgress', 'engineState'],
      reportBug
    );
    pages.add(page);
    socket.on('close', () => {
      pages.delete(page);
      kept.leave();
      page.close();
    });
    // A broken frame closes the socket; the page connects again.
    socket.on('error', () => socket.terminate());
  };

  return {
    accept: (request, socket, head) => sockets.handleUpgrade(request, socket, head, join),
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      host.dispose();
    }
  };
}

function describe(bug: unknown): string {
  // Bytes that are no message are the sender's fault; where we noticed tells nothing.
  return bug instanceof Error && !(bug instanceof CodecError) ? (bug.stack ?? bug.message) : String(bug);
}
