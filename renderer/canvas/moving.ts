/** What moves when gates, frames and notes do: a frame takes along what lies in it, and wires between moved gates their points. */
import { annotationsOf, moveNodes, setAreas, setVias, type AnnotationKey, type Area, type Document, type Position } from '@wiregrad/engine';
import { isWithin, rectangleOf, shifted } from './areas';
import type { Box } from './boxes';
import { whole } from './grid';
import type { Scene } from './scene';

interface Movable {
  readonly boxes: readonly Box[];
  readonly areas: ReadonlyMap<AnnotationKey, Area>;
  /** Points by wire. */
  readonly points: ReadonlyMap<number, readonly Position[]>;
}

export function movableOf(document: Document, scene: Scene, ids: ReadonlySet<string>, keys: ReadonlySet<AnnotationKey>): Movable {
  const all = annotationsOf(document);
  const nodes = new Set(ids);
  const annotations = new Set(keys);
  for (const key of keys) {
    if (!key.startsWith('frame')) continue;
    const frame = rectangleOf(all.get(key)!.area);
    for (const { id, x, y, width, height } of scene.boxes.values()) if (isWithin([x, y, width, height], frame)) nodes.add(id);
    for (const [other, { area }] of all) if (isWithin(area, frame)) annotations.add(other);
  }
  const boxes = [...scene.boxes.values()].filter(({ id }) => nodes.has(id));
  const points = new Map<number, readonly Position[]>();
  for (const { wire, via, source, target } of scene.strands)
    if (via.length > 0 && nodes.has(source.id) && nodes.has(target.id)) points.set(wire, via);
  return { boxes, areas: new Map([...annotations].map((key) => [key, all.get(key)!.area])), points };
}

export function isNothing({ boxes, areas }: Movable): boolean {
  return boxes.length === 0 && areas.size === 0;
}

/** The document with all of it moved from where the document has it. */
export function moveBy(document: Document, { boxes, areas, points }: Movable, by: Position): Document {
  const [dx, dy] = by;
  if (dx === 0 && dy === 0) return document;
  const at = (id: string): Position => document.layout.get(id) ?? [0, 0];
  const positions = new Map(boxes.map(({ id }) => [id, [whole(at(id)[0] + dx), whole(at(id)[1] + dy)] as const]));
  const placed = setAreas(moveNodes(document, positions), new Map([...areas].map(([key, area]) => [key, shifted(area, by)])));
  return setVias(placed, new Map([...points].map(([wire, via]) => [wire, shiftedPoints(via, by)])));
}

export function shiftedPoints(points: readonly Position[], [dx, dy]: Position): readonly Position[] {
  return points.map(([x, y]) => [whole(x + dx), whole(y + dy)]);
}
