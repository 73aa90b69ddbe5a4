import { formatShape, type Shape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate, ShapeError } from '../gate';

function resolve(shape: Shape, dims: readonly number[]): readonly number[] {
  const axes = dims.length === shape.length ? dims.map((dim) => axisOf(dim, shape)) : [];
  if (new Set(axes).size !== shape.length) {
    throw new ShapeError(
      `dims is ${formatShape(dims)} and x is ${formatShape(shape)}; expected each of its ${shape.length} axes once`,
      'x'
    );
  }
  return axes;
}

export default defineGate({
  kind: 'composite',
  name: 'permute',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  params: { dims: { type: 'integers', doc: 'The axes of x in their new order.' } },
  shape: ({ x }, { dims }) => [{ dtype: x!.dtype, shape: resolve(x!.shape, dims).map((axis) => x!.shape[axis]!) }],
  lower: (b, { x }, { dims }) => [b.permute(x!, resolve(b.shape(x!), dims))],
  latex: '\\operatorname{permute}(x)',
  latexBackward: { x: '\\operatorname{permute}^{-1}(g)' },
  doc: 'Puts the axes in another order. Backward they go back.',
  emit: { torch: 'torch.permute({x}, {dims})' },
  samples: [
    {
      inputs: {
        x: [
          [
            [1, 2, 3],
            [4, 5, 6]
          ]
        ]
      },
      params: { dims: [2, 0, 1] }
    },
    {
      inputs: {
        x: [
          [1, 2],
          [3, 4]
        ]
      },
      params: { dims: [-1, 0] }
    },
    { inputs: { x: 3 }, params: { dims: [] } },
    { inputs: { x: { shape: [0, 2, 3], data: [] } }, params: { dims: [1, 2, 0] } }
  ]
});
