/** What the model in hand says all over the plane, for data of two numbers a row: a grid of predictions, and the data's points. */
import { serializeDocument, type DatasetRows, type Prediction } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { inputFields, targetField } from './inputs';

/** Cells across and down. */
export const CELLS = 60;
const MOST_POINTS = 2_000;
/** Of the points' range, left free around them. */
const ROOM = 0.12;

export interface Points {
  readonly names: readonly [string, string];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Class of each, or its number. */
  readonly target: readonly number[];
  readonly classes?: readonly string[];
  /** Trained on; the others are held out. */
  readonly trained: readonly boolean[];
}
export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}
/** By cell, row by row from the lowest y: what is predicted at its middle. */
export interface Grid {
  /** Shares of the classes, `classes` a cell; absent for a regression. */
  readonly probabilities?: readonly number[];
  readonly values: readonly number[];
  readonly classes: number;
}

export function boundsOf({ x, y }: Pick<Points, 'x' | 'y'>): Bounds {
  const range = (numbers: readonly number[]): [number, number] => {
    const finite = numbers.filter(Number.isFinite);
    const low = finite.reduce((least, number) => Math.min(least, number), Infinity);
    const high = finite.reduce((most, number) => Math.max(most, number), -Infinity);
    if (!(high >= low)) return [-1, 1];
    const room = (high - low || Math.abs(high) || 1) * ROOM;
    return [low - room, high + room];
  };
  const [[left, right], [bottom, top]] = [range(x), range(y)];
  return { left, right, bottom, top };
}

/** Middles of the cells, [cells², 2], row by row from the lowest y. */
export function gridRows({ left, right, bottom, top }: Bounds, cells = CELLS): Float64Array {
  const rows = new Float64Array(cells * cells * 2);
  for (let at = 0; at < cells * cells; at++) {
    rows[at * 2] = left + (((at % cells) + 0.5) / cells) * (right - left);
    rows[at * 2 + 1] = bottom + ((Math.floor(at / cells) + 0.5) / cells) * (top - bottom);
  }
  return rows;
}

export const usePlaneStore = defineStore('plane', () => {
  const documents = useDocumentStore();
  /** The one field of two numbers that predictions are made from; null where there are others. */
  const field = computed(() => {
    const [first, ...others] = inputFields(documents.whole);
    return first && others.length === 0 && first.shape.length === 1 && first.shape[0] === 2 ? first : null;
  });
  const points = shallowRef<Points | null>(null);
  const grid = shallowRef<Grid | null>(null);
  const bounds = computed(() => points.value && boundsOf(points.value));
  let known = '';

  /** Reads the points where the data has changed, and asks what is predicted; what cannot be had is not shown. */
  async function look(): Promise<void> {
    const wanted = field.value;
    if (!wanted) return forget();
    const document = serializeDocument(documents.whole);
    const { opened } = documents;
    try {
      const target = targetField(documents.whole);
      const record = documents.whole.datasets?.get(wanted.dataset);
      const key = JSON.stringify([opened, wanted, target, record && { ...record, fields: [...record.fields] }]);
      if (key !== known || !points.value) {
        const rows = await useHost().engine.datasetRows(document, wanted.dataset, 0, MOST_POINTS);
        if (opened !== documents.opened) return;
        points.value = pointsOf(rows, wanted.field, target?.dataset === wanted.dataset ? target.field : undefined);
        known = key;
      }
      const data = gridRows(boundsOf(points.value));
      const inputs = new Map([[wanted.key, { dtype: 'float' as const, shape: [data.length / 2, 2], data }]]);
      const found = await useHost().engine.predict({ document, inputs });
      if (opened === documents.opened) grid.value = gridOf(found);
    } catch {
      // A graph that does not run, or data that is not there, is told of elsewhere.
    }
  }

  function forget(): void {
    points.value = null;
    grid.value = null;
    known = '';
  }
  watch(() => documents.opened, forget, { flush: 'sync' });

  return { field, points, grid, bounds, look };
});

function gridOf({ values, classes, probabilities }: Prediction): Grid | null {
  const cells = CELLS * CELLS;
  if (classes && probabilities) return { probabilities: [...probabilities.data], values: [], classes: probabilities.data.length / cells };
  return values.data.length === cells ? { values: [...values.data], classes: 0 } : null;
}

function pointsOf({ fields, parts }: DatasetRows, field: string, targetName: string | undefined): Points {
  const { data, entries } = fields.get(field)!;
  const target = targetName === undefined ? undefined : fields.get(targetName);
  const single = target && target.data.length === data.length / 2 ? target : undefined;
  const every = (offset: number): number[] => Array.from({ length: data.length / 2 }, (_, at) => data[at * 2 + offset]!);
  return {
    names: [entries?.[0] ?? 'x', entries?.[1] ?? 'y'],
    x: every(0),
    y: every(1),
    target: single ? [...single.data] : every(0).map(() => 0),
    ...(single?.classes && { classes: single.classes }),
    trained: Array.from(parts, (part) => part === 0)
  };
}
