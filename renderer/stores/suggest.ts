/** What a data set may be meant for, told by the names and kinds of its columns: a first choice, for the user to change. */
import type { ColumnSummary, DataSummary, DatasetRecord, FieldRecord, GenerateRecord } from '@wiregrad/engine';
import { columnsIn, isNames, isNumbered, type Column } from './columns';

export const FEATURES = 'x';
export const TARGET = 'y';

const TARGET_NAMES = /^(class|classes|label|labels|species|target|category|kind)$/i;
const TARGET_SHORT = /^y$/i;
/** Numbers that only count the rows. */
const ROW_NUMBERS = /^(id|index|row|unnamed: ?\d+)?$/i;
/** A column of more names would become too many entries. */
const MOST_ONE_HOT = 12;
/** Of rows by names: less, and most names stand for a row or two. */
const LEAST_ROWS_A_NAME = 4;
const BYTE = 255;

/** A data set over one source. */
export function suggest(summary: DataSummary): DatasetRecord {
  return recordOf({ source: summary.source }, columnsIn(summary), stemOf(summary.source));
}

export function suggestGenerated(generate: GenerateRecord, summary: DataSummary): DatasetRecord {
  return recordOf({ generate }, columnsIn(summary), '');
}

/** A data set over files with equally many rows: the first, and further ones for fields of their own. */
export function suggestTogether([main, ...others]: readonly DataSummary[]): DatasetRecord {
  const columns = [...columnsIn(main), ...others.flatMap((other) => columnsIn(other, other.source))];
  return recordOf({ source: main!.source }, columns, '');
}

function recordOf(from: Pick<DatasetRecord, 'source' | 'generate'>, columns: readonly Column[], stem: string): DatasetRecord {
  const target = targetOf(columns, stem);
  const isClasses = target !== undefined && (target.type === 'text' || isNumbered(target));
  const fields = featuresOf(columns.filter((column) => column !== target));
  if (target) {
    const where = target.source === undefined ? {} : { source: target.source };
    fields.set(TARGET, { columns: [target.name], ...where, ...(isClasses && { type: 'class' }) });
  }
  return { ...from, fields, split: { validation: 0.2, test: 0, seed: 0, ...(isClasses && { stratify: TARGET }) } };
}

/** A column called so, or as the file, or else the last one of classes, or else the last one. */
function targetOf(columns: readonly Column[], stem: string): Column | undefined {
  const able = columns.filter(({ type }) => type === 'number' || type === 'text');
  const called = (name: RegExp) => able.find((column) => name.test(column.name));
  if (columns.length === 1 && !isClass(columns[0]!)) return undefined;
  return (
    called(TARGET_NAMES) ??
    able.find(({ source }) => source !== undefined && LABELS.test(source)) ??
    able.find((column) => column.name.toLowerCase() === stem && column.type === 'number') ??
    called(TARGET_SHORT) ??
    able.findLast(isNames) ??
    able.findLast(isNumbered) ??
    able.findLast(({ type }) => type === 'number')
  );
}

const isClass = (column: Column): boolean => isNames(column) || isNumbered(column);

/** Pictures and arrays are fields by themselves; of a table, numbers and few names are one together. */
function featuresOf(columns: readonly Column[]): Map<string, FieldRecord> {
  const arrays = columns.filter(({ type }) => type === 'image' || type === 'array');
  if (arrays.length > 0)
    return new Map(
      arrays.map((column, at) => [
        at === 0 ? FEATURES : fieldName(column.name === 'data' ? column.source! : column.name),
        arrayField(column)
      ])
    );
  const own = columns.filter(
    ({ source, name, classes, rows, type }) =>
      source === undefined && !(type === 'number' && ROW_NUMBERS.test(name) && !(classes && rows > classes.length))
  );
  const names = own.filter(isOneHot).map(({ name }) => name);
  const chosen = own.filter((column) => column.type === 'number' || isOneHot(column)).map(({ name }) => name);
  if (chosen.length === 0) return new Map();
  return new Map([[FEATURES, { columns: chosen, ...(names.length > 0 && { one_hot: names }), standardize: true }]]);
}

function isOneHot(column: Column): boolean {
  const { classes = [], rows } = column;
  return isNames(column) && classes.length > 1 && classes.length <= MOST_ONE_HOT && rows >= LEAST_ROWS_A_NAME * classes.length;
}

function arrayField(column: Column): FieldRecord {
  const where = column.source === undefined ? {} : { source: column.source };
  return { columns: [column.name], ...where, ...(isBytes(column) ? { divide_by: BYTE } : { standardize: true }) };
}

/** Pictures, or what is as large as their bytes. */
export function isBytes({ type, shape = [], minimum = 0, maximum = 0 }: ColumnSummary): boolean {
  return type === 'image' || (shape.length >= 2 && minimum >= 0 && maximum > 1 && maximum <= BYTE);
}

const LABELS = /(^|[^a-z])(y|labels?|targets?)([^a-z]|$)/i;

/**
 * Sources that were opened together as data sets: tables and folders each by itself, arrays of equally many rows together,
 * the widest first.
 */
export function together(summaries: readonly DataSummary[]): (readonly DataSummary[])[] {
  const isArray = ({ kind }: DataSummary): boolean => kind === 'npy' || kind === 'idx';
  const byRows = new Map<number, DataSummary[]>();
  for (const summary of summaries.filter(isArray)) byRows.set(summary.rows, [...(byRows.get(summary.rows) ?? []), summary]);
  const arrays = [...byRows.values()].map((list) =>
    list.toSorted((a, b) => Number(isLabels(a)) - Number(isLabels(b)) || widthOf(b) - widthOf(a))
  );
  return [...summaries.filter((summary) => !isArray(summary)).map((summary) => [summary]), ...arrays];
}

const widthOf = ({ columns }: DataSummary): number => (columns[0]?.shape ?? []).reduce((product, size) => product * size, 1);
const isLabels = (summary: DataSummary): boolean => widthOf(summary) === 1 && LABELS.test(summary.source);

/** A file's name without folders and endings. */
export function stemOf(source: string): string {
  return source
    .slice(source.lastIndexOf('/') + 1)
    .replace(/\.(gz|csv|tsv|txt|data|npy|npz|idx)$/i, '')
    .replace(/\.(csv|tsv|txt|npy|idx)$/i, '')
    .replace(/[-_.]?(images?|labels?)?[-_.]?idx\d[-_.]?ubyte$/i, '')
    .toLowerCase();
}

/** `wish` as a name that a field or a data set may have. */
export function fieldName(wish: string): string {
  return wish.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(\d)/, '_$1') || 'data';
}
