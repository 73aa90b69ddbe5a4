/** The host in a browser tab: the engine over a WebSocket to the server that this page came from, files through the browser. */
import { ENGINE_PATH, socketChannel, type SocketLike } from '../../main/contract/channel';
import type { Host, OpenedFile } from '../../main/contract/host';
import { browserFiles } from './browserFiles';
import { pickFiles } from './chooseFiles';
import { engineLink } from './engineLink';
import { listeners } from './listeners';
import { recentDocuments } from './recentDocuments';

export interface Socket extends SocketLike {
  binaryType: string;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
}
export interface WebOptions {
  /** Opens a connection to the engine. */
  connect?: () => Socket;
  /** Runs `retry` after `milliseconds`. */
  schedule?: (retry: () => void, milliseconds: number) => void;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

function openSocket(): Socket {
  const { protocol, host } = window.location;
  return new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${ENGINE_PATH}`) as Socket;
}

/** Connects at once, and again after every loss, waiting twice as long each time up to 5 s. */
export function webHost({ connect = openSocket, schedule = (retry, ms) => void setTimeout(retry, ms) }: WebOptions = {}): Host {
  const link = engineLink();
  let pause = FIRST_RETRY_MS;
  const begin = (): void => {
    const socket = connect();
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      pause = FIRST_RETRY_MS;
      link.attach(socketChannel(socket));
    });
    socket.addEventListener('close', () => {
      link.detach();
      schedule(begin, pause);
      pause = Math.min(pause * 2, LAST_RETRY_MS);
    });
  };
  begin();

  let unsaved = false;
  globalThis.addEventListener?.('beforeunload', (event) => {
    if (unsaved) event.preventDefault();
  });
  return {
    kind: 'web',
    platform: /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '') ? 'mac' : 'other',
    engine: link.calls,
    files: browserFiles(recentDocuments(), link.keeping),
    keeping: link.keeping,
    pickFiles,
    onTrainProgress: link.progress.on,
    onEngineState: link.states.on,
    onFailure: link.failures.on,
    onCommand: listeners<string>().on,
    onOpenFile: listeners<OpenedFile>().on,
    setUnsaved: (now) => {
      unsaved = now;
    },
    setRebound: () => undefined
  };
}
