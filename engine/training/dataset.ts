/** A data set of a document: its sources read as its fields say. Whatever is fitted to data is fitted to the training rows alone. */
import { allRows } from '../data/store';
import { createHash } from 'node:crypto';
import { EngineError } from '../base/errors';
import { classField, numberField, type ClassField, type Field } from '../data/field';
import { generatedTable, openTable } from '../data/openTable';
import type { DataProvider } from '../data/source';
import type { RawField, Reading, Table, Wanted } from '../data/table';
import type { DatasetRecord, FieldRecord } from '../document/types';
import { bytesOf } from '../formats/bytes';
import { splitRows, type Groups, type Parts } from './split';

export type { ClassField, Field, NumberField } from '../data/field';
export type { DataProvider } from '../data/source';

export interface Dataset {
  readonly rows: number;
  readonly fields: ReadonlyMap<string, Field>;
  readonly parts: Parts;
  /** The line of the file that each row came from; absent where rows are no lines. */
  readonly lines?: Int32Array;
  /** Rows that were left out for empty or malformed cells. */
  readonly skipped: number;
  /** Differs where the rows, or how they are prepared, do. */
  readonly digest: string;
}

/** The field that groups of rows are read as; no name of a field is empty. */
const GROUPS = '';

/**
 * Reads the data set `name`. Throws EngineError `bad-csv`, `bad-npy`, `bad-idx`, …, `unknown-column`, `missing-cell`,
 * `bad-cell`, `row-count` or `no-rows`, each naming the file and, where there is one, row and column.
 */
export async function loadDataset(name: string, record: DatasetRecord, provider: DataProvider): Promise<Dataset> {
  const readings = new Map<string | undefined, { readonly wanted: Wanted[]; readonly table: Table }>();
  for (const [field, fieldRecord] of wantedFields(record)) {
    const { source } = fieldRecord;
    if (!readings.has(source)) readings.set(source, { wanted: [], table: await tableOf(record, source, provider) });
    const { wanted, table } = readings.get(source)!;
    wanted.push(wantedOf(name, record, field, fieldRecord, table));
  }
  const read: { readonly source: string; readonly table: Table; readonly reading: Reading }[] = [];
  for (const [own, { table, wanted }] of readings)
    read.push({ source: own ?? sourceName(record), table, reading: await table.read(wanted, record.missing) });
  const fields = new Map(read.flatMap(({ reading }) => [...reading.fields]));
  const rows = countRows(read);
  const kept = keptRows(
    rows,
    read.map(({ reading }) => reading.dropped)
  );
  requireRows(record, rows, kept);
  return prepare(record, fields, rows, kept, read[0]?.reading.lines);
}

function prepare(
  record: DatasetRecord,
  raw: ReadonlyMap<string, RawField>,
  rows: number,
  kept: Int32Array | null,
  allLines: Int32Array | undefined
): Dataset {
  const used = kept?.length ?? rows;
  const fields = new Map<string, Field>();
  for (const [name, { type }] of record.fields) if (type === 'class') fields.set(name, classField(raw.get(name)!, kept));
  const labelsOf = (name: string): Int32Array | undefined => {
    const field = fields.get(name);
    return field?.type === 'class' ? field.data : undefined;
  };
  const groups = raw.get(GROUPS);
  const parts = splitRows(
    used,
    record.split,
    labelsOf(record.split?.stratify ?? GROUPS),
    groups && groupsOf(record, classField(groups, kept))
  );
  for (const [name, { standardize = false, divide_by: divideBy = 1, source }] of record.fields) {
    if (fields.has(name)) continue;
    const refuse = (code: string, column: string, message: string, hint: string): EngineError =>
      new EngineError({ code, message: `${source ?? sourceName(record)}: column ${column} ${message}`, hint });
    fields.set(name, numberField(raw.get(name)!, { kept, train: parts.train, standardize, divideBy, refuse }));
  }
  const lines = allLines && kept ? kept.map((row) => allLines[row]!) : allLines;
  // In the order of the record, classes or not.
  const inOrder = new Map([...record.fields.keys()].map((name) => [name, fields.get(name)!]));
  return { rows: used, fields: inOrder, parts, ...(lines && { lines }), skipped: rows - used, digest: digestOf(inOrder, used, parts) };
}

