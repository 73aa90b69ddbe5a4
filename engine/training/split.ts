/** Which rows are trained on, which validate and which are kept for the end. */
import { keyOf, permutation } from '../base/random';
import type { SplitRecord } from '../document/types';

/** Row numbers, ascending. */
export type Parts = Readonly<Record<'train' | 'validation' | 'test', Int32Array>>;

/**
 * Splits rows 0 … rows − 1 at random by `record.seed`. With `classes`, one per row, each part gets every class in
 * proportion; a class always leaves at least one row to train on.
 */
export function splitRows(rows: number, record: SplitRecord = {}, classes?: Int32Array): Parts {
  const seed = record.seed ?? 0;
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const group = classes ? classes[row]! : 0;
    const members = groups.get(group);
    if (members) members.push(row);
    else groups.set(group, [row]);
  }
  const shuffled = [...groups.keys()].sort((a, b) => a - b).map((group) => shuffle(groups.get(group)!, seed, `split.${group}`));
  const test = take(shuffled, rows, record.test ?? 0);
  const validation = take(shuffled, rows, record.validation ?? 0);
  return { train: ascending(shuffled.flat()), validation: ascending(validation), test: ascending(test) };
}

function shuffle(members: readonly number[], seed: number, name: string): number[] {
  return Array.from(permutation(keyOf(seed, name), members.length), (index) => members[index]!);
}

/** Takes about `share` of `rows` off the ends of the groups: of each the whole part of its share, the rest by largest remainder. */
function take(groups: readonly number[][], rows: number, share: number): number[] {
  const sizes = groups.map((members) => members.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const wanted = Math.round(rows * share);
  const exact = sizes.map((size) => (total === 0 ? 0 : (size * wanted) / total));
  const counts = exact.map((count, group) => Math.min(Math.floor(count), Math.max(0, sizes[group]! - 1)));
  const byRemainder = exact.map((count, group) => [count - Math.floor(count), group] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  let left = wanted - counts.reduce((sum, count) => sum + count, 0);
  for (const [, group] of byRemainder) {
    if (left <= 0 || counts[group]! >= sizes[group]! - 1) continue;
    counts[group]!++;
    left--;
  }
  return groups.flatMap((members, group) => (counts[group]! > 0 ? members.splice(-counts[group]!) : []));
}

function ascending(rows: number[]): Int32Array {
  return Int32Array.from(rows).sort();
}
