/** What a generated data set is made into: named columns of numbers and classes. */

export interface GeneratedColumn {
  readonly name: string;
  /** Of one row; [] for a number. */
  readonly shape: readonly number[];
  /** Rows × entries of a row; of type class an index into `classes` for each row. */
  readonly data: Float32Array | Uint8Array;
  readonly type: 'number' | 'class';
  /** Of type class: names by index. */
  readonly classes?: readonly string[];
}

export interface Generated {
  readonly rows: number;
  readonly columns: readonly GeneratedColumn[];
}

/** Everything that a kind may take, checked and filled in. */
export interface Settings {
  readonly rows: number;
  readonly noise: number;
  readonly seed: number;
  readonly classes: number;
  readonly fonts: 'all' | 'train' | 'held_out';
}

/** A number a row. */
export function numberColumn(name: string, data: Float32Array): GeneratedColumn {
  return { name, shape: [], data, type: 'number' };
}

/** The names 0 … count − 1. */
export function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}
