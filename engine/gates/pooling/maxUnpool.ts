import type { Type } from '../../base/dtypes';
import { formatShape, sameShape, sizeOf } from '../../base/shapes';
import { defineGate, ShapeError, type Gate, type Operands, type ResolvedParams } from '../gate';
import { KERNEL_SIZE, PADDING, perAxis, POOL_STRIDE, splitAxes } from '../windows';
import { sampleOf, type Axes } from './pool';

function resolve({ x, indices }: Operands<Type>, params: ResolvedParams, axes: Axes) {
  const { lead, spatial } = splitAxes(x!, axes);
  if (!sameShape(x!.shape, indices!.shape)) {
    throw new ShapeError(
      `x is ${formatShape(x!.shape)} and indices is ${formatShape(indices!.shape)}; they must be the same`,
      'indices',
      'use the indices of the pool that made x'
    );
  }
  const kernel = perAxis(params, 'kernel_size', axes, 1);
  const strides = params['stride'] ? perAxis(params, 'stride', axes, 1) : kernel;
  const paddings = perAxis(params, 'padding', axes, 0);
  const result = params['output_size']
    ? perAxis(params, 'output_size', axes, 1)
    : spatial.map((length, axis) => (length - 1) * strides[axis]! - 2 * paddings[axis]! + kernel[axis]!);
  if (result.some((length) => length < 0))
    throw new ShapeError(`x is ${formatShape(x!.shape)}; the result would be ${formatShape(result)}`, 'x', 'use less padding');
  return { lead, spatial, result, out: [...lead, ...result] };
}

/** `max_unpool1d`, `max_unpool2d`, `max_unpool3d`: torch.nn.functional's; entries with one index add up. */
export function maxUnpool(axes: Axes): Gate {
  const whole = Array<number>(axes).fill(4);
  // The places of the largest entries of 2 × 2 × … windows: 0 or 2 on each axis, every other one a step on along the last.
  const places = Array.from({ length: 2 ** axes }, (_, at) => {
    const corner = whole.map((__, axis) => 2 * ((at >> (axes - 1 - axis)) & 1));
    return corner.reduce((flat, index) => 4 * flat + index, 0) + (at % 2);
  });
  const indices = { shape: [1, 2, ...Array<number>(axes).fill(2)], data: [...places, ...[...places].reverse()] };
  return defineGate({
    kind: 'composite',
    name: `max_unpool${axes}d`,
    family: 'pooling',
    inputs: [{ name: 'x' }, { name: 'indices', dtype: 'int32' }],
    params: {
      kernel_size: KERNEL_SIZE,
      stride: POOL_STRIDE,
      padding: PADDING,
      output_size: { type: 'integers', optional: true, doc: 'Sizes of the result; by default the smallest that the pool would make x of.' }
    },
    shape: (inputs, params) => [{ dtype: 'float', shape: resolve(inputs, params, axes).out }],
    lower: (b, { x, indices: index }, params) => {
      const { lead, spatial, result, out } = resolve({ x: b.type(x!), indices: b.type(index!) }, params, axes);
      const flat = [sizeOf(lead), sizeOf(spatial)];
      return [b.reshape(b.scatterAdd(b.reshape(index!, flat), b.reshape(x!, flat), [sizeOf(lead), sizeOf(result)], 1), out)];
    },
    latex: 'out_{indices_k} = x_k',
    latexBackward: { x: 'g_{indices_k}' },
    doc: 'Puts the largest entries of a max pool back where they were, among zeros. Wire the pool’s indices to it.',
    emit: {
      torch: (params) => {
        if (!params['output_size']) return `F.max_unpool${axes}d`;
        const tuple = (name: string) => (params[name] ? `(${perAxis(params, name, axes, 0).join(', ')},)` : 'None');
        return `F.max_unpool${axes}d({x}, {indices}, ${['kernel_size', 'stride', 'padding', 'output_size'].map(tuple).join(', ')})`;
      }
    },
    samples: [
      { inputs: { x: sampleOf([1, 2], axes, 2), indices }, params: { kernel_size: 2 } },
      { inputs: { x: sampleOf([1, 2], axes, 2, 1), indices }, params: { kernel_size: 2, output_size: whole } },
      { inputs: { x: { shape: [0, 1, ...whole], data: [] }, indices: { shape: [0, 1, ...whole], data: [] } }, params: { kernel_size: 1 } }
    ]
  });
}
