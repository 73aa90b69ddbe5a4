/** A field of a data set: rows of numbers as a network takes them, or of classes. */
import { sizeOf } from '../base/shapes';
import type { Store, Target } from './store';
import { allRows, chosenRows, eachStretch } from './store';
import type { RawField } from './table';

interface Rows {
  /** Sizes of one row. */
  readonly shape: readonly number[];
  /** Numbers of one row. */
  readonly size: number;
  /** Writes `rows`, row after row. */
  gather(rows: Int32Array, into: Target): void;
}

export interface NumberField extends Rows {
  readonly type: 'number';
  /** What was subtracted and divided by, per entry of a row; absent when nothing was. */
  readonly standardization?: { readonly mean: Float64Array; readonly deviation: Float64Array };
  /** What every entry was divided by. */
  readonly divideBy: number;
  /** What each entry of a row is called: its column, or `column=name` for a name that became an entry. */
  readonly entries: readonly string[];
  /** Brings rows as a file has them, names already entries, to what the network takes, in place. */
  scale(numbers: Target & { readonly length: number }): void;
}

export interface ClassField extends Rows {
  readonly type: 'class';
  /** [rows], each an index into `classes`. */
  readonly data: Int32Array;
  readonly classes: readonly string[];
}

export type Field = NumberField | ClassField;

export interface Preparation {
  /** Rows of the source that are used; null for all. */
  readonly kept: Int32Array | null;
  /** Of the used rows, those that are trained on. */
  readonly train: Int32Array;
  readonly standardize: boolean;
  readonly divideBy: number;
  /** Told of what cannot be prepared: the column, what is wrong, what helps. */
  readonly refuse: (code: string, column: string, message: string, hint: string) => Error;
}

export function classField({ store, columns: [column] }: RawField, kept: Int32Array | null): ClassField {
  const used = chosenRows(store, kept);
  const data = new Int32Array(used.rows);
  used.gather(allRows(data.length), data);
  return {
    type: 'class',
    shape: [],
    size: 1,
    data,
    classes: column!.classes!,
    gather(rows, into) {
      for (let at = 0; at < rows.length; at++) into[at] = data[rows[at]!]!;
    }
  };
}

export function numberField(raw: RawField, preparation: Preparation): NumberField {
  const { kept, train, standardize, divideBy } = preparation;
  const spread = spreadNames(raw);
  const store = chosenRows(spread.store, kept);
  const { shape, entries } = spread;
  const { size } = store;
  const needsMean = raw.hasGaps || standardize;
  const isWhole = shape.length > 1;
  const mean = needsMean ? meanOf(store, train, isWhole) : undefined;
  if (mean && raw.hasGaps) requireMeans(mean, entries, preparation);
  const deviation = standardize ? deviationOf(store, train, mean!, isWhole) : undefined;
  if (deviation) requireDeviations(deviation, entries, preparation);

  const scale = (numbers: Target, count: number): void => {
    if (mean && raw.hasGaps) for (let at = 0; at < count; at++) if (Number.isNaN(numbers[at])) numbers[at] = mean[at % size]!;
    if (deviation)
      for (let at = 0, entry = 0; at < count; at++) {
        numbers[at] = (numbers[at]! - mean![entry]!) / deviation[entry]!;
        if (++entry === size) entry = 0;
      }
    else if (divideBy !== 1) for (let at = 0; at < count; at++) numbers[at] = numbers[at]! / divideBy;
  };
  return {
    type: 'number',
    shape,
    size,
    divideBy: standardize ? 1 : divideBy,
    entries,
    ...(deviation && { standardization: { mean: mean!, deviation } }),
    scale: (numbers) => scale(numbers, numbers.length),
    gather(rows, into) {
      store.gather(rows, into);
      scale(into, rows.length * size);
    }
  };
}

/** Each column of names becomes as many entries as it has names. */
function spreadNames({ store, columns }: RawField): { store: Store; shape: readonly number[]; entries: readonly string[] } {
  const entries = columns.flatMap(({ name, shape, classes }) => {
    if (classes) return classes.map((text) => `${name}=${text}`);
    const count = sizeOf(shape);
    return count === 1 ? [name] : Array.from({ length: count }, (_, entry) => `${name}[${entry}]`);
  });
  const shape = columns.length === 1 && !columns[0]!.classes && columns[0]!.shape.length > 0 ? columns[0]!.shape : [entries.length];
  if (columns.every(({ classes }) => !classes)) return { store, shape, entries };
  /** By entry of the result: where in the source's row it stands, and for which class; −1 for a number. */
  const places: (readonly [from: number, index: number])[] = [];
  let from = 0;
  for (const { shape: own, classes } of columns) {
    if (classes) for (let index = 0; index < classes.length; index++) places.push([from, index]);
    const count = classes ? 1 : sizeOf(own);
    if (!classes) for (let entry = 0; entry < count; entry++) places.push([from + entry, -1]);
    from += count;
  }
  return {
    shape,
    entries,
    store: {
      rows: store.rows,
      size: places.length,
      gather(rows, into, start = 0) {
        const raw = new Float64Array(rows.length * store.size);
        store.gather(rows, raw);
        let at = start;
        for (let base = 0; base < raw.length; base += store.size)
          for (const [place, index] of places) {
            const value = raw[base + place]!;
            into[at++] = index < 0 || Number.isNaN(value) ? value : value === index ? 1 : 0;
          }
      }
    }
  };
}

/** Per entry, over the numbers of `rows` that are there; of an image one for all of its entries. NaN where none is there. */
function meanOf(store: Store, rows: Int32Array, isWhole: boolean): Float64Array {
  const { size } = store;
  const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
  eachStretch(store, rows, (numbers) => {
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at]!;
      if (Number.isNaN(number)) continue;
      const entry = isWhole ? 0 : at % size;
      sums[entry]! += number;
      counts[entry]!++;
    }
  });
  return sums.map((_, entry) => (isWhole ? sums[0]! / counts[0]! : sums[entry]! / counts[entry]!));
}

/** Of the population, as scikit-learn's StandardScaler, gaps at their mean; 1 where nothing ever changes. */
function deviationOf(store: Store, rows: Int32Array, mean: Float64Array, isWhole: boolean): Float64Array {
  const { size } = store;
  const squares = new Float64Array(size);
  eachStretch(store, rows, (numbers) => {
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at]!;
      if (!Number.isNaN(number)) squares[isWhole ? 0 : at % size]! += (number - mean[at % size]!) ** 2;
    }
  });
  const count = rows.length * (isWhole ? size : 1);
  return squares.map((_, entry) => Math.sqrt(squares[isWhole ? 0 : entry]! / count) || 1);
}

function requireMeans(mean: Float64Array, entries: readonly string[], { refuse }: Preparation): void {
  const place = mean.findIndex(Number.isNaN);
  if (place < 0) return;
  throw refuse(
    'missing-cell',
    entries[place]!,
    'has no number in the training rows to take the mean of',
    'leave the column out, or set "missing": "skip"'
  );
}

function requireDeviations(deviation: Float64Array, entries: readonly string[], { refuse }: Preparation): void {
  const place = deviation.findIndex((number) => !Number.isFinite(number));
  if (place < 0) return;
  const hint = 'write the column in a larger unit, or remove "standardize" from its field';
  throw refuse('bad-cell', entries[place]!, 'has numbers so large that they have no standard deviation', hint);
}
