import { sizeOf, type Shape } from '../../base/shapes';
import type { Window } from '../../ir/graph';
import { floatBits } from './call';

const TRIVIAL = [1, 1, 1, 0, 1, 1];

/** Windows over the last axes of an image, at most three, as assembly/patches.ts reads them; `value` stands beyond the image. */
export function windowWords(windows: readonly Window[], spatial: Shape, value = 0): number[] {
  const axes = windows.map(({ size, stride, dilation, low, count }, axis) => [size, stride, dilation, low, count, spatial[axis]!]);
  const missing = Array.from({ length: 3 - axes.length }, () => TRIVIAL);
  return [floatBits(value), sizeOf(windows.map(({ size }) => size)), ...[...missing, ...axes].flat()];
}
