/**
 * Chains of elementwise operations that one pass over memory can compute: an operation whose result only the chain itself
 * reads becomes part of it and is never written out. Broadcasts are read in place where only chains read them.
 */
import { BINARY, UNARY, type AnyOperation, type ValueId } from '../ir/graph';
import type { Surroundings } from './products';

const ELEMENTWISE: ReadonlySet<string> = new Set([...UNARY, ...BINARY, 'compare', 'select', 'convert']);
/** So many results at most are on their way within a chain, each in a buffer of its own. */
const LONGEST = 16;

/** An identity is another name for its operand and computes nothing. */
export function isElementwise({ primitive }: AnyOperation): boolean {
  return ELEMENTWISE.has(primitive) && primitive !== 'identity';
}

/** The values that the step computes that ends at `root`; `taken` are those of other steps, `computes` what a step may hold. */
export function chainAt(
  root: ValueId,
  { graph: { operations }, kept, users }: Surroundings,
  taken: ReadonlySet<ValueId>,
  computes: (id: ValueId) => boolean
): ValueId[] {
  const readInPlace = (id: ValueId) => operations[id]!.primitive === 'broadcast' && !kept.has(id) && users.get(id)!.every(computes);
  const members = new Set([root]);
  const waiting = new Set<ValueId>(operations[root]!.inputs);
  while (waiting.size > 0 && members.size < LONGEST) {
    // The latest first: all of its users that could be members are by then.
    const id = latest(waiting);
    waiting.delete(id);
    if (readInPlace(id)) members.add(id);
    const ends = kept.has(id) || !computes(id) || taken.has(id) || !users.get(id)!.every((user) => members.has(user));
    if (ends) continue;
    members.add(id);
    for (const input of operations[id]!.inputs) waiting.add(input);
  }
  for (const id of waiting) if (readInPlace(id)) members.add(id);
  members.delete(root);
  return [...members];
}

function latest(ids: ReadonlySet<ValueId>): ValueId {
  let last = -1;
  for (const id of ids) if (id > last) last = id;
  return last;
}
