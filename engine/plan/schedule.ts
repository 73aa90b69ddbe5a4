/** The order of a plan's operations: what a run is asked for in the order of the graph, and updates as early as they can be. */
import type { ValueId } from '../ir/graph';

/** An operation to be placed, with those that must come before it. */
export interface Update {
  readonly id: ValueId;
  readonly after: readonly ValueId[];
}

/**
 * `order` with each update placed right after the last of those that it waits for, so that what it reads is needed no
 * longer than it must be. Updates that wait for each other in a circle come at the end, in their own order.
 */
export function placeUpdates(order: readonly ValueId[], updates: readonly Update[]): ValueId[] {
  if (updates.length === 0) return [...order];
  const pending = new Map<ValueId, number>();
  const waiting = new Map<ValueId, Update[]>();
  const known = new Set([...order, ...updates.map(({ id }) => id)]);
  for (const update of updates) {
    const awaited = new Set(update.after.filter((id) => known.has(id) && id !== update.id));
    pending.set(update.id, awaited.size);
    for (const id of awaited) waiting.set(id, [...(waiting.get(id) ?? []), update]);
  }
  const placed: ValueId[] = [];
  const done = new Set<ValueId>();
  const place = (id: ValueId): void => {
    const ready = [id];
    for (let at = 0; at < ready.length; at++) {
      placed.push(ready[at]!);
      done.add(ready[at]!);
      for (const update of waiting.get(ready[at]!) ?? []) {
        const left = pending.get(update.id)! - 1;
        pending.set(update.id, left);
        if (left === 0) ready.push(update.id);
      }
    }
  };
  for (const { id } of updates) if (pending.get(id) === 0 && !done.has(id)) place(id);
  for (const id of order) place(id);
  for (const { id } of updates) if (!done.has(id)) placed.push(id);
  return placed;
}
