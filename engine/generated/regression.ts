/** A smooth curve with noise, for fitting: one input, one target. */
import { keyOf, normalAt, uniformAt } from '../base/random';
import { numberColumn, type Generated, type Settings } from './table';

/** x is uniform from −REACH to REACH. */
const REACH = 3;

/** Columns x and y, y = sin 2x + x/3 + noise; rounded to float32 as labelled points are. */
export function regression({ rows, noise, seed }: Settings): Generated {
  const [x, y] = [new Float32Array(rows), new Float32Array(rows)];
  const [keyX, keyNoise] = [keyOf(seed, 'generated.regression.x'), keyOf(seed, 'generated.noise.y')];
  for (let row = 0; row < rows; row++) {
    x[row] = REACH * (2 * uniformAt(keyX, row) - 1);
    y[row] = Math.sin(2 * x[row]!) + x[row]! / 3 + noise * normalAt(keyNoise, row);
  }
  return { rows, columns: [numberColumn('x', x), numberColumn('y', y)] };
}
