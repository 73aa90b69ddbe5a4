/** From gate to gate by arrow keys. */
import type { Box } from './boxes';
import type { Scene } from './scene';
import type { Direction } from './view';

const ALONG: Readonly<Record<Direction, readonly [number, number]>> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };
/** A gate beside the way counts as this much farther. */
const SIDEWAYS = 2.2;

const middle = ({ x, y, width, height }: Box): readonly [number, number] => [x + width / 2, y + height / 2];

/** The gate that lies next to `from` in a direction; null where there is none. */
export function nextBox(scene: Scene, from: Box, direction: Direction): Box | null {
  const [ax, ay] = ALONG[direction];
  const [x, y] = middle(from);
  let best: Box | null = null;
  let least = Infinity;
  for (const box of scene.boxes.values()) {
    if (box === from) continue;
    const [bx, by] = middle(box);
    const along = (bx - x) * ax + (by - y) * ay;
    const beside = Math.abs((bx - x) * ay) + Math.abs((by - y) * ax);
    if (along <= 4 || beside > along * 4) continue;
    const distance = along + beside * SIDEWAYS;
    if (distance >= least) continue;
    least = distance;
    best = box;
  }
  return best;
}

/** The gate nearest to a point. */
export function nearestBox(scene: Scene, [x, y]: readonly [number, number]): Box | null {
  let best: Box | null = null;
  let least = Infinity;
  for (const box of scene.boxes.values()) {
    const [bx, by] = middle(box);
    const distance = Math.hypot(bx - x, by - y);
    if (distance >= least) continue;
    least = distance;
    best = box;
  }
  return best;
}
