/** Which rows are trained on, which validate and which are kept for the end. */
import { keyOf, permutation } from '../base/random';
import type { SplitRecord } from '../document/types';

/** Row numbers, ascending. */
export type Parts = Readonly<Record<'train' | 'validation' | 'test', Int32Array>>;

/** A group for each row, and those that are the test part where they are named. */
export interface Groups {
  readonly data: Int32Array;
  readonly test?: ReadonlySet<number>;
}

/**
 * Splits rows 0 … rows − 1 at random by `record.seed`. With `classes`, one per row, each part gets every class in
 * proportion; a class always leaves at least one row to train on. With `groups`, one per row, rows of one group stay
 * together, and one group at least is left to train on.
 */
export function splitRows(rows: number, record: SplitRecord = {}, classes?: Int32Array, groups?: Groups): Parts {
  const seed = record.seed ?? 0;
  const shares = { test: record.test ?? 0, validation: record.validation ?? 0 };
  if (groups) return splitGroups(membersOf(rows, groups.data), seed, rows, shares, groups.test);
  const members = membersOf(rows, classes);
  const shuffled = [...members.keys()].sort((a, b) => a - b).map((group) => shuffle(members.get(group)!, seed, `split.${group}`));
  const test = take(shuffled, rows, shares.test);
  const validation = take(shuffled, rows, shares.validation);
  return { train: ascending(shuffled.flat()), validation: ascending(validation), test: ascending(test) };
}

/** Rows by what `labels` says of them; without it, all are alike. */
function membersOf(rows: number, labels: Int32Array | undefined): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const label = labels ? labels[row]! : 0;
    const group = members.get(label);
    if (group) group.push(row);
    else members.set(label, [row]);
  }
  return members;
}

/** Whole groups, until a part has its share of the rows or more; the groups `named` are the test part where they are given. */
function splitGroups(
  members: ReadonlyMap<number, number[]>,
  seed: number,
  rows: number,
  shares: { readonly test: number; readonly validation: number },
  named: ReadonlySet<number> | undefined
): Parts {
  const rowsOf = (groups: readonly number[]): number[] => groups.flatMap((group) => members.get(group)!);
  const all = [...members.keys()].sort((a, b) => a - b);
  const order = shuffle(
    all.filter((group) => !named?.has(group)),
    seed,
    'split.groups'
  );
  const takeGroups = (share: number): number[] => {
    const taken: number[] = [];
    while (order.length > 1 && taken.length < Math.round(rows * share)) taken.push(...members.get(order.pop()!)!);
    return taken;
  };
  const test = named ? rowsOf(all.filter((group) => named.has(group))) : takeGroups(shares.test);
  const validation = takeGroups(shares.validation);
  return { train: ascending(rowsOf(order)), validation: ascending(validation), test: ascending(test) };
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
