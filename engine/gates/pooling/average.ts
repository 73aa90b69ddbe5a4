/** Sums and means of windows laid evenly. */
import { sizeOf } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId, Window } from '../../ir/graph';
import { countsOf, entriesOf } from '../windows';

/** Sums [L, O] over the windows of x [L, spatial…]; what is beyond x counts 0. */
function sumOfWindows(b: Builder, x: ValueId, windows: readonly Window[]): ValueId {
  const rows = b.shape(x)[0]!;
  return b.reduce('sum', b.reshape(b.patches(x, windows, 1), [rows, entriesOf(windows), sizeOf(countsOf(windows))]), [1]);
}

/**
 * Means [L, O] over the windows of x [L, spatial…]: divided by all entries of a window within x and its padding, or within
 * x alone. A window that reaches beyond the padding, as with ceil_mode, counts less in both.
 */
export function meanOfWindows(b: Builder, x: ValueId, windows: readonly Window[], countPadding: boolean): ValueId {
  const [, ...spatial] = b.shape(x) as [number, ...number[]];
  const counted = windows.map(({ low }, axis) => spatial[axis]! + (countPadding ? 2 * low : 0));
  const laid = windows.map((window) => (countPadding ? { ...window, low: 0 } : window));
  const whole = laid.every(({ size, stride, low, count }, axis) => low === 0 && (count - 1) * stride + size <= counted[axis]!);
  const sums = sumOfWindows(b, x, windows);
  return b.div(sums, whole ? b.constant(entriesOf(windows)) : sumOfWindows(b, b.full(1, [1, ...counted]), laid));
}
