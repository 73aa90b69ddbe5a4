/**
 * A scan converter: what share of each pixel lies within closed contours. By the non-zero winding rule, as fonts are
 * drawn: contours may overlap, and holes run the other way around.
 */
import type { Edges } from './outline';

/** Lines through each row of pixels. Along a line the share is exact; across lines it is an average of so many. */
const LINES = 8;

/**
 * Writes the share of each pixel, 0 to 1, to `coverage` [height, width]; the pixel in row r and column c is the square
 * from (c, r) to (c + 1, r + 1). What lies outside of the picture is cut off.
 */
export function fill(edges: Edges, width: number, height: number, coverage: Float64Array): void {
  coverage.fill(0);
  const lines = crossings(edges, height * LINES);
  for (let line = 0; line < lines.length; line++) {
    const row = Math.floor(line / LINES) * width;
    let winding = 0;
    let from = 0;
    for (const { x, direction } of lines[line]!) {
      if (winding !== 0) addSpan(coverage, row, width, from, x);
      winding += direction;
      from = x;
    }
  }
}

interface Crossing {
  readonly x: number;
  /** 1 where the edge runs downwards, −1 where it runs upwards. */
  readonly direction: number;
}

/** Where the edges cross each line, from left to right. */
function crossings(edges: Edges, count: number): Crossing[][] {
  const lines: Crossing[][] = Array.from({ length: count }, () => []);
  for (let at = 0; at < edges.length; at += 4) {
    const [x0, y0, x1, y1] = [edges[at]!, edges[at + 1]!, edges[at + 2]!, edges[at + 3]!];
    // Line l is at height (l + ½) / LINES. An edge has its upper end and not its lower, so that two in a row cross a line once.
    const first = Math.max(0, Math.ceil(Math.min(y0, y1) * LINES - 0.5));
    const end = Math.min(count, Math.ceil(Math.max(y0, y1) * LINES - 0.5));
    const slope = (x1 - x0) / (y1 - y0);
    for (let line = first; line < end; line++) {
      const x = x0 + ((line + 0.5) / LINES - y0) * slope;
      insert(lines[line]!, { x, direction: y1 > y0 ? 1 : -1 });
    }
  }
  return lines;
}

function insert(line: Crossing[], crossing: Crossing): void {
  let at = line.length;
  for (; at > 0 && line[at - 1]!.x > crossing.x; at--) line[at] = line[at - 1]!;
  line[at] = crossing;
}

function addSpan(coverage: Float64Array, row: number, width: number, from: number, to: number): void {
  const left = Math.max(0, from);
  const right = Math.min(width, to);
  for (let column = Math.floor(left); column < right; column++)
    coverage[row + column]! += (Math.min(right, column + 1) - Math.max(left, column)) / LINES;
}
