/** Schedules a simplified graph and lays its values out in one arena, reusing the slots of values that nobody needs again. */
import { EngineError, invariant } from '../base/errors';
import { formatShape, sameShape, sizeOf } from '../base/shapes';
import type { Graph, ValueId } from '../ir/graph';
import { isElementwise } from '../optimize/chains';
import { fuse, type Groups } from '../optimize/fuse';
import { fixedValues } from '../optimize/simplify';
import { Arena } from './arena';
import { NO_RESIDENTS, readsOf, slotsOf, type Carry, type Plan, type Residents } from './plan';
import { placeUpdates } from './schedule';

/** Slots that a WebAssembly memory of 4 GiB holds; an offset must be an int32 besides. */
const MOST_SLOTS = 2 ** 30;

/** In place of a last use: the slots were given back. */
const GIVEN = -2;

export interface PlanOptions {
  /** Lets one step compute a chain of elementwise operations; for backends that can. */
  readonly fuse?: boolean;
  readonly residents?: Residents;
  readonly carries?: readonly Carry[];
}

/**
 * Plans what `outputs` and `carries` need of `graph`, which must hold no custom region. Inputs and outputs keep their slots
 * throughout. Throws EngineError `out-of-memory` where that takes more than 2³⁰ slots.
 */
export function planGraph(graph: Graph, outputs: Iterable<ValueId>, options: PlanOptions = {}): Plan {
  const { residents = NO_RESIDENTS } = options;
  const carries = (options.carries ?? []).filter(([next, input]) => next !== input);
  const wanted = [...new Set(outputs)];
  const kept = [...wanted, ...carries.map(([next]) => next)];
  const groups: Groups = options.fuse ? fuse(graph, kept) : new Map();
  const read = new Map([...groups.keys()].map((id) => [id, readsOf({ graph, groups }, id)]));
  const reads = (id: ValueId) => read.get(id) ?? graph.operations[id]!.inputs;
  const inputs = [...new Set(carries.map(([, input]) => input))];
  const live = reachableBy(graph, [...kept, ...inputs], reads);
  const home = aliases(graph, live);
  const fixed = fixedValues(graph, live);
  const order = schedule([...live.filter((id) => fixed.has(id)), ...live.filter((id) => !fixed.has(id))], carries, home, reads);
  const last = lastUses(order, home, reads, graph.operations.length);
  const isInput = (id: ValueId) => graph.operations[id]!.primitive === 'input';
  const forever = new Set([...kept, ...live.filter((id) => fixed.has(id) || isInput(id))].map((id) => home[id]!));

  const offsets = new Int32Array(graph.operations.length).fill(-1);
  const arena = new Arena(residents.slots);
  const replaces = new Map(carries.map(([next, input]) => [next, input]));
  const leads = (id: ValueId) => home[id] === id;
  const slots = (id: ValueId) => slotsOf(graph.operations[id]!.type);

  // Leaves and constants first: they live as long as the plan.
  for (const id of live) {
    const operation = graph.operations[id]!;
    const resident = operation.primitive === 'input' ? residents.offsets.get(operation.attributes.name) : undefined;
    if (resident !== undefined) offsets[id] = resident;
    else if (leads(id) && (isInput(id) || fixed.has(id))) offsets[id] = arena.take(slots(id));
  }
  // An elementwise step may be written over what it reads entry by entry, if nobody reads that again.
  const over = (id: ValueId, place: number): ValueId | undefined => {
    const operation = graph.operations[id]!;
    if (!isElementwise(operation)) return undefined;
    const input = replaces.get(id);
    // Of another dtype, an entry may have another width.
    const free = (operand: ValueId) => {
      const { shape, dtype } = graph.operations[operand]!.type;
      return dtype === operation.type.dtype && sameShape(shape, operation.type.shape);
    };
    if (input !== undefined) return !wantedHomes.has(input) && last[input]! <= place && free(input) ? input : undefined;
    return forever.has(id)
      ? undefined
      : reads(id).find((operand) => !forever.has(home[operand]!) && last[home[operand]!] === place && free(operand));
  };
  const wantedHomes = new Set(wanted.map((id) => home[id]!));
  order.forEach((id, place) => {
    const reused = offsets[id]! < 0 && leads(id) ? over(id, place) : undefined;
    const taken = reused === undefined ? -1 : home[reused]!;
    if (offsets[id]! < 0 && leads(id)) offsets[id] = taken < 0 ? arena.take(slots(id)) : offsets[taken]!;
    for (const operand of reads(id)) {
      const input = home[operand]!;
      if (last[input] !== place || input === taken || forever.has(input)) continue;
      arena.give(offsets[input]!, slots(input));
      last[input] = GIVEN;
    }
  });
  for (const id of live) offsets[id] = offsets[home[id]!]!;
  if (arena.size > MOST_SLOTS) throw tooLarge(graph, live, arena.size);

  const computed = order.filter((id) => leads(id) && !isInput(id));
  return {
    graph,
    prologue: computed.filter((id) => fixed.has(id)),
    steps: computed.filter((id) => !fixed.has(id)),
    groups,
    offsets,
    slots: arena.size,
    resident: residents.slots,
    inputs: new Map(
      live.flatMap((id) => {
        const operation = graph.operations[id]!;
        return operation.primitive === 'input' ? [[operation.attributes.name, id] as const] : [];
      })
    ),
    outputs: wanted,
    carries
  };
}

/** Ids of what `outputs` are computed from by steps that read as `reads` says, in order. */
function reachableBy({ operations }: Graph, outputs: Iterable<ValueId>, reads: (id: ValueId) => readonly ValueId[]): ValueId[] {
  const live = new Uint8Array(operations.length);
  for (const id of outputs) live[id] = 1;
  for (let id = live.length - 1; id >= 0; id--) if (live[id]) for (const input of reads(id)) live[input] = 1;
  return [...live.keys()].filter((id) => live[id]);
}

/** What replaces an input comes as soon as all others that read it have, so that it can be written in its place. */
function schedule(
  live: readonly ValueId[],
  carries: readonly Carry[],
  home: Int32Array,
  reads: (id: ValueId) => readonly ValueId[]
): ValueId[] {
  const readers = new Map<ValueId, ValueId[]>(carries.map(([, input]) => [input, []]));
  for (const id of live) for (const operand of reads(id)) readers.get(home[operand]!)?.push(id);
  const replaced = new Map(carries);
  const read = new Set(live.flatMap((id) => reads(id)));
  // What others go on from stays in the order of the graph.
  const updates = live.filter((id) => replaced.has(id) && !read.has(id));
  const last = new Set(updates);
  return placeUpdates(
    live.filter((id) => !last.has(id)),
    updates.map((id) => ({ id, after: [...reads(id), ...readers.get(replaced.get(id)!)!] }))
  );
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

/** By home, the place in `order` of the last operation that reads it; −1 of what nothing reads. */
function lastUses(order: readonly ValueId[], home: Int32Array, reads: (id: ValueId) => readonly ValueId[], values: number): Int32Array {
  const last = new Int32Array(values).fill(-1);
  order.forEach((id, place) => {
    for (const input of reads(id)) last[home[input]!] = place;
  });
  return last;
}
