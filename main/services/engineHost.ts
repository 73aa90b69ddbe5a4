/** The engine in a forked Node process, restarted when it crashes, as one object that answers calls for any number of askers. */
import { fork } from 'node:child_process';
import { ENGINE_CALLS, type EngineCalls } from '@wiregrad/engine';
import { callsBy, perform } from '../contract/calls';
import { connectEngine, engineLost, type EngineClient, type HostEvents } from '../contract/engineClient';
import { Supervisor, type EngineProcess } from './supervisor';

interface ForkedEngine extends EngineProcess {
  readonly client: EngineClient;
}

export interface EngineHost {
  readonly calls: EngineCalls;
  dispose(): void;
}

/**
 * Starts the built engine program at `program` (a path). Events of whichever process is in charge go to `events`. Training
 * is written down in the folder `keep` while it goes on.
 */
export function hostEngine(program: string, events: HostEvents, keep?: string): EngineHost {
  const supervisor = new Supervisor(
    () => forkEngine(program, events, keep),
    (state) => events.engineState(state)
  );
  const current = (): EngineCalls => {
    if (!supervisor.current) throw engineLost();
    return supervisor.current.client.calls;
  };
  return {
    calls: callsBy<EngineCalls>(ENGINE_CALLS, async (name, given) => perform(current(), name, given)),
    dispose: () => supervisor.dispose()
  };
}

function forkEngine(program: string, events: HostEvents, keep?: string): ForkedEngine {
  // `advanced` is structured clone: typed arrays and Maps arrive as what they are.
  const child = fork(program, keep === undefined ? [] : ['--keep', keep], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
  const client = connectEngine(
    {
      post: (message: object) => {
        if (!child.connected) throw engineLost();
        child.send(message);
      },
      on: (receive) => void child.on('message', receive),
      off: (receive) => void child.off('message', receive)
    },
    events
  );
  let ended = false;
  return {
    client,
    onExit: (listener) => {
      const end = (): void => {
        if (ended) return;
        ended = true;
        client.close();
        listener();
      };
      child.once('exit', end);
      // A process that could not be started has no exit.
      child.on('error', () => {
        if (child.pid === undefined) end();
      });
    },
    kill: () => {
      child.kill();
    }
  };
}
