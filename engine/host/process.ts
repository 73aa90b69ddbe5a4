/**
 * The engine as a process of its own: one session, and any number of askers over channels. Started by Electron's
 * utilityProcess, which sends a MessagePort per window, or by child_process.fork with serialization `advanced`, where the
 * one channel is the process itself. A window that goes away leaves the session as it is.
 */
import { constants, setPriority } from 'node:os';
import { ENGINE_CALLS, type EngineEvents } from '../session/messages';
import { Session } from '../session/session';
import { answerCalls, type Answering } from './answer';
import { keeperIn } from './keeper';
import { workersBeside } from './workers';

/** What Electron adds to `process` in a utilityProcess, and the ports that arrive there. */
interface ParentPort {
  on(event: 'message', listener: (event: { ports: EnginePort[] }) => void): void;
}
interface EnginePort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
}

// Training takes all cores that it gets; the window, which wants little, shall not wait for them.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

/** `--keep FOLDER` names the folder in which a training run is written down. */
const keep = process.argv.indexOf('--keep');
const folder = keep < 0 ? undefined : process.argv[keep + 1];

const askers = new Set<Answering<EngineEvents>>();
const session = new Session({
  workers: workersBeside(import.meta.url),
  ...(folder !== undefined && { keeper: keeperIn(folder) }),
  report: (message) => process.stderr.write(`engine: ${message}\n`),
  onTrainProgress: (progress) => {
    for (const asker of askers) asker.trainProgress(progress);
  }
});

function answer(channel: Parameters<typeof answerCalls>[2]): Answering<EngineEvents> {
  const asker = answerCalls<Session, EngineEvents>(session, ENGINE_CALLS, channel, ['trainProgress'], (bug) =>
    process.stderr.write(`engine: ${describe(bug)}\n`)
  );
  askers.add(asker);
  return asker;
}

function describe(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
}

const parentPort = (process as { parentPort?: ParentPort }).parentPort;
if (parentPort) {
  parentPort.on('message', ({ ports: [port] }) => {
    if (!port) return;
    const asker = answer({
      post: (message) => port.postMessage(message),
      on: (receive) => {
        port.on('message', (event) => receive(event.data));
        port.start();
      }
    });
    port.on('close', () => {
      asker.close();
      askers.delete(asker);
    });
  });
} else {
  answer({
    post: (message) => process.send?.(message),
    on: (receive) => void process.on('message', receive)
  });
  process.on('disconnect', () => process.exit());
}
