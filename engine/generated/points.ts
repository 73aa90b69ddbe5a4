/** What the kinds of labelled points in the plane have in common: the classes take turns, and noise is added to both coordinates. */
import { keyOf, normalAt } from '../base/random';
import { namesOf, numberColumn, type Generated, type Settings } from './table';

/** The point without noise: `index` counts the `count` points of the class `label` from 0. */
export type Place = (label: number, index: number, count: number) => readonly [x: number, y: number];

/**
 * Columns x, y and class; row r is of class r mod `classes`, so that any stretch of rows is balanced. The coordinates are
 * rounded to float32: engines may differ in the last bit of a sine or logarithm, which the rounding swallows but for about
 * one number in a hundred million.
 */
export function labelledPoints({ rows, noise, seed }: Pick<Settings, 'rows' | 'noise' | 'seed'>, classes: number, place: Place): Generated {
  const [x, y, label] = [new Float32Array(rows), new Float32Array(rows), new Uint8Array(rows)];
  const [keyX, keyY] = [keyOf(seed, 'generated.noise.x'), keyOf(seed, 'generated.noise.y')];
  for (let row = 0; row < rows; row++) {
    label[row] = row % classes;
    const count = Math.ceil((rows - label[row]!) / classes);
    const [exactX, exactY] = place(label[row]!, Math.floor(row / classes), count);
    x[row] = exactX + noise * normalAt(keyX, row);
    y[row] = exactY + noise * normalAt(keyY, row);
  }
  return {
    rows,
    columns: [
      numberColumn('x', x),
      numberColumn('y', y),
      { name: 'class', shape: [], data: label, type: 'class', classes: namesOf(classes) }
    ]
  };
}

/** `count` numbers from `first` to `last` in equal steps, the `index`-th of them; `first` where there is only one. */
export function spaced(first: number, last: number, index: number, count: number): number {
  return count < 2 ? first : first + ((last - first) * index) / (count - 1);
}
