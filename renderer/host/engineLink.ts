/**
 * The engine, and what is kept for the user, as the renderer sees them while connections come and go: a call made while
 * there is none waits for the next one, a call in hand when one breaks rejects with `engine-lost`. Knows no transport; hosts attach and detach channels.
 */
import { ENGINE_CALLS, type EngineCalls, type TrainNews } from '@wiregrad/engine';
import { callsBy, perform } from '../../main/contract/calls';
import { KEEPING_CALLS, type KeepingCalls, type KeepingEvents } from '../../main/contract/keeping';
import type { Channel } from '../../main/contract/channel';
import { connectEngine, type EngineClient, type EngineState, type HostEvents } from '../../main/contract/engineClient';
import { listeners } from './listeners';

export interface EngineLink {
  readonly calls: EngineCalls;
  /** Answered by the server beside the engine's; Electron has a way of its own. */
  readonly keeping: KeepingCalls;
  readonly progress: ReturnType<typeof listeners<TrainNews>>;
  readonly states: ReturnType<typeof listeners<EngineState>>;
  /** What failed in the server, as messages. */
  readonly failures: ReturnType<typeof listeners<string>>;
  attach(channel: Channel): void;
  detach(): void;
}

export function engineLink(): EngineLink {
  const progress = listeners<TrainNews>();
  const states = listeners<EngineState>();
  const failures = listeners<string>();
  let client: EngineClient | undefined;
  let lost = false;
  const waiting: (() => void)[] = [];

  const connected = async (): Promise<EngineClient> => {
    while (!client) await new Promise<void>((resolve) => waiting.push(resolve));
    return client;
  };
  const tell = (state: EngineState): void => {
    if (lost === (state === 'lost')) return;
    lost = state === 'lost';
    states.emit(state);
  };
  const events: HostEvents & KeepingEvents = { trainProgress: progress.emit, engineState: tell, failed: failures.emit };
  /** The names of both sets go over one channel. */
  const send = async (name: string, given: readonly unknown[]): Promise<unknown> =>
    perform((await connected()).calls, name as keyof EngineCalls, given);
  const link: EngineLink = {
    calls: callsBy<EngineCalls>(ENGINE_CALLS, send),
    keeping: callsBy<KeepingCalls>(KEEPING_CALLS, send),
    progress,
    states,
    failures,
    attach(channel) {
      client?.close();
      client = connectEngine(channel, events);
      for (const resume of waiting.splice(0)) resume();
      tell('ready');
    },
    detach() {
      client?.close();
      client = undefined;
      tell('lost');
    }
  };
  return link;
}
