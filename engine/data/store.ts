/** Rows of numbers, in memory or in a file. */
import type { Bytes } from '../formats/bytes';

/** What numbers are written to. */
export interface Target {
  [index: number]: number;
}

export interface Store {
  readonly rows: number;
  /** Numbers in a row. */
  readonly size: number;
  /** Writes the numbers of `rows`, row after row, from `start` on. */
  gather(rows: ArrayLike<number>, into: Target, start?: number): void;
}

/** How one number is written in a file. */
export interface Encoding {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** `data` holds rows × size numbers. */
export function arrayStore(data: ArrayLike<number>, size: number): Store {
  return {
    rows: size === 0 ? 0 : data.length / size,
    size,
    gather(rows, into, start = 0) {
      let at = start;
      for (let index = 0; index < rows.length; index++) {
        const from = rows[index]! * size;
        for (let entry = 0; entry < size; entry++) into[at++] = data[from + entry]!;
      }
    }
  };
}

/** Numbers that lie in a file from `start` on, read as they are asked for. */
export function fileStore(bytes: Bytes, start: number, rows: number, size: number, { bytes: width, read }: Encoding): Store {
  return {
    rows,
    size,
    gather(wanted, into, from = 0) {
      let at = from;
      for (let index = 0; index < wanted.length;) {
        // Rows that follow each other are read at once.
        let end = index + 1;
        while (end < wanted.length && wanted[end] === wanted[end - 1]! + 1) end++;
        const count = (end - index) * size;
        const stretch = bytes.read(start + wanted[index]! * size * width, count * width);
        const view = new DataView(stretch.buffer, stretch.byteOffset, stretch.byteLength);
        for (let entry = 0; entry < count; entry++) into[at++] = read(view, entry * width);
        index = end;
      }
    }
  };
}

/** 0 … rows − 1. */
export function allRows(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

/** The rows `kept` of a store, as rows of their own. */
export function chosenRows(store: Store, kept: Int32Array | null): Store {
  if (!kept) return store;
  return {
    rows: kept.length,
    size: store.size,
    gather(rows, into, start) {
      const chosen = new Int32Array(rows.length);
      for (let index = 0; index < rows.length; index++) chosen[index] = kept[rows[index]!]!;
      store.gather(chosen, into, start);
    }
  };
}

/** Several stores of equally many rows beside each other. */
export function besides(stores: readonly Store[]): Store {
  const [first, ...others] = stores;
  if (others.length === 0) return first!;
  const size = stores.reduce((sum, store) => sum + store.size, 0);
  return {
    rows: first!.rows,
    size,
    gather(rows, into, start = 0) {
      let offset = start;
      for (const store of stores) {
        const own = new Float64Array(rows.length * store.size);
        store.gather(rows, own);
        for (let row = 0; row < rows.length; row++)
          for (let entry = 0; entry < store.size; entry++) into[offset + row * size + entry] = own[row * store.size + entry]!;
        offset += store.size;
      }
    }
  };
}

/** Rows that are gathered at once where all are gone through. */
const STRETCH = 4096;

/** Calls `visit` with the numbers of every row of `rows`, some rows at a time, in order. */
export function eachStretch(store: Store, rows: Int32Array, visit: (numbers: Float64Array, rows: Int32Array) => void): void {
  const most = Math.max(1, Math.min(STRETCH, Math.floor(2 ** 20 / Math.max(1, store.size))));
  const numbers = new Float64Array(Math.min(most, rows.length) * store.size);
  for (let from = 0; from < rows.length; from += most) {
    const part = rows.subarray(from, from + most);
    store.gather(part, numbers);
    visit(numbers.subarray(0, part.length * store.size), part);
  }
}
