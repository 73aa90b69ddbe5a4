/**
 * A plan is a graph made ready to execute: which operations run in which order, and where in one arena each value lives.
 * Offsets are in slots; a backend of float32 uses 4-byte slots, one of float64 8-byte slots, and int32 values take a slot
 * an entry in both (an int32 view's index is then offset × slotBytes / 4).
 */
import type { Graph, ValueId } from '../ir/graph';

export interface Plan {
  readonly graph: Graph;
  /** Executed once when the executable is made: constants and what follows from constants alone. */
  readonly prologue: readonly ValueId[];
  /** Executed on every run, in order. Inputs and aliases (reshape, identity of a live value) are not among them. */
  readonly steps: readonly ValueId[];
  /** First slot of each value by ValueId; −1 for one that is never needed. An alias has the slot of what it aliases. */
  readonly offsets: Int32Array;
  /** Size of the arena in slots, a multiple of ALIGNMENT. */
  readonly slots: number;
  /** Leaves by name. They and the outputs keep their slots for the whole run. */
  readonly inputs: ReadonlyMap<string, ValueId>;
  readonly outputs: readonly ValueId[];
}

/** Every value starts at a multiple of this many slots, so that float32 vectors are aligned to 64 bytes. */
export const ALIGNMENT = 16;
