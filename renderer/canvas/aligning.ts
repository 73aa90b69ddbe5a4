/** Gates, frames and notes in line, at even distances or on the grid. */
import { annotationsOf, moveNodes, setAreas, type AnnotationKey, type Area, type Document, type Position } from '@wiregrad/engine';
import { onGrid, whole } from './grid';
import { sceneOf } from './scene';

export type Edge = 'left' | 'right' | 'top' | 'bottom' | 'centers' | 'middles';
export type Axis = 'across' | 'down';

interface Item {
  readonly area: Area;
  readonly id?: string;
  readonly key?: AnnotationKey;
}

function itemsOf(document: Document, ids: ReadonlySet<string>, keys: ReadonlySet<AnnotationKey>): readonly Item[] {
  const boxes = [...sceneOf(document).boxes.values()].filter(({ id }) => ids.has(id));
  return [
    ...boxes.map(({ id, x, y, width, height }): Item => ({ id, area: [x, y, width, height] })),
    ...[...annotationsOf(document)].flatMap(([key, { area }]): Item[] => (keys.has(key) ? [{ key, area }] : []))
  ];
}

/** The document with each item where `place` puts it. */
function placed(document: Document, items: readonly Item[], place: (area: Area, index: number) => Position): Document {
  const positions = new Map<string, Position>();
  const areas = new Map<AnnotationKey, Area>();
  items.forEach(({ id, key, area }, index) => {
    const [x, y] = place(area, index).map(whole) as [number, number];
    if (x === area[0] && y === area[1]) return;
    if (id !== undefined) positions.set(id, [x, y]);
    else if (key !== undefined) areas.set(key, [x, y, area[2], area[3]]);
  });
  return setAreas(moveNodes(document, positions), areas);
}

type Chosen = readonly [ids: ReadonlySet<string>, keys: ReadonlySet<AnnotationKey>];

export function align(document: Document, edge: Edge, ...chosen: Chosen): Document {
  const items = itemsOf(document, ...chosen);
  if (items.length < 2) return document;
  const all = (of: (area: Area) => number): number[] => items.map(({ area }) => of(area));
  const left = Math.min(...all(([x]) => x));
  const right = Math.max(...all(([x, , width]) => x + width));
  const top = Math.min(...all(([, y]) => y));
  const bottom = Math.max(...all(([, y, , height]) => y + height));
  return placed(document, items, ([x, y, width, height]) => {
    switch (edge) {
      case 'left':
        return [left, y];
      case 'right':
        return [right - width, y];
      case 'centers':
        return [(left + right - width) / 2, y];
      case 'top':
        return [x, top];
      case 'bottom':
        return [x, bottom - height];
      case 'middles':
        return [x, (top + bottom - height) / 2];
      default:
        return edge satisfies never;
    }
  });
}

/** Equal gaps between neighbours; the first and the last stay. */
export function distribute(document: Document, axis: Axis, ...chosen: Chosen): Document {
  const at = axis === 'across' ? 0 : 1;
  const size = axis === 'across' ? 2 : 3;
  const items = [...itemsOf(document, ...chosen)].sort((a, b) => a.area[at] - b.area[at]);
  if (items.length < 3) return document;
  const first = items[0]!.area;
  const last = items.at(-1)!.area;
  const taken = items.reduce((sum, { area }) => sum + area[size], 0);
  const gap = (last[at] + last[size] - first[at] - taken) / (items.length - 1);
  let next = first[at];
  return placed(document, items, (area) => {
    const start = next;
    next += area[size] + gap;
    return axis === 'across' ? [start, area[1]] : [area[0], start];
  });
}

export function snapToGrid(document: Document, ...chosen: Chosen): Document {
  return placed(document, itemsOf(document, ...chosen), ([x, y]) => [onGrid(x), onGrid(y)]);
}

/** An area around the chosen gates and annotations with room for a title; null where nothing is chosen. */
export function frameAround(document: Document, ...chosen: Chosen): Area | null {
  const items = itemsOf(document, ...chosen);
  if (items.length === 0) return null;
  const left = Math.min(...items.map(({ area }) => area[0])) - FRAME_RIM;
  const top = Math.min(...items.map(({ area }) => area[1])) - FRAME_RIM - FRAME_TITLE;
  const right = Math.max(...items.map(({ area }) => area[0] + area[2])) + FRAME_RIM;
  const bottom = Math.max(...items.map(({ area }) => area[1] + area[3])) + FRAME_RIM;
  return [left, top, right - left, bottom - top];
}

const FRAME_RIM = 26;
const FRAME_TITLE = 34;
