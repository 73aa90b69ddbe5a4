/** Distance of the grid's points, in the graph's units. */
export const GRID = 24;

export function onGrid(length: number): number {
  return whole(length / GRID) * GRID;
}

/** The nearest whole number; 0 where that is −0, which a file would show. */
export function whole(length: number): number {
  return Math.round(length) + 0;
}
