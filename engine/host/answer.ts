/** The answering side of calls, the engine's above all, over any channel that carries structured clones. */
import { createBirpc, type ChannelOptions } from 'birpc';
import { EngineError, type Diagnostic } from '../base/errors';
import type { EngineEvents } from '../session/messages';

/** How a failed call crosses a process: plain data, never a stack. */
export interface Failure {
  readonly diagnostics: readonly Diagnostic[];
}

/** Whatever was thrown, as what the asker is told. A bug of ours keeps its message; its stack goes to `report`. */
export function describeFailure(error: unknown, report: (bug: unknown) => void): Failure {
  if (error instanceof EngineError) return { diagnostics: error.diagnostics };
  report(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    diagnostics: [{ code: 'internal', message: `internal error: ${message}`, hint: 'this is a bug of Wiregrad; please report it' }]
  };
}

const asIs = (message: unknown): unknown => message;

/** birpc reads a message's fields unseen; what is no request of its form stops here. */
function requireRequest(message: unknown): unknown {
  const { t, m, a } = (message ?? {}) as { t?: unknown; m?: unknown; a?: unknown };
  if (t !== 'q' || typeof m !== 'string' || !Array.isArray(a)) throw new TypeError('a message that is no request');
  return message;
}

export type Answering<Events extends EngineEvents> = Events & { close(): void };

/**
 * Answers those of `calls` that are `named` over `channel` until closed; the result tells events to the other side.
 * `eventNames` are the events that this side knows of.
 */
export function answerCalls<Calls extends object, Events extends EngineEvents>(
  calls: Calls,
  named: readonly (keyof Calls & string)[],
  channel: Pick<ChannelOptions, 'post' | 'on' | 'off' | 'serialize' | 'deserialize'>,
  eventNames: readonly (keyof Events & string)[],
  report: (bug: unknown) => void
): Answering<Events> {
  const functions: Record<string, unknown> = Object.create(null);
  for (const name of named) functions[name] = (...given: never[]) => (calls[name] as (...given: never[]) => unknown)(...given);
  const { serialize = asIs, deserialize = asIs } = channel;
  const rpc = createBirpc<Record<string, (payload: unknown) => void>, object>(functions, {
    ...channel,
    timeout: -1,
    deserialize: (data) => requireRequest(deserialize(data)),
    serialize: (message: { e?: unknown }) =>
      serialize(message.e === undefined ? message : { ...message, e: describeFailure(message.e, report) }),
    // What cannot be read or sent concerns one message; the process and its other callers go on.
    onGeneralError: (error) => {
      report(error);
      return true;
    }
  });
  const events = Object.fromEntries(eventNames.map((name) => [name, (payload: unknown) => void rpc.$callEvent(name, payload)]));
  return { ...(events as unknown as Events), close: () => rpc.$close() };
}
