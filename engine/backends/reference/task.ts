/** How the oracle's kernels look: made once when compiling, run in ranges of units so that a long one can be interrupted. */
import type { NumberArray } from '../../base/dtypes';
import type { Shape } from '../../base/shapes';
import type { Operation, Primitive } from '../../ir/graph';

export interface Task {
  /** Entries, rows or lines of work that can be done one after another in separate calls, in order. */
  readonly units: number;
  /** Rough number of scalar operations in a unit. */
  readonly cost: number;
  run(from: number, to: number): void;
}

export interface Setting<P extends Primitive = Primitive> {
  readonly operation: Operation<P>;
  readonly out: NumberArray;
  readonly inputs: readonly NumberArray[];
  /** Shapes of the operands. */
  readonly shapes: readonly Shape[];
}

/** Offset of every entry of a box, row-major: Σ index·step over the axes. */
export function offsetsOf(shape: Shape, steps: readonly number[], start = 0): Int32Array {
  let offsets = Int32Array.of(start);
  shape.forEach((length, axis) => {
    const wider = new Int32Array(offsets.length * length);
    offsets.forEach((offset, index) => {
      for (let i = 0; i < length; i++) wider[index * length + i] = offset + i * steps[axis]!;
    });
    offsets = wider;
  });
  return offsets;
}

/** The axes of a shape apart from those in `axes`, in order. */
export function otherAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}
