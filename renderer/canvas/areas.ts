/** Frames and notes as geometry: what lies at a point, what lies in a frame. */
import { annotationsOf, type AnnotationKey, type Area, type Document, type Position } from '@wiregrad/engine';
import { whole } from './grid';
import type { Rectangle } from './scene';

/** Height of a frame's title, by which it is held; the rest of it lets the pointer through. */
export const TITLE = 30;
/** Of the corner that is pulled to resize. */
export const CORNER = 18;
const SMALLEST: Position = [90, 60];

export function isWithin([x, y, width, height]: Area, { left, top, right, bottom }: Rectangle): boolean {
  return x >= left && y >= top && x + width <= right && y + height <= bottom;
}

export function rectangleOf([x, y, width, height]: Area): Rectangle {
  return { left: x, top: y, right: x + width, bottom: y + height };
}

/** The frame or note that is held at a point, by its corner or to be moved; the last drawn counts. */
export function annotationAt(document: Document, [px, py]: Position): { readonly key: AnnotationKey; readonly corner: boolean } | null {
  let found: { key: AnnotationKey; corner: boolean } | null = null;
  for (const [key, { area }] of annotationsOf(document)) {
    const [x, y, width, height] = area;
    if (px < x || px > x + width || py < y || py > y + height) continue;
    const corner = px >= x + width - CORNER && py >= y + height - CORNER;
    if (corner || key.startsWith('note') || py <= y + TITLE) found = { key, corner };
  }
  return found;
}

/** An area with its lower right corner moved, not smaller than can be read. */
export function resized([x, y, width, height]: Area, [dx, dy]: Position): Area {
  return [x, y, whole(Math.max(SMALLEST[0], width + dx)), whole(Math.max(SMALLEST[1], height + dy))];
}

export function shifted([x, y, width, height]: Area, [dx, dy]: Position): Area {
  return [whole(x + dx), whole(y + dy), width, height];
}
