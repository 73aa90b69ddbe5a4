/** Reverse mode as a graph transform: appends the backward pass to the graph that it differentiates. */
import type { Builder } from '../ir/builder';
import { lastOf, type ValueId } from '../ir/graph';
import { applyVjp } from './rules';

/**
 * Appends the cotangents of Σ⟨seed, value⟩ with respect to every float value that it depends on.
 * `seeds` maps values to cotangents of their shape.
 * Returns a lookup: the cotangent of a value, undefined where nothing reaches it.
 */
export function appendVjp(builder: Builder, seeds: ReadonlyMap<ValueId, ValueId>): ReadonlyMap<ValueId, ValueId> {
  const cotangents = new Map(seeds);
  for (let id = lastOf(seeds.keys()); id >= 0; id--) {
    const g = cotangents.get(id);
    if (g === undefined) continue;
    const operation = builder.operation(id);
    builder.within(operation.origin && { ...operation.origin, role: 'gradient' }, () => {
      applyVjp(builder, operation, id, g).forEach((contribution, position) => {
        const input = operation.inputs[position]!;
        if (contribution === undefined || builder.type(input).dtype !== 'float') return;
        const before = cotangents.get(input);
        cotangents.set(input, before === undefined ? contribution : builder.add(before, contribution));
      });
    });
  }
  return cotangents;
}
