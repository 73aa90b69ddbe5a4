/** torch.gather and torch.scatter_add: along one axis the place is the index's entry, along the others its own. */
import { stridesOf } from '../../base/shapes';
import { indexOutOfRange } from '../failures';
import { offsetsOf, type Setting, type Task } from './task';

export function gather({ operation, out, inputs, shapes }: Setting<'gather'>): Task {
  const { axis } = operation.attributes;
  const x = inputs[0]!;
  const index = inputs[1]!;
  const length = shapes[0]![axis]!;
  const [places, step] = placesOf(shapes[1]!, shapes[0]!, axis);
  return {
    units: out.length,
    cost: 4,
    run(from, to) {
      for (let i = from; i < to; i++) {
        const chosen = index[i]!;
        if (!(chosen >= 0 && chosen < length)) throw indexOutOfRange(operation, chosen, length);
        out[i] = x[places[i]! + chosen * step]!;
      }
    }
  };
}

export function scatterAdd({ operation, out, inputs, shapes }: Setting<'scatter_add'>): Task {
  const { axis } = operation.attributes;
  const index = inputs[0]!;
  const updates = inputs[1]!;
  const length = operation.type.shape[axis]!;
  const [places, step] = placesOf(shapes[0]!, operation.type.shape, axis);
  return {
    units: 1,
    cost: out.length + 4 * index.length,
    run() {
      out.fill(0);
      for (let i = 0; i < index.length; i++) {
        const chosen = index[i]!;
        if (!(chosen >= 0 && chosen < length)) throw indexOutOfRange(operation, chosen, length);
        out[places[i]! + chosen * step]! += updates[i]!;
      }
    }
  };
}

/** For every entry of the index, its offset in the tensor chosen from when the index is 0; and the step along the axis. */
function placesOf(index: readonly number[], chosenFrom: readonly number[], axis: number): [places: Int32Array, step: number] {
  const steps = stridesOf(chosenFrom);
  const step = steps[axis]!;
  steps[axis] = 0;
  return [offsetsOf(index, steps), step];
}
