import { sizeOf } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';

/** Σ_p weights[o, p] · x[…, p, …] along `axis`: every line of x times a matrix [o, p]. */
export function mixAxis(b: Builder, x: ValueId, axis: number, weights: ValueId): ValueId {
  const shape = b.shape(x);
  const [count, length] = b.shape(weights) as [number, number];
  const [before, behind] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
  const lines = b.reshape(b.permute(b.reshape(x, [before, length, behind]), [1, 0, 2]), [length, before * behind]);
  const mixed = b.reshape(b.dot(weights, lines), [count, before, behind]);
  return b.reshape(b.permute(mixed, [1, 0, 2]), shape.with(axis, count));
}
