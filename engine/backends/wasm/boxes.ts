import type { Shape } from '../../base/shapes';

/**
 * The words of a box with two steps per axis, given in entries: its rank, at least 1, then length and both steps in bytes
 * of each axis from the slowest. Axes of one entry go, and axes that are one run in both steps become one.
 */
export function boxOf(shape: Shape, first: readonly number[], second: readonly number[]): number[] {
  const axes: [length: number, first: number, second: number][] = [];
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const outer = axes.at(-1);
    const [a, b] = [first[axis]!, second[axis]!];
    if (outer && outer[1] === a * length && outer[2] === b * length) axes[axes.length - 1] = [outer[0] * length, a, b];
    else axes.push([length, a, b]);
  });
  if (axes.length === 0) axes.push([1, 0, 0]);
  return [axes.length, ...axes.flatMap(([length, a, b]) => [length, a * 4, b * 4])];
}
