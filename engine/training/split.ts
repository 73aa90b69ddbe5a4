/** Which rows are trained on, which validate and which are kept for the end. */
import { allRows } from '../data/store';
import { keyOf, permutation } from '../base/random';
import { Integers } from '../data/integers';
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
  const shuffled = [...members].map(([label, group]) => shuffle(group, seed, `split.${label}`));
  const test = take(shuffled, rows, shares.test);
  const validation = take(shuffled, rows, shares.validation);
  return { train: ascending(shuffled), validation: ascending(validation), test: ascending(test) };
}

/** Rows by what `labels` says of them, in the order of the labels; without it, all are alike. */
function membersOf(rows: number, labels: Int32Array | undefined): ReadonlyMap<number, Int32Array> {
  if (!labels) return new Map([[0, allRows(rows)]]);
  const members = new Map<number, Integers>();
  labels.forEach((label, row) => {
    let group = members.get(label);
    if (!group) members.set(label, (group = new Integers()));
    group.push(row);
  });
  return new Map([...members].sort(([a], [b]) => a - b).map(([label, group]) => [label, group.finish()]));
}

/** Whole groups, until a part has its share of the rows or more; the groups `named` are the test part where they are given. */
function splitGroups(
  members: ReadonlyMap<number, Int32Array>,
  seed: number,
  rows: number,
  shares: { readonly test: number; readonly validation: number },
  named: ReadonlySet<number> | undefined
): Parts {
  const isNamed = (group: number): boolean => named?.has(group) ?? false;
  const others = Int32Array.from(members.keys()).filter((group) => !isNamed(group));
  const order = [...shuffle(others, seed, 'split.groups')];
  const takeGroups = (share: number): Int32Array[] => {
    const taken: Int32Array[] = [];
    let count = 0;
    while (order.length > 1 && count < Math.round(rows * share)) {
      const group = members.get(order.pop()!)!;
      taken.push(group);
      count += group.length;
    }
    return taken;
  };
  const test = named ? [...members.keys()].filter(isNamed).map((group) => members.get(group)!) : takeGroups(shares.test);
  const validation = takeGroups(shares.validation);
  return { train: ascending(order.map((group) => members.get(group)!)), validation: ascending(validation), test: ascending(test) };
}

function shuffle(members: Int32Array, seed: number, name: string): Int32Array {
  return permutation(keyOf(seed, name), members.length).map((index) => members[index]!);
}

/**
 * Takes about `share` of `rows` off the ends of the groups, which are shortened: of each the whole part of its share, the rest
 * by largest remainder.
 */
function take(groups: Int32Array[], rows: number, share: number): Int32Array[] {
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
  return groups.map((members, group) => {
    const end = members.length - counts[group]!;
    groups[group] = members.subarray(0, end);
    return members.subarray(end);
  });
}

function ascending(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}
