/** Outlines of letters as fonts have them, made into straight edges. */
import { invariant } from '../base/errors';

/** Closed contours, y downwards: x₀ y₀ x₁ y₁ of one directed edge after the other. */
export type Edges = Float64Array;

const COMMAND = /([MLQCZ])([^MLQCZ]*)/g;
const NUMBER = /-?\d+(?:\.\d+)?/g;
/** Numbers that follow a command of the path; the last two are where it ends. */
const TAKES: Readonly<Record<string, number>> = { M: 2, L: 2, Q: 4, C: 6, Z: 0 };

/**
 * The edges of a path in the syntax of SVG, of absolute M, L, Q, C and Z alone. A curve becomes so many edges that none is
 * further than `tolerance` from it. Every contour is closed, whether the path says so or not.
 */
export function edgesOf(path: string, tolerance: number): Edges {
  const edges: number[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const lineTo = (toX: number, toY: number): void => {
    if (toX !== x || toY !== y) edges.push(x, y, toX, toY);
    [x, y] = [toX, toY];
  };
  for (const [, command = '', text = ''] of path.matchAll(COMMAND)) {
    const numbers = (text.match(NUMBER) ?? []).map(Number);
    invariant(numbers.length === TAKES[command], `${command} of a path takes ${TAKES[command]} numbers, found ${numbers.length}`);
    if (command === 'M' || command === 'Z') lineTo(startX, startY);
    if (command === 'M') [x, y, startX, startY] = [numbers[0]!, numbers[1]!, numbers[0]!, numbers[1]!];
    else if (command !== 'Z') for (const [toX, toY] of flatten([x, y, ...numbers], tolerance)) lineTo(toX, toY);
  }
  lineTo(startX, startY);
  return Float64Array.from(edges);
}

/** Points after the first on the Bézier curve of the points x y x y …, the last of them its end. */
function* flatten(points: readonly number[], tolerance: number): Generator<readonly [x: number, y: number]> {
  const degree = points.length / 2 - 1;
  let bend = 0;
  for (let at = 4; at < points.length; at += 2) {
    const [bendX, bendY] = [0, 1].map((axis) => points[at + axis]! - 2 * points[at + axis - 2]! + points[at + axis - 4]!);
    bend = Math.max(bend, Math.sqrt(bendX! ** 2 + bendY! ** 2));
  }
  // Wang's bound on the distance between a curve and its chords (Goldman, Pyramid Algorithms, 2003, section 5.6.3).
  const count = Math.max(1, Math.ceil(Math.sqrt((degree * (degree - 1) * bend) / (8 * tolerance))));
  for (let step = 1; step < count; step++) yield pointAt(points, step / count);
  yield [points.at(-2)!, points.at(-1)!];
}

/** By de Casteljau's repeated averages. */
function pointAt(points: readonly number[], share: number): readonly [x: number, y: number] {
  const left = [...points];
  for (let length = points.length - 2; length > 0; length -= 2)
    for (let at = 0; at < length; at++) left[at] = left[at]! * (1 - share) + left[at + 2]! * share;
  return [left[0]!, left[1]!];
}

/** left, top, right, bottom. */
export function boxOf(edges: Edges): readonly [left: number, top: number, right: number, bottom: number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < edges.length; at += 2) {
    left = Math.min(left, edges[at]!);
    right = Math.max(right, edges[at]!);
    top = Math.min(top, edges[at + 1]!);
    bottom = Math.max(bottom, edges[at + 1]!);
  }
  return [left, top, right, bottom];
}
