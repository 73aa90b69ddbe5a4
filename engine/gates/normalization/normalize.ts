/** What the normalisations share: to mean 0 and variance 1 along some axes, then a scale and a shift for each feature. */
import { sizeOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import type { ParamSpec } from '../gate';

export const EPS = {
  type: 'number',
  default: 1e-5,
  min: 0,
  doc: 'Added to the variance, so that it is never 0.'
} as const satisfies ParamSpec;

/** (x − mean) / √(variance + eps) along `axes`, the variance biased. */
export function normalize(b: Builder, x: ValueId, axes: readonly number[], eps: number): ValueId {
  const shape = b.shape(x);
  const count = b.constant(sizeOf(axes.map((axis) => shape[axis]!)));
  const mean = (values: ValueId) => b.div(b.reduce('sum', values, axes, true), count);
  const deviation = b.sub(x, mean(x));
  return b.div(deviation, b.sqrt(b.add(mean(b.mul(deviation, deviation)), b.constant(eps))));
}

/** x · weight + bias, both optional and of a shape that `perFeature` broadcasts against x. */
export function scaleAndShift(b: Builder, x: ValueId, weight: ValueId | undefined, bias: ValueId | undefined, perFeature: Shape): ValueId {
  const scaled = weight === undefined ? x : b.mul(x, b.reshape(weight, perFeature));
  return bias === undefined ? scaled : b.add(scaled, b.reshape(bias, perFeature));
}
