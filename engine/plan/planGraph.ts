/** Schedules a simplified graph and lays its values out in one arena, reusing the slots of values that nobody needs again. */
import { EngineError, invariant } from '../base/errors';
import { formatShape, sizeOf } from '../base/shapes';
import type { Graph, ValueId } from '../ir/graph';
import { reachable } from '../optimize/simplify';
import { ALIGNMENT, type Plan } from './plan';

/** Slots that a WebAssembly memory of 4 GiB holds; an offset must be an int32 besides. */
const MOST_SLOTS = 2 ** 30;

/**
 * Plans what `outputs` need of `graph`, which must hold no custom region. Inputs and outputs keep their slots throughout.
 * Throws EngineError `out-of-memory` where that takes more than 2³⁰ slots.
 */
export function planGraph(graph: Graph, outputs: Iterable<ValueId>): Plan {
  const wanted = [...new Set(outputs)];
  const live = reachable(graph, wanted);
  const home = aliases(graph, live);
  const fixed = constants(graph, live);
  const last = lastUses(graph, live, home);
  const forever = new Set(
    [...wanted, ...live.filter((id) => fixed.has(id) || graph.operations[id]!.primitive === 'input')].map((id) => home[id]!)
  );

  const offsets = new Int32Array(graph.operations.length).fill(-1);
  const arena = new Arena();
  const place = (id: ValueId) => {
    offsets[id] = arena.take(slotsFor(graph, id));
  };
  const leads = (id: ValueId) => home[id] === id;
  // Leaves and constants first: they live as long as the plan.
  for (const id of live) if (leads(id) && (graph.operations[id]!.primitive === 'input' || fixed.has(id))) place(id);
  for (const id of live) {
    if (offsets[id]! < 0 && leads(id)) place(id);
    for (const input of new Set(graph.operations[id]!.inputs.map((operand) => home[operand]!))) {
      if (last[input] === id && !forever.has(input)) arena.give(offsets[input]!, slotsFor(graph, input));
    }
  }
  for (const id of live) offsets[id] = offsets[home[id]!]!;
  if (arena.size > MOST_SLOTS) throw tooLarge(graph, live, arena.size);

  const computed = live.filter((id) => leads(id) && graph.operations[id]!.primitive !== 'input');
  return {
    graph,
    prologue: computed.filter((id) => fixed.has(id)),
    steps: computed.filter((id) => !fixed.has(id)),
    offsets,
    slots: arena.size,
    inputs: new Map(
      live.flatMap((id) => {
        const operation = graph.operations[id]!;
        return operation.primitive === 'input' ? [[operation.attributes.name, id] as const] : [];
      })
    ),
    outputs: wanted
  };
}

function tooLarge({ operations }: Graph, live: readonly ValueId[], slots: number): EngineError {
  const largest = live.reduce((most, id) => (sizeOf(operations[id]!.type.shape) > sizeOf(operations[most]!.type.shape) ? id : most));
  const { type, origin } = operations[largest]!;
  return new EngineError({
    code: 'out-of-memory',
    ...(origin && { gate: origin.node }),
    message: `a run would hold ${slots.toPrecision(3)} numbers at once, and at most ${MOST_SLOTS.toPrecision(3)} fit; the largest tensor is ${formatShape(type.shape)}`,
    hint: 'use smaller tensors, or a smaller batch'
  });
}

function slotsFor(graph: Graph, id: ValueId): number {
  return Math.ceil(Math.max(1, sizeOf(graph.operations[id]!.type.shape)) / ALIGNMENT) * ALIGNMENT;
}

/** By value, the value in whose slots it lies: its operand's for a reshape or identity, else its own. */
function aliases(graph: Graph, live: readonly ValueId[]): Int32Array {
  const home = new Int32Array(graph.operations.length).fill(-1);
  for (const id of live) {
    const { primitive, inputs } = graph.operations[id]!;
    invariant(primitive !== 'custom', 'a plan holds no custom region: simplify first');
    home[id] = primitive === 'reshape' || primitive === 'identity' ? home[inputs[0]!]! : id;
  }
  return home;
}

/** Values that follow from constants alone. */
function constants(graph: Graph, live: readonly ValueId[]): ReadonlySet<ValueId> {
  const fixed = new Set<ValueId>();
  for (const id of live) {
    const { primitive, inputs } = graph.operations[id]!;
    if (primitive !== 'input' && inputs.every((input) => fixed.has(input))) fixed.add(id);
  }
  return fixed;
}

/** By home, the last operation that reads it. */
function lastUses(graph: Graph, live: readonly ValueId[], home: Int32Array): Int32Array {
  const last = new Int32Array(graph.operations.length).fill(-1);
  for (const id of live) for (const input of graph.operations[id]!.inputs) last[home[input]!] = id;
  return last;
}

/** First-fit over free ranges kept in order and merged. */
class Arena {
  size = 0;
  private readonly free: { offset: number; length: number }[] = [];

  take(length: number): number {
    const at = this.free.findIndex((range) => range.length >= length);
    if (at < 0) {
      const offset = this.size;
      this.size += length;
      return offset;
    }
    const range = this.free[at]!;
    const { offset } = range;
    if (range.length === length) this.free.splice(at, 1);
    else this.free[at] = { offset: offset + length, length: range.length - length };
    return offset;
  }

  give(offset: number, length: number): void {
    let at = this.free.findIndex((range) => range.offset > offset);
    if (at < 0) at = this.free.length;
    const before = this.free[at - 1];
    const after = this.free[at];
    const joinsBefore = before !== undefined && before.offset + before.length === offset;
    const joinsAfter = after !== undefined && offset + length === after.offset;
    const start = joinsBefore ? before.offset : offset;
    const end = joinsAfter ? after.offset + after.length : offset + length;
    this.free.splice(at - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), { offset: start, length: end - start });
  }
}
