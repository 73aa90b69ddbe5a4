/** What convolutions and pools share: windows over the last axes of x, by PyTorch's parameters. */
import type { Type } from '../base/dtypes';
import { formatShape, sizeOf, type Shape } from '../base/shapes';
import type { Window } from '../ir/graph';
import { ShapeError, type OnnxAttributes, type OnnxEmit, type ParamSpec, type ResolvedParams } from './gate';

const sizes = (doc: string, rest: { readonly default?: readonly number[]; readonly optional?: boolean }) =>
  ({ type: 'integers', doc: `${doc}; one number for every axis, or a list.`, ...rest }) as const satisfies ParamSpec;

export const KERNEL_SIZE = sizes('Sizes of a window', {});
export const STRIDE = sizes('Steps from one window to the next', { default: [1] });
export const POOL_STRIDE = sizes('Steps from one window to the next, by default its size', { optional: true });
export const PADDING = sizes('How far windows reach beyond x on both sides', { default: [0] });
export const DILATION = sizes('Steps from one entry of a window to the next', { default: [1] });
export const OUTPUT_PADDING = sizes('Entries added to the end of the result', { default: [0] });
export const OUTPUT_SIZE = sizes('Sizes of the result', {});
export const CEIL_MODE = {
  type: 'boolean',
  default: false,
  doc: 'Whether a last window may reach beyond the end.'
} as const satisfies ParamSpec;

/** The parameter `name` for each of `axes` axes. Throws ShapeError where it lists another number of them, or any is below `least`. */
export function perAxis(params: ResolvedParams, name: string, axes: number, least: number): readonly number[] {
  const given = params[name] as readonly number[];
  const values = given.length === 1 ? Array.from({ length: axes }, () => given[0]!) : given;
  if (values.length !== axes || values.some((value) => value < least)) {
    throw new ShapeError(
      `${name} is ${formatShape(given)}; expected ${axes === 1 ? 'one number' : `one number, or ${axes}`} of at least ${least}`
    );
  }
  return values;
}

/** x as [N, C, spatial…], or [C, spatial…] without a batch, for so many spatial axes. */
export function splitAxes({ shape }: Type, axes: number): { readonly lead: Shape; readonly spatial: Shape } {
  const split = shape.length - axes;
  if (split !== 1 && split !== 2) {
    const names = ['L', 'H,W', 'D,H,W'][axes - 1]!;
    throw new ShapeError(`x is ${formatShape(shape)}; expected [N,C,${names}], or [C,${names}] without a batch`, 'x', 'reshape it');
  }
  return { lead: shape.slice(0, split), spatial: shape.slice(split) };
}

/**
 * Windows over axes of `spatial` entries: as many as fit, or one more that begins within them where `ceil` rounds up (as
 * torch's pooling_output_shape). Throws ShapeError where not one fits.
 */
export function layWindows(
  spatial: Shape,
  params: ResolvedParams,
  { kernel, ceil = false }: { kernel: readonly number[]; ceil?: boolean }
): readonly Window[] {
  const axes = spatial.length;
  const strides = params['stride'] ? perAxis(params, 'stride', axes, 1) : kernel;
  const paddings = params['padding'] ? perAxis(params, 'padding', axes, 0) : spatial.map(() => 0);
  const dilations = params['dilation'] ? perAxis(params, 'dilation', axes, 1) : spatial.map(() => 1);
  return spatial.map((length, axis) => {
    const [size, stride, low, dilation] = [kernel[axis]!, strides[axis]!, paddings[axis]!, dilations[axis]!];
    const spare = length + 2 * low - dilation * (size - 1) - 1;
    let count = (ceil ? Math.ceil(spare / stride) : Math.floor(spare / stride)) + 1;
    if (ceil && (count - 1) * stride >= length + low) count--;
    if (length === 0 || spare < 0) {
      const reach = dilation * (size - 1) + 1;
      throw new ShapeError(
        `a window takes ${reach} of axis ${axis - axes} of x, which has ${length}${low ? ` and ${low} on both sides` : ''}`,
        'x',
        'use a smaller kernel, or more padding'
      );
    }
    return { size, stride, dilation, low, count };
  });
}

/** Windows of a pool, by its parameters `kernel_size`, `stride`, `padding`, `dilation` and `ceil_mode`. */
export function poolWindows(spatial: Shape, params: ResolvedParams): readonly Window[] {
  const kernel = perAxis(params, 'kernel_size', spatial.length, 1);
  const windows = layWindows(spatial, params, { kernel, ceil: params['ceil_mode'] === true });
  for (const { size, low } of windows) {
    if (2 * low > size)
      throw new ShapeError(`padding is ${low} and kernel_size is ${size}; expected at most half of it`, undefined, 'use less padding');
  }
  return windows;
}

/** The attributes by which ONNX's convolutions and pools say the same as `params`. */
export function onnxWindows(params: ResolvedParams, kernel: Shape): OnnxAttributes {
  const axes = kernel.length;
  const pads = perAxis(params, 'padding', axes, 0);
  return {
    kernel_shape: kernel,
    strides: params['stride'] ? perAxis(params, 'stride', axes, 1) : kernel,
    pads: [...pads, ...pads],
    ...(params['dilation'] && { dilations: perAxis(params, 'dilation', axes, 1) }),
    ...(params['groups'] !== undefined && { group: params['groups'] })
  };
}

/** The same in ONNX, whose convolutions and pools all have a batch: x without one gets one, and loses it again. */
export function onnxBatched(axes: number, emit: Exclude<OnnxEmit, string>): OnnxEmit {
  return (o, inputs, params, types) => {
    const { dtype, shape } = types['x']!;
    if (shape.length === axes + 2) return emit(o, inputs, params, types);
    const x = o.node('Unsqueeze', [inputs['x'], o.integers([0])]);
    const results = emit(o, { ...inputs, x }, params, { ...types, x: { dtype, shape: [1, ...shape] } });
    return results && results.map((result) => o.node('Squeeze', [result, o.integers([0])]));
  };
}

/** Shape of what windows give, one entry for each. */
export function countsOf(windows: readonly Window[]): Shape {
  return windows.map(({ count }) => count);
}

/** Entries of one window. */
export function entriesOf(windows: readonly Window[]): number {
  return sizeOf(windows.map(({ size }) => size));
}

/** Numbers in ±2 that look random, no two of them alike, for samples. */
export function sampleTensor(shape: Shape, seed = 0): { shape: number[]; data: number[] } {
  const count = sizeOf(shape);
  // Multiples of the golden ratio modulo 1 are spread evenly and never meet.
  return {
    shape: [...shape],
    data: Array.from({ length: count }, (_, at) => Math.round((((at + 1 + 31 * seed) * 0.6180339887498949) % 1) * 4e4) / 1e4 - 2)
  };
}
