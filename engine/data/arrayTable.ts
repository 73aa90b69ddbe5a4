/** Arrays as columns of a table, whose rows lie along the first axis: npy, npz and IDX files, and what is generated. */
import { EngineError } from '../base/errors';
import { sizeOf } from '../base/shapes';
import type { DatasetRecord } from '../document/types';
import { allRows, besides, eachStretch, type Store } from './store';
import {
  MOST_CLASSES,
  sortClasses,
  tooManyClasses,
  type RawColumn,
  type RawField,
  type Reading,
  type Table,
  type TableKind,
  type Wanted
} from './table';

export interface ArrayColumn {
  readonly name: string;
  /** Of one row. */
  readonly shape: readonly number[];
  readonly store: Store;
  /** Bytes of a picture rather than measurements. */
  readonly isImage?: boolean;
  readonly classes?: readonly string[];
}

/** `source` is for messages. Throws EngineError `row-count` where the arrays differ in rows. */
export function arrayTable(source: string, kind: TableKind, columns: readonly ArrayColumn[]): Table {
  const [first, ...others] = columns;
  const other = others.find(({ store }) => store.rows !== first!.store.rows);
  if (other)
    throw new EngineError({
      code: 'row-count',
      message: `${source}: the arrays ${first!.name} and ${other.name} have ${first!.store.rows} and ${other.store.rows} rows`,
      hint: 'arrays of one data set need equally many rows along their first axis'
    });
  const byName = new Map(columns.map((column) => [column.name, column]));
  return {
    kind,
    columns: columns.map(({ name, shape, isImage, classes }) => ({
      name,
      shape,
      type: isImage ? 'image' : 'array',
      ...(classes && { classes })
    })),
    read(wanted, missing): Reading {
      const dropped = new Set<number>();
      const fields = new Map<string, RawField>();
      for (const one of wanted) fields.set(one.field, readField(source, byName, one, missing, dropped));
      return { fields, dropped: Int32Array.from(dropped).sort() };
    }
  };
}

function readField(
  source: string,
  columns: ReadonlyMap<string, ArrayColumn>,
  { columns: wanted }: Wanted,
  missing: DatasetRecord['missing'],
  dropped: Set<number>
): RawField {
  const read = wanted.map(({ name, as }) => {
    const column = columns.get(name)!;
    return as === 'class' ? classColumn(source, column) : { store: column.store, raw: { name, shape: column.shape } };
  });
  const store = besides(read.map((one) => one.store));
  const hasGaps = findGaps(source, store, wanted.map(({ name }) => name).join(', '), missing, dropped);
  return { store, columns: read.map(({ raw }) => raw), hasGaps };
}

/** Whether there is a NaN; with `skip` its row is dropped, without a choice it is an error. Infinities always are. */
function findGaps(source: string, store: Store, name: string, missing: DatasetRecord['missing'], dropped: Set<number>): boolean {
  let hasGaps = false;
  eachStretch(store, allRows(store.rows), (numbers, rows) => {
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at]!;
      if (Number.isFinite(number)) continue;
      const row = rows[Math.floor(at / store.size)]!;
      const place = `${source}: row ${row}, column ${name}${store.size > 1 ? `, entry ${at % store.size}` : ''}`;
      if (missing === 'skip') dropped.add(row);
      else if (!Number.isNaN(number))
        throw new EngineError({
          code: 'bad-cell',
          message: `${place}: expected a finite number, found ${number}`,
          hint: 'correct it, or set "missing": "skip" to leave such rows out'
        });
      else if (missing === undefined)
        throw new EngineError({
          code: 'missing-cell',
          message: `${place}: the entry is NaN (rows count from 0)`,
          hint: 'set "missing": "skip" in the data set to leave such rows out, or "missing": "mean" to fill in the mean of the column'
        });
      else hasGaps = true;
    }
  });
  return hasGaps;
}

/** Whole numbers as classes: by the names that they stand for, else each that occurs is one. */
function classColumn(source: string, { name, shape, store, classes }: ArrayColumn): { store: Store; raw: RawColumn } {
  const at = `${source}: column ${name}`;
  if (sizeOf(shape) !== 1)
    throw new EngineError({
      code: 'bad-cell',
      message: `${at} has ${sizeOf(shape)} numbers a row; classes are one whole number a row`,
      hint: 'make the field one of "type": "number"'
    });
  if (classes) return { store, raw: { name, shape: [], classes } };
  const values = new Set<number>();
  eachStretch(store, allRows(store.rows), (numbers, rows) =>
    numbers.forEach((number, index) => {
      if (!Number.isInteger(number) && !Number.isNaN(number))
        throw new EngineError({
          code: 'bad-cell',
          message: `${at}: row ${rows[index]!} has ${number}; classes are whole numbers`,
          hint: 'make the field one of "type": "number"'
        });
      if (!Number.isNaN(number)) values.add(number);
      if (values.size > MOST_CLASSES) throw tooManyClasses(at);
    })
  );
  const names = sortClasses([...values].sort((a, b) => a - b).map(String));
  const indices = new Map(names.map((text, index) => [Number(text), index]));
  return {
    raw: { name, shape: [], classes: names },
    store: {
      ...store,
      gather(rows, into, start = 0) {
        store.gather(rows, into, start);
        for (let entry = start; entry < start + rows.length; entry++) into[entry] = indices.get(into[entry]!) ?? NaN;
      }
    }
  };
}
