/** Where a gate goes that was added without a place of its own. */
import type { Position } from '@wiregrad/engine';

/** Room that a gate takes with its labels. */
const [WIDTH, HEIGHT] = [180, 130];

/** Of the cells around `center` the nearest in which no gate has its corner; rings of cells grow until one is free. */
export function freePlace([x, y]: Position, corners: readonly Position[]): Position {
  // A gate's corner lies up and to the left of the middle that is sought.
  const isFree = (left: number, top: number): boolean =>
    corners.every(
      ([cornerX, cornerY]) => Math.abs(cornerX + WIDTH / 3 - left) >= WIDTH * 0.9 || Math.abs(cornerY + HEIGHT / 3 - top) >= HEIGHT * 0.9
    );
  for (let ring = 0; ; ring++) {
    const cells: Position[] = [];
    for (let row = -ring; row <= ring; row++) {
      for (let column = -ring; column <= ring; column++) {
        if (Math.max(Math.abs(row), Math.abs(column)) === ring) cells.push([x + column * WIDTH, y + row * HEIGHT]);
      }
    }
    const distance = ([left, top]: Position): number => Math.hypot(left - x, (top - y) * 1.01);
    const free = cells.sort((a, b) => distance(a) - distance(b)).find(([left, top]) => isFree(left, top));
    if (free) return free;
  }
}
