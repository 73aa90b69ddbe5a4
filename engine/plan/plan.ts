/**
 * A plan is a graph made ready to execute: which operations run in which order, and where in one arena each value lives.
 * Offsets are in slots; a backend of float32 uses 4-byte slots, one of float64 8-byte slots, and int32 values take a slot
 * an entry in both (an int32 view's index is then offset × slotBytes / 4).
 */
import type { Type } from '../base/dtypes';
import { sizeOf } from '../base/shapes';
import type { Groups } from '../optimize/fuse';
import type { Graph, ValueId } from '../ir/graph';

export interface Plan {
  readonly graph: Graph;
  /** Executed once when the executable is made: constants and what follows from constants alone. */
  readonly prologue: readonly ValueId[];
  /** Executed on every run, in order. Inputs, aliases (reshape, identity of a live value) and what groups absorbed are not among them. */
  readonly steps: readonly ValueId[];
  /** Steps that compute other values on their way, which have no slots; empty where nothing was fused. */
  readonly groups: Groups;
  /** First slot of each value by ValueId; −1 for one that has none. An alias has the slot of what it aliases. */
  readonly offsets: Int32Array;
  /** Size of the arena in slots, a multiple of ALIGNMENT. */
  readonly slots: number;
  /** The first so many slots of the arena are the residents', which several executables may share. */
  readonly resident: number;
  /** Leaves by name. They and the outputs keep their slots for the whole run. */
  readonly inputs: ReadonlyMap<string, ValueId>;
  readonly outputs: readonly ValueId[];
  /** What is carried over to the next run; where both have the same offset the steps have done it, else it is copied after them. */
  readonly carries: readonly Carry[];
}

/** What a value becomes from one run to the next: the new value, and the input that it replaces. */
export type Carry = readonly [next: ValueId, input: ValueId];

/** Every value starts at a multiple of this many slots, so that float32 vectors are aligned to 64 bytes. */
export const ALIGNMENT = 16;

export function slotsOf({ shape }: Type): number {
  return Math.ceil(Math.max(1, sizeOf(shape)) / ALIGNMENT) * ALIGNMENT;
}

/** Where inputs that go on from run to run live, the same in every plan that is made with it: one after another from slot 0 on. */
export interface Residents {
  readonly offsets: ReadonlyMap<string, number>;
  readonly slots: number;
}

export const NO_RESIDENTS: Residents = { offsets: new Map(), slots: 0 };

export function residentsOf(types: Iterable<readonly [name: string, type: Type]>): Residents {
  const offsets = new Map<string, number>();
  let slots = 0;
  for (const [name, type] of types) {
    offsets.set(name, slots);
    slots += slotsOf(type);
  }
  return { offsets, slots };
}

/** The values that a step reads, those that it computes on its way left out. */
export function readsOf({ graph, groups }: Pick<Plan, 'graph' | 'groups'>, step: ValueId): readonly ValueId[] {
  const members = groups.get(step);
  if (!members) return graph.operations[step]!.inputs;
  const within = new Set(members);
  return [...new Set(members.flatMap((id) => graph.operations[id]!.inputs))].filter((id) => !within.has(id));
}

/** What is left to be copied after the steps. */
export function copiesOf({ carries, offsets }: Plan): readonly Carry[] {
  return carries.filter(([next, input]) => offsets[next] !== offsets[input]);
}
