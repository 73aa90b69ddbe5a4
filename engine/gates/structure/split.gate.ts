import { formatShape, type Shape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate, ShapeError, type ResolvedParams } from '../gate';
import { sliceAxis } from './parts';

function resolve(shape: Shape, { sizes, dim }: ResolvedParams): number {
  const axis = axisOf(dim, shape);
  const total = sizes.reduce((sum: number, size: number) => sum + size, 0);
  if (total !== shape[axis] || sizes.some((size: number) => size < 0)) {
    throw new ShapeError(
      `x is ${formatShape(shape)} and sizes is ${formatShape(sizes)}; expected sizes that add up to ${shape[axis]}, found ${total}`,
      'x',
      'change sizes, or choose another dim'
    );
  }
  return axis;
}

export default defineGate({
  kind: 'composite',
  name: 'split',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  outputs: ({ sizes }) => sizes.map((_: number, at: number) => `out${at}`),
  params: {
    sizes: { type: 'integers', doc: 'The size of each part.' },
    dim: { type: 'integer', default: 0, doc: 'The axis to cut.' }
  },
  shape: ({ x }, params) => {
    const axis = resolve(x!.shape, params);
    return params['sizes'].map((size: number) => ({ dtype: x!.dtype, shape: x!.shape.map((length, at) => (at === axis ? size : length)) }));
  },
  lower: (b, { x }, params) => {
    const axis = resolve(b.shape(x!), params);
    let from = 0;
    return params['sizes'].map((size: number) => sliceAxis(b, x!, axis, from, (from += size)));
  },
  latex: 'out_0, out_1, \\dots = \\operatorname{split}(x)',
  latexBackward: { x: '[g_0, g_1, \\dots]' },
  doc: 'Cuts x into parts along an axis, an output each. Backward their gradients are put together again.',
  emit: {
    torch: 'torch.split({x}, {sizes}, dim={dim})',
    onnx: (o, { x }, { sizes, dim: axis }) => o.nodes('Split', [x, o.integers(sizes)], { axis }, sizes.length)
  },
  samples: [
    { inputs: { x: [1, 2, 3] }, params: { sizes: [1, 2] } },
    {
      inputs: {
        x: [
          [1, 2, 3, 4],
          [5, 6, 7, 8]
        ]
      },
      params: { sizes: [1, 0, 3], dim: -1 }
    },
    { inputs: { x: [[1, 2]] }, params: { sizes: [1] } },
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { sizes: [1, 1], dim: 1 } }
  ]
});
