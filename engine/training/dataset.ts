/** A CSV file made into the numbers that a document's fields name. Whatever is fitted to data is fitted to the training rows alone. */
import { EngineError } from '../base/errors';
import type { DatasetRecord, FieldRecord } from '../document/types';
import { readCsv, type CsvRow, type CsvTable } from '../formats/csv';
import { isMissing, readNumberCell } from './cells';
import { splitRows, type Parts } from './split';

/** Bytes of a data set's source. Throws EngineError `missing-data` where there is none. */
export type DataProvider = (source: string) => Uint8Array | Promise<Uint8Array>;

export interface NumberField {
  readonly type: 'number';
  readonly columns: number;
  /** [rows, columns], standardized where the document says so. */
  readonly data: Float64Array;
  /** What was subtracted and divided by, per column; absent when nothing was. */
  readonly standardization?: { readonly mean: Float64Array; readonly deviation: Float64Array };
}

export interface ClassField {
  readonly type: 'class';
  readonly columns: 1;
  /** [rows], each an index into `classes`. */
  readonly data: Int32Array;
  readonly classes: readonly string[];
}

export interface Dataset {
  readonly rows: number;
  readonly fields: ReadonlyMap<string, NumberField | ClassField>;
  readonly parts: Parts;
  /** The line of the file that each row came from. */
  readonly lines: Int32Array;
}

/**
 * Reads the data set `name`. Throws EngineError `bad-csv`, `unknown-column`, `missing-cell`, `bad-cell` or `no-rows`, each
 * naming the file and, where there is one, line and column.
 */
export async function loadDataset(name: string, record: DatasetRecord, provider: DataProvider): Promise<Dataset> {
  return buildDataset(name, record, readCsv(await provider(record.source), record.source));
}

/** `loadDataset` of a table in hand. */
export function buildDataset(name: string, record: DatasetRecord, table: CsvTable): Dataset {
  const places = new Map(table.columns.map((column, place) => [column, place]));
  const fields = [...record.fields].map(([field, fieldRecord]) => locate(name, record, places, field, fieldRecord));
  const rows = table.rows.filter((row) => keeps(record, fields, row, table));
  if (rows.length === 0) {
    const message =
      table.rows.length === 0
        ? 'there are no rows below the header'
        : `every one of the ${table.rows.length} rows has an empty or malformed cell`;
    throw new EngineError({ code: 'no-rows', message: `${record.source}: ${message}`, hint: 'choose other columns or another file' });
  }
  const classFields = new Map(fields.filter(({ type }) => type === 'class').map((field) => [field.name, readClasses(field, rows)]));
  const parts = splitRows(rows.length, record.split, classFields.get(record.split?.stratify ?? '')?.data);
  const built = fields.map(
    (field) => [field.name, classFields.get(field.name) ?? readNumbers(field, rows, parts.train, record, table)] as const
  );
  return { rows: rows.length, fields: new Map(built), parts, lines: Int32Array.from(rows, ({ line }) => line) };
}

/** Columns that a hint lists. */
const MOST_NAMES = 20;

interface LocatedField {
  readonly name: string;
  readonly type: 'number' | 'class';
  readonly standardize: boolean;
  /** Places in a row's cells. */
  readonly places: readonly number[];
}

function locate(
  name: string,
  { source }: DatasetRecord,
  columns: ReadonlyMap<string, number>,
  field: string,
  { columns: wanted, type, standardize }: FieldRecord
): LocatedField {
  const places = wanted.map((column) => {
    const place = columns.get(column);
    if (place !== undefined) return place;
    const message = `${source}: field ${field} of data set ${name} names the column ${column}, which the file does not have`;
    throw new EngineError({ code: 'unknown-column', message, hint: `its columns are ${listed([...columns.keys()])}` });
  });
  return { name: field, type: type ?? 'number', standardize: standardize ?? false, places };
}