/** Throws EngineError `unknown-group` where the split names one that no row is of. */
function groupsOf(record: DatasetRecord, { data, classes }: ClassField): Groups {
  const named = record.split?.test_groups;
  if (!named) return { data };
  const unknown = named.find((name) => !classes.includes(name));
  if (unknown !== undefined)
    throw new EngineError({
      code: 'unknown-group',
      message: `${sourceName(record)}: no row says ${unknown} in the column ${record.split!.groups}, and the split's test_groups names it`,
      hint: `it says ${listed(classes)}`
    });
  return { data, test: new Set(named.map((name) => classes.indexOf(name))) };
}

/** The fields, and the column that says which rows belong together. */
function wantedFields({ fields, split }: DatasetRecord): (readonly [string, FieldRecord])[] {
  const groups: FieldRecord | undefined = split?.groups === undefined ? undefined : { columns: [split.groups], type: 'class' };
  return groups ? [...fields, [GROUPS, groups]] : [...fields];
}

export function sourceName({ source, generate }: DatasetRecord): string {
  return source ?? generate!.kind;
}

async function tableOf(record: DatasetRecord, own: string | undefined, provider: DataProvider): Promise<Table> {
  if (own !== undefined) return openTable(own, provider);
  return record.generate ? generatedTable(record.generate) : openTable(record.source!, provider);
}

/** Columns that a hint lists. */
const MOST_NAMES = 20;

function wantedOf(name: string, record: DatasetRecord, field: string, own: FieldRecord, table: Table): Wanted {
  const known = new Map(table.columns.map((column) => [column.name, column]));
  for (const column of own.columns) {
    if (known.has(column)) continue;
    const what = field === GROUPS ? `the split of data set ${name}` : `field ${field} of data set ${name}`;
    throw new EngineError({
      code: 'unknown-column',
      message: `${own.source ?? sourceName(record)}: ${what} names the column ${column}, which the file does not have`,
      hint: `its columns are ${listed([...known.keys()])}`
    });
  }
  const { columns, type, one_hot: names = [], size, channels } = own;
  const asClass = new Set(type === 'class' ? columns : names);
  return {
    field,
    columns: columns.map((column) => ({ name: column, as: asClass.has(column) ? 'class' : 'number' })),
    ...(size && { size }),
    ...(channels && { channels })
  };
}

/** The first of `names`, and how many more there are. */
function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Throws EngineError `row-count` where two sources have different numbers of them. */
function countRows(read: readonly { readonly source: string; readonly reading: Reading }[]): number {
  const counts = read.flatMap(({ source, reading }) => {
    const [first] = reading.fields.values();
    return first ? [{ source, rows: first.store.rows }] : [];
  });
  const [first, ...others] = counts;
  const other = others.find(({ rows }) => rows !== first!.rows);
  if (other)
    throw new EngineError({
      code: 'row-count',
      message: `${first!.source} and ${other.source} have ${first!.rows} and ${other.rows} rows`,
      hint: 'the sources of one data set need equally many rows, in the same order'
    });
  return first?.rows ?? 0;
}

/** Rows that no reading dropped; null for all. */
function keptRows(rows: number, dropped: readonly Int32Array[]): Int32Array | null {
  const gone = new Set(dropped.flatMap((part) => [...part]));
  if (gone.size === 0) return null;
  return allRows(rows).filter((row) => !gone.has(row));
}

function requireRows(record: DatasetRecord, rows: number, kept: Int32Array | null): void {
  if (rows > 0 && kept?.length !== 0) return;
  const message = rows === 0 ? 'there are no rows below the header' : `every one of the ${rows} rows has an empty or malformed cell`;
  throw new EngineError({ code: 'no-rows', message: `${sourceName(record)}: ${message}`, hint: 'choose other columns or another file' });
}

/** Rows that a digest reads at most. */
const SAMPLED = 2 ** 16;
const SAMPLED_NUMBERS = 2 ** 23;

function digestOf(fields: ReadonlyMap<string, Field>, rows: number, parts: Parts): string {
  const hash = createHash('sha256').update(String(rows));
  for (const [name, field] of fields) {
    const count = Math.min(rows, SAMPLED, Math.max(1, Math.floor(SAMPLED_NUMBERS / Math.max(1, field.size))));
    const sample = Int32Array.from({ length: count }, (_, index) => Math.floor((index * rows) / count));
    const numbers = new Float64Array(count * field.size);
    field.gather(sample, numbers);
    const classes = field.type === 'class' ? field.classes : null;
    hash.update(JSON.stringify([name, field.shape, classes])).update(bytesOf(numbers));
  }
  for (const part of Object.values(parts)) hash.update(String(part.length)).update(bytesOf(part));
  return hash.digest('hex').slice(0, 32);
}
