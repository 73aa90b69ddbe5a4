/** The first rows of a data set, for pictures of it: asked anew a moment after it changes. */
import type { DatasetRecord, DatasetRows } from '@wiregrad/engine';
import { shallowRef, watch, type ShallowRef } from 'vue';
import { useHost } from '../../host/current';
import { textOf } from '../../stores/described';
import type { Point } from '../../widgets/ScatterPlot.vue';

const ROWS = 600;
const PAUSE_MS = 200;

/** `of` answers null while there is nothing to ask for. What is refused gives no rows: why is told elsewhere. */
export function useSampleRows(of: () => { readonly name: string; readonly record: DatasetRecord } | null): ShallowRef<DatasetRows | null> {
  const rows = shallowRef<DatasetRows | null>(null);
  watch(
    of,
    (wanted, _, onCleanup) => {
      let isStale = false;
      const timer = setTimeout(() => void load(), PAUSE_MS);
      onCleanup(() => {
        isStale = true;
        clearTimeout(timer);
      });
      const load = async (): Promise<void> => {
        const found = wanted && wanted.record.fields.size > 0 ? await ask(wanted.name, wanted.record) : null;
        if (!isStale) rows.value = found;
      };
    },
    { immediate: true }
  );
  return rows;
}

async function ask(name: string, record: DatasetRecord): Promise<DatasetRows | null> {
  // A few pictures are large, and only their classes are looked at here.
  const fields = new Map(
    [...record.fields].filter(([, { columns, divide_by, type }]) => type === 'class' || !(columns.length === 1 && divide_by))
  );
  if (fields.size === 0) return null;
  return useHost()
    .engine.datasetRows(textOf(name, { ...record, fields }), name, 0, ROWS)
    .catch(() => null);
}

/** A number of each row, under what it is called. */
export interface Axis {
  readonly name: string;
  readonly field: string;
  at(row: number): number;
}

/** Axes to plot, of at most so many. */
const MOST_AXES = 60;

export function axesOf({ fields }: DatasetRows): Axis[] {
  const axes: Axis[] = [];
  for (const [field, { shape, data, entries, classes }] of fields) {
    if (classes || shape.length !== 2) continue;
    const size = shape[1]!;
    for (let entry = 0; entry < Math.min(size, MOST_AXES); entry++)
      axes.push({ name: entries?.[entry] ?? `${field}[${entry}]`, field, at: (row) => data[row * size + entry]! });
  }
  // A name's 0 or 1 shows little: numbers go first.
  return [...axes.filter(({ name }) => !isName(name)), ...axes.filter(({ name }) => isName(name))];
}

/** How an entry is called that stands for a name of a column. */
const isName = (entry: string): boolean => entry.includes('=');

/** The first field of classes: by it points are told apart. */
export function classesOf({ fields }: DatasetRows): { readonly names: readonly string[]; at(row: number): number } | null {
  const found = [...fields.values()].find(({ classes }) => classes);
  return found ? { names: found.classes!, at: (row) => found.data[row]! } : null;
}

export function pointsOf(rows: DatasetRows, across: Axis, up: Axis): Point[] {
  const classes = classesOf(rows);
  return Array.from(rows.parts, (_, row) => ({ x: across.at(row), y: up.at(row), ...(classes && { group: classes.at(row) }) }));
}
