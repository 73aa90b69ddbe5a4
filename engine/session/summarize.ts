/** Sums tensors up for labels: the first entries, and the range, mean and norm of all. */
import type { Type } from '../base/dtypes';
import type { NumberArray } from '../base/dtypes';
import { SUMMARY_LIMIT, type TensorSummary } from './messages';

export function summarize({ dtype, shape }: Type, data: NumberArray): TensorSummary {
  let [minimum, maximum, sum, squares, finite] = [Infinity, -Infinity, 0, 0, 0];
  for (let index = 0; index < data.length; index++) {
    const value = data[index]!;
    if (!Number.isFinite(value)) continue;
    finite++;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
    squares += value * value;
  }
  const some = finite > 0;
  return {
    dtype,
    shape,
    data: data.slice(0, SUMMARY_LIMIT),
    complete: data.length <= SUMMARY_LIMIT,
    minimum: some ? minimum : NaN,
    maximum: some ? maximum : NaN,
    mean: some ? sum / finite : NaN,
    norm: some ? Math.sqrt(squares) : NaN,
    nonFinite: data.length - finite
  };
}
