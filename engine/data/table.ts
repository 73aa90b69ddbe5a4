/** A source read as rows and named columns, whatever its format. */
import { EngineError } from '../base/errors';
import type { DatasetRecord, FieldRecord } from '../document/types';
import type { Bytes } from '../formats/bytes';
import type { Store } from './store';

export type TableKind = 'csv' | 'npy' | 'npz' | 'idx' | 'images' | 'generated';

export interface TableColumn {
  readonly name: string;
  /** `text`: cells as a file has them. `array`: `shape` numbers a row. `image`: [channels, height, width] of bytes. */
  readonly type: 'text' | 'array' | 'image';
  /** Of one row; of images, that of the first. */
  readonly shape: readonly number[];
  /** What whole numbers stand for. */
  readonly classes?: readonly string[];
}

/** What a field wants of a table. */
export interface Wanted {
  readonly field: string;
  readonly columns: readonly { readonly name: string; readonly as: 'number' | 'class' }[];
  readonly size?: FieldRecord['size'];
  readonly channels?: FieldRecord['channels'];
}

/** A field as the source has it: a column after the other in each row; a class is its index, what is missing NaN. */
export interface RawField {
  readonly store: Store;
  /** By column, in the order asked for. */
  readonly columns: readonly RawColumn[];
  /** Whether some entry may be NaN. */
  readonly hasGaps: boolean;
}
export interface RawColumn {
  readonly name: string;
  readonly shape: readonly number[];
  /** Names by index; absent for numbers. */
  readonly classes?: readonly string[];
}

export interface Reading {
  readonly fields: ReadonlyMap<string, RawField>;
  /** Rows that are left out, ascending. */
  readonly dropped: Int32Array;
  /** The line of the file that each row began on. */
  readonly lines?: Int32Array;
}

export interface Table {
  readonly kind: TableKind;
  readonly columns: readonly TableColumn[];
  /** Of a CSV file, what it is read from. */
  readonly text?: Bytes;
  /**
   * Reads fields, all rows of them. Throws EngineError naming row and column for what `missing` does not say what to do
   * with. The columns exist.
   */
  read(wanted: readonly Wanted[], missing: DatasetRecord['missing']): Promise<Reading> | Reading;
}

/** Names in order; whole numbers in the order of numbers, so that 0 … k − 1 are their own indices. */
export function sortClasses(names: Iterable<string>): string[] {
  const classes = [...names];
  return classes.every((name) => /^\d{1,15}$/.test(name)) ? classes.sort((a, b) => Number(a) - Number(b)) : classes.sort();
}

/** More names than this are no classes. */
export const MOST_CLASSES = 100_000;

export function tooManyClasses(at: string): EngineError {
  return new EngineError({
    code: 'bad-cell',
    message: `${at} has more than ${MOST_CLASSES.toLocaleString('en')} different values`,
    hint: 'leave the column out, or take it as numbers'
  });
}
