/** The engine in a utility process of Electron, with a message port of its own to each page. */
import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron';
import type { EngineState } from '../contract/engineClient';
import { Supervisor, type EngineProcess } from '../services/supervisor';
import { CHANNEL } from './channels';

interface Utility extends EngineProcess {
  readonly process: UtilityProcess;
}

export interface ElectronEngine {
  /** Sends `page` a port to the engine, now and after every restart. */
  connect(page: WebContents): void;
  dispose(): void;
}

/** Starts the built engine program at `program`. It writes training down in the folder `keep`; what it complains of goes to `report`. */
export function startEngine(program: string, keep: string, report: (text: string) => void): ElectronEngine {
  const pages = new Set<WebContents>();
  const supervisor = new Supervisor(
    () => startUtility(program, keep, report),
    (state) => {
      report(`the process is ${state}`);
      for (const page of pages) {
        if (state === 'ready') sendPort(page);
        tell(page, state);
      }
    }
  );
  const sendPort = (page: WebContents): void => {
    const engine = supervisor.current;
    if (!engine || page.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    engine.process.postMessage('connect', [port1]);
    page.postMessage(CHANNEL.enginePort, null, [port2]);
  };
  return {
    connect: (page) => {
      if (!pages.has(page)) page.once('destroyed', () => pages.delete(page));
      pages.add(page);
      sendPort(page);
    },
    dispose: () => supervisor.dispose()
  };
}

function tell(page: WebContents, state: EngineState): void {
  if (!page.isDestroyed()) page.send(CHANNEL.engineState, state);
}

function startUtility(program: string, keep: string, report: (text: string) => void): Utility {
  const child = utilityProcess.fork(program, ['--keep', keep], { serviceName: 'Wiregrad engine', stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr?.on('data', (text: Buffer) => report(text.toString().trimEnd()));
  return { process: child, onExit: (listener) => void child.once('exit', () => listener()), kill: () => void child.kill() };
}
