/** Which operations of a graph one step can compute together, so that what is on the way is never written out. */
import type { Graph, ValueId } from '../ir/graph';
import { chainAt, isElementwise } from './chains';
import { productAt, type Surroundings } from './products';
import { fixedValues, reachable } from './simplify';

/** By the value that a step ends with, all values that it computes, operands before users; the last is that value itself. */
export type Groups = ReadonlyMap<ValueId, readonly ValueId[]>;

/** The groups of `graph` when `outputs` must be written out; a step that computes one value is not among them. */
export function fuse(graph: Graph, outputs: Iterable<ValueId>): Groups {
  const kept = new Set(outputs);
  const live = reachable(graph, kept);
  const fixed = fixedValues(graph, live);
  const around: Surroundings = { graph, kept, users: usersOf(graph, live) };
  const computes = (id: ValueId) => isElementwise(graph.operations[id]!) && !fixed.has(id);
  const groups = new Map<ValueId, readonly ValueId[]>();
  const taken = new Set<ValueId>();
  for (const root of [...live].reverse()) {
    if (taken.has(root) || fixed.has(root)) continue;
    const members = computes(root) ? chainAt(root, around, taken, computes) : productAt(root, around);
    if (members.length === 0) continue;
    groups.set(
      root,
      [...members, root].sort((a, b) => a - b)
    );
    // What only moves entries may be read in place by several steps.
    for (const id of members) if (computes(id) || graph.operations[id]!.primitive === 'dot') taken.add(id);
  }
  return groups;
}

function usersOf({ operations }: Graph, live: readonly ValueId[]): ReadonlyMap<ValueId, readonly ValueId[]> {
  const users = new Map<ValueId, ValueId[]>(live.map((id) => [id, []]));
  for (const id of live) for (const input of new Set(operations[id]!.inputs)) users.get(input)!.push(id);
  return users;
}
