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
import { hostEngine } from '../services/engineHost';

export interface Relay {
  /** Takes over the connection of a request that was found to be allowed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** Starts the engine program at the path `engine` and relays to it. */
export function relayEngine(engine: string): Relay {
  const pages = new Set<Answering<HostEvents>>();
  const host = hostEngine(engine, {
    trainProgress: (progress) => pages.forEach((page) => page.trainProgress(progress)),
    engineState: (state) => pages.forEach((page) => page.engineState(state))
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });

  const join = (socket: WebSocket): void => {
    socket.binaryType = 'arraybuffer';
    const page = answerCalls<EngineCalls, HostEvents>(
      host.calls,
      ENGINE_CALLS,
      socketChannel(socket as SocketLike),
      ['trainProgress', 'engineState'],
      reportBug
    );
    pages.add(page);
    socket.on('close', () => {
      pages.delete(page);
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

function reportBug(bug: unknown): void {
  // Bytes that are no message are the sender's fault; where we noticed tells nothing.
  const text = bug instanceof Error && !(bug instanceof CodecError) ? (bug.stack ?? bug.message) : String(bug);
  process.stderr.write(`server: ${text}\n`);
}
