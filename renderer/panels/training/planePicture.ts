/** The plane as pixels: the colour of each cell, and where the found class changes from one cell to the next. */
import { CELLS, type Grid } from '../../stores/plane';
import { classColor, diverging, mixed, type Rgb } from '../../theme/palettes';

/** How much of a class's colour the ground keeps: points lie on it in full colour. */
const GROUND = 0.5;

/** Cells by row from the lowest y. */
export function cellColors({ probabilities, values, classes }: Grid, ground: Rgb): readonly Rgb[] {
  if (!probabilities) {
    const [low, high] = rangeOf(values);
    return values.map((value) => mixed(ground, diverging((2 * (value - low)) / (high - low || 1) - 1), 0.85));
  }
  return Array.from({ length: CELLS * CELLS }, (_, cell) => {
    const sum: [number, number, number] = [0, 0, 0];
    for (let index = 0; index < classes; index++) {
      const share = probabilities[cell * classes + index]!;
      for (const channel of [0, 1, 2] as const) sum[channel] += share * classColor(index)[channel];
    }
    return Number.isFinite(sum[0]) ? mixed(ground, sum, GROUND) : ground;
  });
}

export function rangeOf(values: readonly number[]): [low: number, high: number] {
  const finite = values.filter(Number.isFinite);
  return [
    finite.reduce((least, value) => Math.min(least, value), Infinity),
    finite.reduce((most, value) => Math.max(most, value), -Infinity)
  ];
}

/** The likeliest class of each cell; empty for a regression. */
export function foundClasses({ probabilities, classes }: Grid): readonly number[] {
  if (!probabilities) return [];
  return Array.from({ length: CELLS * CELLS }, (_, cell) => {
    let best = 0;
    for (let index = 1; index < classes; index++)
      if (probabilities[cell * classes + index]! > probabilities[cell * classes + best]!) best = index;
    return best;
  });
}

type Segment = readonly [x: number, y: number, toX: number, toY: number];

/**
 * Where the likeliest class changes, as pieces of lines in cells from the lower left corner: for each class the level 0 of its
 * lead over the next one, by marching squares between the middles of cells.
 */
export function borders({ probabilities, classes }: Grid): readonly Segment[] {
  if (!probabilities) return [];
  const segments: Segment[] = [];
  // Of two classes the second one's border is the first one's.
  for (let index = 0; index < (classes === 2 ? 1 : classes); index++) {
    const lead = Array.from({ length: CELLS * CELLS }, (_, cell) => leadOf(probabilities, cell * classes, classes, index));
    for (let y = 0; y + 1 < CELLS; y++)
      for (let x = 0; x + 1 < CELLS; x++) {
        const crossings = crossingsOf(lead, x, y);
        for (let at = 0; at + 1 < crossings.length; at += 2) segments.push([...crossings[at]!, ...crossings[at + 1]!]);
      }
  }
  return segments;
}

function leadOf(probabilities: readonly number[], from: number, classes: number, index: number): number {
  let next = -Infinity;
  for (let other = 0; other < classes; other++) if (other !== index) next = Math.max(next, probabilities[from + other]!);
  return probabilities[from + index]! - next;
}

/** Where the level 0 meets the four sides of the square between four middles of cells. */
function crossingsOf(lead: readonly number[], x: number, y: number): readonly (readonly [number, number])[] {
  const corner = [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1]
  ] as const;
  return corner.flatMap(([fromX, fromY], side) => {
    const [toX, toY] = corner[(side + 1) % 4]!;
    const [start, end] = [lead[fromY * CELLS + fromX]!, lead[toY * CELLS + toX]!];
    if (start > 0 === end > 0) return [];
    const share = start / (start - end);
    return [[fromX + share * (toX - fromX) + 0.5, fromY + share * (toY - fromY) + 0.5] as const];
  });
}

/** Share of the plane that each class has. */
export function sharesOf(found: readonly number[], classes: number): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const index of found) counts[index]!++;
  return counts.map((count) => count / (found.length || 1));
}
