/** The two ways that messages travel between renderer and engine, in the form that birpc takes. */
import type { ChannelOptions } from 'birpc';
import { decode, encode } from './codec';

export type Channel = Pick<ChannelOptions, 'post' | 'on' | 'off' | 'serialize' | 'deserialize'>;

/** Where a WebSocket is served, beside the page. */
export const ENGINE_PATH = '/engine';

/** A message port of a browser: structured clone carries typed arrays and Maps as they are. */
export interface PortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  start(): void;
}

/** A WebSocket of a browser, or of the package ws; its `binaryType` must be `arraybuffer`. */
export interface SocketLike {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

export function portChannel(port: PortLike): Channel {
  const listen = listeners(port);
  return {
    post: (message) => port.postMessage(message),
    on: (receive) => {
      listen.on(receive, (event) => event.data);
      port.start();
    },
    off: listen.off
  };
}

export function socketChannel(socket: SocketLike): Channel {
  const listen = listeners(socket);
  return {
    post: (bytes: Uint8Array<ArrayBuffer>) => socket.send(bytes),
    on: (receive) => listen.on(receive, (event) => event.data),
    off: listen.off,
    serialize: encode,
    deserialize: (data: unknown) => decode(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array())
  };
}

/** birpc removes a listener by the function that it added; the target knows it by the one that unwraps events. */
function listeners(target: Pick<SocketLike, 'addEventListener' | 'removeEventListener'>) {
  const known = new Map<(message: unknown) => void, (event: { data: unknown }) => void>();
  return {
    on(receive: (message: unknown) => void, unwrap: (event: { data: unknown }) => unknown): void {
      const listener = (event: { data: unknown }): void => receive(unwrap(event));
      known.set(receive, listener);
      target.addEventListener('message', listener);
    },
    off(receive: (message: unknown) => void): void {
      const listener = known.get(receive);
      if (listener) target.removeEventListener('message', listener);
      known.delete(receive);
    }
  };
}
