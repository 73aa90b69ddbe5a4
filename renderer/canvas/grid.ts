/** Distance of the grid's points, in the graph's units. */
export const GRID = 24;

export function onGrid(length: number): number {
  return Math.round(length / GRID) * GRID;
}
