/** What is in a data source, or what a generated set makes: for looking at it before any field is named. */
import { sizeOf } from '../base/shapes';
import type { GenerateRecord } from '../document/types';
import { CLASSES_LIMIT, describeCsv, PREVIEW_ROWS } from './describeCsv';
import { generatedTable, openTable } from './openTable';
import { isFolder, sourceOf, type DataProvider } from './source';
import { allRows, eachStretch, type Store } from './store';
import { sortClasses, type Table, type TableColumn } from './table';
import { Tally } from './tally';

/** Rows of arrays that are looked at. */
const LOOKED_AT = 2 ** 14;
const LOOKED_AT_NUMBERS = 2 ** 22;
const THUMBNAILS = 24;

/** Throws EngineError with what is wrong with the source. */
export async function describe(name: string, provider: DataProvider) {
  const source = sourceOf(await provider(name));
  const bytes = isFolder(source) ? [...source.files.values()].reduce((sum, { size }) => sum + size, 0) : source.size;
  const table = await openTable(name, () => source);
  if (table.kind === 'csv' && table.text) return { source: name, bytes, ...describeCsv(name, table.text) };
  return { source: name, bytes, ...(await describeArrays(table)) };
}

export async function describeGenerated(record: GenerateRecord) {
  return { source: JSON.stringify(record), bytes: 0, ...(await describeArrays(await generatedTable(record))) };
}

async function describeArrays(table: Table) {
  const wanted = table.columns.map(({ name, classes }) => ({
    field: name,
    columns: [{ name, as: classes ? ('class' as const) : ('number' as const) }]
  }));
  // What is not finite is counted here, and refused where a field takes it.
  const { fields } = await table.read(wanted, 'skip');
  const rows = fields.values().next().value?.store.rows ?? 0;
  const columns = table.columns.map((column) => describeColumn(column, fields.get(column.name)!.store, rows));
  const preview = previewOf(table.columns, (name) => fields.get(name)!.store, rows);
  const pictures = table.columns.find(({ type }) => type === 'image');
  const labels = table.columns.find(({ classes }) => classes);
  const thumbnails =
    pictures && rows > 0 ? thumbnailsOf(pictures, fields.get(pictures.name)!.store, labels, (name) => fields.get(name)!.store) : undefined;
  return { kind: table.kind, rows, columns, preview, missingCells: [], malformedCells: [], ...(thumbnails && { thumbnails }) };
}

function describeColumn({ name, type, shape, classes: names }: TableColumn, store: Store, rows: number) {
  const count = Math.min(rows, LOOKED_AT, Math.max(1, Math.floor(LOOKED_AT_NUMBERS / Math.max(1, store.size))));
  const sample = count === rows ? allRows(rows) : Int32Array.from({ length: count }, (_, index) => Math.floor((index * rows) / count));
  const tally = new Tally();
  const counts = new Map<number, number>();
  let missing = 0;
  eachStretch(store, sample, (numbers) => {
    for (const number of numbers) {
      if (!Number.isFinite(number)) missing++;
      else tally.add(number);
      if (store.size === 1 && counts.size <= CLASSES_LIMIT) counts.set(number, (counts.get(number) ?? 0) + 1);
    }
  });
  if (names) return { name, type: 'text' as const, missing, classes: names, counts: names.map((_, index) => counts.get(index) ?? 0) };
  const isWhole =
    store.size === 1 &&
    counts.size > 0 &&
    counts.size <= CLASSES_LIMIT &&
    [...counts.keys()].every((value) => Number.isInteger(value) && value >= 0);
  const classes = isWhole ? sortClasses([...counts.keys()].map(String)) : undefined;
  return {
    name,
    type: type === 'image' ? ('image' as const) : sizeOf(shape) === 1 && shape.length === 0 ? ('number' as const) : ('array' as const),
    ...(shape.length > 0 && { shape }),
    missing,
    ...(classes && { classes, counts: classes.map((value) => counts.get(Number(value))!) }),
    ...tally.summary
  };
}

function previewOf(columns: readonly TableColumn[], storeOf: (name: string) => Store, rows: number): string[][] {
  const shown = allRows(Math.min(rows, PREVIEW_ROWS));
  const texts = columns.map(({ name, classes, type, shape }) => {
    const store = storeOf(name);
    const numbers = new Float64Array(shown.length * store.size);
    store.gather(shown, numbers);
    return Array.from(shown, (row) => {
      const own = numbers.subarray(row * store.size, (row + 1) * store.size);
      if (classes) return classes[own[0]!] ?? '';
      if (type === 'image') return `${shape.at(-1)} × ${shape.at(-2)}`;
      const few = Array.from(own.subarray(0, 6), (number) => String(Number(number.toPrecision(5))));
      return few.join(', ') + (own.length > few.length ? ', …' : '');
    });
  });
  return Array.from(shown, (row) => texts.map((column) => column[row]!));
}

/** Bytes as they are; other numbers from their least to their largest. */
function thumbnailsOf({ name, shape }: TableColumn, store: Store, labels: TableColumn | undefined, storeOf: (name: string) => Store) {
  const [channels, height, width] = shape as readonly [1 | 3, number, number];
  const count = Math.min(store.rows, THUMBNAILS);
  const rows = allRows(count);
  const numbers = new Float64Array(count * store.size);
  store.gather(rows, numbers);
  const pixels = new Uint8Array(numbers.length);
  const area = height * width;
  for (let image = 0; image < count; image++)
    for (let pixel = 0; pixel < area; pixel++)
      for (let channel = 0; channel < channels; channel++)
        pixels[(image * area + pixel) * channels + channel] = numbers[(image * channels + channel) * area + pixel]!;
  const classes = new Float64Array(count);
  if (labels) storeOf(labels.name).gather(rows, classes);
  return {
    column: name,
    count,
    height,
    width,
    channels,
    pixels,
    ...(labels && { labels: Array.from(classes, (index) => labels.classes![index]!) })
  };
}