/** The first of `names`, and how many more there are. */
function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Whether `row` is used; throws for a cell that the document does not say what to do with. */
function keeps({ source, missing }: DatasetRecord, fields: readonly LocatedField[], { line, cells }: CsvRow, table: CsvTable): boolean {
  for (const { type, places } of fields) {
    for (const place of places) {
      const cell = cells[place]!;
      const at = `${source}: line ${line}, column ${table.columns[place]}`;
      if (isMissing(cell)) {
        if (missing === undefined) throw missingCell(at, cell, fields, table);
        if (missing === 'skip' || type === 'class') return false;
      } else if (type === 'number' && readNumberCell(cell) === null) {
        if (missing === 'skip') return false;
        const hint = 'correct the cell, make the field one of "type": "class", or set "missing": "skip" to leave such rows out';
        throw new EngineError({ code: 'bad-cell', message: `${at}: expected a number, found ${JSON.stringify(cell.slice(0, 40))}`, hint });
      }
    }
  }
  return true;
}

function missingCell(at: string, cell: string, fields: readonly LocatedField[], { rows }: CsvTable): EngineError {
  const used = [...new Set(fields.flatMap(({ places }) => places))];
  const others = rows.reduce((sum, { cells }) => sum + used.filter((place) => isMissing(cells[place]!)).length, 0) - 1;
  const more = others > 0 ? ` (and ${others} more like it)` : '';
  const found = cell.trim() === '' ? 'the cell is empty' : `the cell says ${cell.trim()}`;
  const hint = 'set "missing": "skip" in the data set to leave such rows out, or "missing": "mean" to fill in the mean of the column';
  return new EngineError({ code: 'missing-cell', message: `${at}: ${found}${more}`, hint });
}

/** Names in order; whole numbers in the order of numbers, so that 0 … k − 1 are their own indices. */
function readClasses({ places: [place = 0] }: LocatedField, rows: readonly CsvRow[]): ClassField {
  const texts = rows.map(({ cells }) => cells[place]!.trim());
  const whole = texts.every((text) => /^\d{1,15}(?:\.0*)?$/.test(text));
  // A program that lost track of integers writes class 1 as 1.0.
  const names = whole ? texts.map((text) => String(Number(text))) : texts;
  const classes = [...new Set(names)];
  if (whole) classes.sort((a, b) => Number(a) - Number(b));
  else classes.sort();
  const indices = new Map(classes.map((name, index) => [name, index]));
  return { type: 'class', columns: 1, data: Int32Array.from(names, (name) => indices.get(name)!), classes };
}

function readNumbers(
  field: LocatedField,
  rows: readonly CsvRow[],
  train: Int32Array,
  { source }: DatasetRecord,
  table: CsvTable
): NumberField {
  const columns = field.places.length;
  const data = new Float64Array(rows.length * columns);
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  field.places.forEach((place, column) => {
    for (const [row, { cells }] of rows.entries()) data[row * columns + column] = readNumberCell(cells[place]!) ?? NaN;
    mean[column] = meanOf(data, columns, column, train);
    for (let at = column; at < data.length; at += columns) {
      if (!Number.isNaN(data[at])) continue;
      if (Number.isNaN(mean[column])) {
        throw new EngineError({
          code: 'missing-cell',
          message: `${source}: column ${table.columns[place]} has no number in the training rows to take the mean of`
        });
      }
      data[at] = mean[column]!;
    }
    if (!field.standardize) return;
    deviation[column] = deviationOf(data, columns, column, train, mean[column]!);
    if (!Number.isFinite(deviation[column])) {
      throw new EngineError({
        code: 'bad-cell',
        message: `${source}: column ${table.columns[place]} has numbers so large that they have no standard deviation`,
        hint: 'write the column in a larger unit, or remove "standardize" from its field'
      });
    }
    for (let at = column; at < data.length; at += columns) data[at] = (data[at]! - mean[column]!) / deviation[column]!;
  });
  return { type: 'number', columns, data, ...(field.standardize && { standardization: { mean, deviation } }) };
}

/** Over the cells of `rows` that hold a number; NaN if none does. */
function meanOf(data: Float64Array, columns: number, column: number, rows: Int32Array): number {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const value = data[row * columns + column]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** Of the population, as scikit-learn's StandardScaler; 1 for a column that never changes. */
function deviationOf(data: Float64Array, columns: number, column: number, rows: Int32Array, mean: number): number {
  let squares = 0;
  for (const row of rows) squares += (data[row * columns + column]! - mean) ** 2;
  return Math.sqrt(squares / rows.length) || 1;
}
