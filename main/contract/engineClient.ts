/** The asking side of the engine's calls, over any channel: what `Host.engine` is in the app and what the server relays to. */
import { createBirpc } from 'birpc';
import { EngineError, type Diagnostic, type EngineCalls, type EngineEvents } from '@wiregrad/engine';
import type { Channel } from './channel';

export type EngineState = 'ready' | 'lost';

/** What arrives unasked: from the engine, and from whoever keeps its process alive. */
export interface HostEvents extends EngineEvents {
  engineState(state: EngineState): void;
}

export interface EngineClient {
  readonly calls: EngineCalls;
  /** Rejects every call in hand with `engine-lost`, and every later one; to be called when the channel broke. */
  close(): void;
}

/** The failure of a call whose engine is gone. */
export function engineLost(): EngineError {
  return new EngineError({
    code: 'engine-lost',
    message: 'the engine process ended before it answered',
    hint: 'it is started again by itself; run once more'
  });
}

/** Connects to an engine. Calls that fail reject with an EngineError, whose `diagnostics` say why. */
export function connectEngine(channel: Channel, events: HostEvents): EngineClient {
  const rpc = createBirpc<EngineCalls, HostEvents>(events, {
    ...channel,
    deserialize: (data) => restoreFailure(channel.deserialize ? channel.deserialize(data) : data),
    timeout: -1
  });
  return { calls: rpc, close: () => rpc.$close(engineLost()) };
}

/** A failed answer carries `{ diagnostics }`, since an Error's own fields do not survive a structured clone. */
function restoreFailure(message: unknown): unknown {
  const failure = (message as { e?: { diagnostics?: unknown } }).e;
  if (!failure) return message;
  const diagnostics = Array.isArray(failure.diagnostics) ? (failure.diagnostics as Diagnostic[]) : [];
  const [first, ...others] = diagnostics;
  const error = new EngineError(first ?? { code: 'internal', message: 'the engine failed without saying why' }, ...others);
  return { ...(message as object), e: error };
}
