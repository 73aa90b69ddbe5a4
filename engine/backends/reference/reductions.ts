/** Reductions and scans: each line of entries along the axes gives one result, or as many as it has. */
import { stridesOf } from '../../base/shapes';
import { offsetsOf, otherAxes, type Setting, type Task } from './task';

/** acc ← rule(acc, x) over `axes`, from `start`. Math.max and Math.min let NaN win. */
export function reduce(start: { float: number; int32: number }, rule: (acc: number, x: number) => number) {
  return ({ operation, out, inputs, shapes }: Setting<'reduce_sum' | 'reduce_max' | 'reduce_min'>): Task => {
    const x = inputs[0]!;
    const [starts, along] = lines(shapes[0]!, operation.attributes.axes);
    const first = start[operation.type.dtype];
    return {
      units: out.length,
      cost: 4 * along.length,
      run(from, to) {
        for (let line = from; line < to; line++) {
          let acc = first;
          for (let i = 0; i < along.length; i++) acc = rule(acc, x[starts[line]! + along[i]!]!);
          out[line] = acc;
        }
      }
    };
  };
}

export function cumsum({ operation, out, inputs, shapes }: Setting<'cumsum'>): Task {
  const x = inputs[0]!;
  const [starts, along] = lines(shapes[0]!, [operation.attributes.axis]);
  return {
    units: starts.length,
    cost: 4 * along.length,
    run(from, to) {
      for (let line = from; line < to; line++) {
        let sum = 0;
        for (let i = 0; i < along.length; i++) {
          const at = starts[line]! + along[i]!;
          sum += x[at]!;
          out[at] = sum;
        }
      }
    }
  };
}

/** The first of the largest; the first NaN, if any, as in PyTorch. */
export function argmax({ operation, out, inputs, shapes }: Setting<'argmax'>): Task {
  const x = inputs[0]!;
  const [starts, along] = lines(shapes[0]!, [operation.attributes.axis]);
  return {
    units: out.length,
    cost: 4 * along.length,
    run(from, to) {
      for (let line = from; line < to; line++) {
        let best = 0;
        for (let i = 1; i < along.length; i++) {
          const largest = x[starts[line]! + along[best]!]!;
          const next = x[starts[line]! + along[i]!]!;
          if (next > largest || (Number.isNaN(next) && !Number.isNaN(largest))) best = i;
        }
        out[line] = best;
      }
    }
  };
}

/** Offset of each line's first entry, in the order of the other axes, and of a line's entries from there. */
function lines(shape: readonly number[], axes: readonly number[]): [starts: Int32Array, along: Int32Array] {
  const steps = stridesOf(shape);
  const part = (chosen: readonly number[]): Int32Array =>
    offsetsOf(
      chosen.map((axis) => shape[axis]!),
      chosen.map((axis) => steps[axis]!)
    );
  return [part(otherAxes(shape, axes)), part(axes)];
}
