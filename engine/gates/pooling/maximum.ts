/** The largest entry of each window and its index, which the gradient goes back to: torch's max pools. */
import { sizeOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId, Window } from '../../ir/graph';
import { countsOf } from '../windows';

/** Values and flat indices, both [L, O], of the first of the largest in each of O windows; x is [L, spatial…]. */
interface Maximum {
  readonly out: ValueId;
  readonly indices: ValueId;
}

/** Over windows laid evenly. */
export function maximumOfWindows(b: Builder, x: ValueId, windows: readonly Window[]): Maximum {
  const [rows, ...spatial] = b.shape(x) as [number, ...number[]];
  const indices = b.reshape(b.windowArgmax(x, windows), [rows, sizeOf(countsOf(windows))]);
  return take(b, b.reshape(x, [rows, sizeOf(spatial)]), indices);
}

/** Over windows whose entries are at flat indices int32 [L or 1, K, O]; an entry may be listed twice. */
export function maximumAt(b: Builder, x: ValueId, indices: ValueId): Maximum {
  const [rows, ...spatial] = b.shape(x) as [number, ...number[]];
  const [, entries, count] = b.shape(indices) as [number, number, number];
  const flat = b.reshape(x, [rows, sizeOf(spatial)]);
  const every = b.broadcast(indices, [rows, entries, count]);
  const best = b.argmax(b.reshape(b.gather(flat, b.reshape(every, [rows, entries * count]), 1), [rows, entries, count]), 1);
  return take(b, flat, b.reshape(b.gather(every, b.reshape(best, [rows, 1, count]), 1), [rows, count]));
}

function take(b: Builder, flat: ValueId, indices: ValueId): Maximum {
  return { out: b.gather(flat, indices, 1), indices };
}

/** Both outputs in the pool's shape. */
export function maximumOutputs(b: Builder, { out, indices }: Maximum, shape: Shape): readonly ValueId[] {
  return [b.reshape(out, shape), b.reshape(indices, shape)];
}
