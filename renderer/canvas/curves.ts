/**
 * The course of a wire: level out of its socket, a cubic curve, then level into its input, where its labels stand. It
 * turns as late as it can: layouts keep the lane of a wire's output free.
 */
import type { Position } from '@wiregrad/engine';

export interface Curve {
  readonly x1: number;
  readonly y1: number;
  /** Where the curve begins. */
  readonly leave: number;
  /** Control points lie level with their ends. */
  readonly c1: number;
  readonly c2: number;
  /** Where the curve ends and the level part begins. */
  readonly level: number;
  readonly x2: number;
  readonly y2: number;
}

/** The level part takes this part of the gap between two gates, in which labels stand, and at most this much. */
const LEVEL_PART = 0.52;
const LONGEST_LEVEL = 96;
const SHORTEST_LEVEL = 10;
/** Less room than this is no gap: the wire bends back. */
const BEND = 44;
/** As wide as a curve is. */
const LONGEST_TURN = 84;
const SAMPLES = 20;

export function curveBetween([x1, y1]: Position, [x2, y2]: Position): Curve {
  const gap = x2 - x1;
  const level = x2 - Math.min(LONGEST_LEVEL, Math.max(SHORTEST_LEVEL, Math.min(gap * LEVEL_PART, gap - BEND)));
  const leave = Math.max(x1, level - LONGEST_TURN);
  const reach = gap >= BEND ? Math.max(14, (level - leave) / 2) : Math.min(160, 40 + Math.abs(gap) / 3 + Math.abs(y2 - y1) / 8);
  return { x1, y1, leave, c1: leave + reach, c2: level - reach, level, x2, y2 };
}

export function trace(path: Pick<Path2D, 'moveTo' | 'bezierCurveTo' | 'lineTo'>, { x1, y1, leave, c1, c2, level, x2, y2 }: Curve): void {
  path.moveTo(x1, y1);
  path.lineTo(leave, y1);
  path.bezierCurveTo(c1, y1, c2, y2, level, y2);
  path.lineTo(x2, y2);
}

/** What a wire follows from its output to its input: one curve, or one to each of the points that it is led through. */
export interface Course extends Bounds {
  readonly pieces: readonly Curve[];
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The course through `points`, two or more. */
export function courseThrough(points: readonly Position[]): Course {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const pieces = points.slice(1).map((to, index) => {
    const curve = curveBetween(points[index]!, to);
    const { x1, c1, c2, level, x2, y1, y2 } = curve;
    left = Math.min(left, x1, c2, level);
    right = Math.max(right, x2, c1);
    top = Math.min(top, y1, y2);
    bottom = Math.max(bottom, y1, y2);
    return curve;
  });
  return { pieces, left, top, right, bottom };
}

/** Which piece of a course is nearest to a point, and how far it is; null where none is within `limit`. */
export function nearestPiece(
  { pieces, left, top, right, bottom }: Course,
  [x, y]: Position,
  limit: number
): { readonly piece: number; readonly distance: number } | null {
  if (x < left - limit || x > right + limit || y < top - limit || y > bottom + limit) return null;
  let found: { piece: number; distance: number } | null = null;
  pieces.forEach((curve, piece) => {
    const distance = distanceTo(curve, [x, y], limit);
    if (distance <= (found?.distance ?? limit)) found = { piece, distance };
  });
  return found;
}

/** Distance of a point from the curve, to within a fraction of a pixel; Infinity where it is surely beyond `limit`. */
export function distanceTo(curve: Curve, [x, y]: Position, limit: number): number {
  const { x1, y1, c1, c2, level, x2, y2 } = curve;
  if (x < Math.min(x1, c2, level) - limit || x > Math.max(c1, x2) + limit) return Infinity;
  if (y < Math.min(y1, y2) - limit || y > Math.max(y1, y2) + limit) return Infinity;
  let nearest = Infinity;
  let [px, py] = [x1, y1];
  for (const [qx, qy] of polylineOf(curve)) {
    nearest = Math.min(nearest, toSegment(x, y, px, py, qx, qy));
    [px, py] = [qx, qy];
  }
  return nearest;
}

/** The curve as a line of points after its first, near enough for the eye. */
function polylineOf({ y1, y2, leave, c1, c2, level, x2 }: Curve): Position[] {
  const points: Position[] = [[leave, y1]];
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const t = sample / SAMPLES;
    const s = 1 - t;
    points.push([
      s * s * s * leave + 3 * s * s * t * c1 + 3 * s * t * t * c2 + t * t * t * level,
      s * s * (s + 3 * t) * y1 + t * t * (t + 3 * s) * y2
    ]);
  }
  points.push([x2, y2]);
  return points;
}

/** Whether the line through `points` crosses a course. */
export function crosses({ pieces, left, top, right, bottom }: Course, points: readonly Position[]): boolean {
  return points.some((to, index) => {
    const from = points[index - 1];
    if (!from || Math.max(from[0], to[0]) < left || Math.min(from[0], to[0]) > right) return false;
    if (Math.max(from[1], to[1]) < top || Math.min(from[1], to[1]) > bottom) return false;
    return pieces.some((curve) => {
      let before: Position = [curve.x1, curve.y1];
      return polylineOf(curve).some((after) => {
        const hit = segmentsCross(from, to, before, after);
        before = after;
        return hit;
      });
    });
  });
}

function segmentsCross(a: Position, b: Position, c: Position, d: Position): boolean {
  const side = ([px, py]: Position, [qx, qy]: Position, [rx, ry]: Position): number => (qx - px) * (ry - py) - (qy - py) * (rx - px);
  return side(a, b, c) > 0 !== side(a, b, d) > 0 && side(c, d, a) > 0 !== side(c, d, b) > 0;
}

function toSegment(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
