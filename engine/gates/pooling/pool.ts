/** What all pools share: x is [N, C, spatial…] or [C, spatial…], and each channel is pooled by itself. */
import type { Dtype, Type } from '../../base/dtypes';
import { sizeOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId, Window } from '../../ir/graph';
import type { OnnxWriter } from '../gate';
import { sampleTensor, splitAxes } from '../windows';

export type Axes = 1 | 2 | 3;
export const MAXIMUM_OUTPUTS = () => ['out', 'indices'];

/** Types of a pool's result, one for each dtype, for windows that give `counts`. */
export function pooledTypes(x: Type, axes: Axes, counts: Shape, dtypes: readonly Dtype[]): readonly Type[] {
  const { lead } = splitAxes(x, axes);
  return dtypes.map((dtype) => ({ dtype, shape: [...lead, ...counts] }));
}

/** x as [L, spatial…], and the shape that a result of `counts` for each of the L channels has. */
export function channelsOf(b: Builder, x: ValueId, axes: Axes) {
  const { lead, spatial } = splitAxes(b.type(x), axes);
  const rows = sizeOf(lead);
  return { lead, spatial, rows, channels: b.reshape(x, [rows, ...spatial]), shaped: (counts: Shape): Shape => [...lead, ...counts] };
}

/** A sample of x with `length` entries on each of so many axes. */
export function sampleOf(lead: Shape, axes: Axes, length: number, seed = 0) {
  return sampleTensor([...lead, ...Array.from({ length: axes }, () => length)], seed);
}

/**
 * Both outputs of a max pool over x [N, C, spatial…] in ONNX, whose indices count through all of x; null where padding is as
 * large as a window, which ONNX has no pool for.
 */
export function onnxMaxPool(o: OnnxWriter, x: string, spatial: Shape, windows: readonly Window[]): readonly string[] | null {
  // What ceil_mode adds is padding behind.
  const behind = windows.map(({ size, stride, dilation, low, count }, axis) =>
    Math.max(0, (count - 1) * stride + dilation * (size - 1) + 1 - low - spatial[axis]!)
  );
  if (windows.some(({ size, low }, axis) => low >= size || behind[axis]! >= size)) return null;
  const attributes = {
    kernel_shape: windows.map(({ size }) => size),
    strides: windows.map(({ stride }) => stride),
    pads: [...windows.map(({ low }) => low), ...behind],
    dilations: windows.map(({ dilation }) => dilation)
  };
  const [out, indices] = o.nodes('MaxPool', [x], attributes, 2);
  return [out!, o.node('Mod', [indices, o.integers([sizeOf(spatial)])])];
}
