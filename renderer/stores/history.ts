/** A line of states that can be walked back and forth; every step has a name. Knows nothing of what the states are. */

export interface Step<T> {
  readonly label: string;
  readonly before: T;
  readonly after: T;
  /** Consecutive steps of one key are one step. */
  readonly merge?: string;
}

export interface History<T> {
  readonly past: readonly Step<T>[];
  readonly future: readonly Step<T>[];
}

/** More than anyone walks back; states share what did not change, so a step costs little. */
const LIMIT = 1000;

export function emptyHistory<T>(): History<T> {
  return { past: [], future: [] };
}

/** Appends a step, or lengthens the last one where both have the same merge key; what was undone is forgotten. */
export function record<T>(history: History<T>, step: Step<T>): History<T> {
  const last = history.past.at(-1);
  if (last && step.merge !== undefined && last.merge === step.merge && history.future.length === 0) {
    return { past: [...history.past.slice(0, -1), { ...step, before: last.before }], future: [] };
  }
  return { past: [...history.past, step].slice(-LIMIT), future: [] };
}

/** The state before the last step, or null where there is none. */
export function stepBack<T>({ past, future }: History<T>): { readonly history: History<T>; readonly state: T } | null {
  const step = past.at(-1);
  // Without its key the step can be redone but no longer grows.
  return step ? { history: { past: past.slice(0, -1), future: [{ ...step, merge: undefined }, ...future] }, state: step.before } : null;
}

/** The state after the step that was undone last, or null where there is none. */
export function stepForward<T>({ past, future }: History<T>): { readonly history: History<T>; readonly state: T } | null {
  const [step, ...rest] = future;
  return step ? { history: { past: [...past, step], future: rest }, state: step.after } : null;
}
