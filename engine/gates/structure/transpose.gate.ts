import type { Shape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate, type ResolvedParams } from '../gate';

/** Axes of the result as axes of the operand. */
function swap(shape: Shape, { dim0, dim1 }: ResolvedParams): number[] {
  const first = axisOf(dim0, shape);
  const second = axisOf(dim1, shape);
  return shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
}

export default defineGate({
  kind: 'composite',
  name: 'transpose',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  params: {
    dim0: { type: 'integer', default: -2, doc: 'One axis.' },
    dim1: { type: 'integer', default: -1, doc: 'The axis that it changes places with.' }
  },
  shape: ({ x }, params) => [{ dtype: x!.dtype, shape: swap(x!.shape, params).map((axis) => x!.shape[axis]!) }],
  lower: (b, { x }, params) => [b.permute(x!, swap(b.shape(x!), params))],
  latex: 'x^{\\top}',
  latexBackward: { x: 'g^{\\top}' },
  doc: 'Two axes change places: rows become columns. Backward they change back.',
  emit: {
    numpy: { forward: 'np.swapaxes({x}, {dim0}, {dim1})', backward: { x: 'np.swapaxes({grad}, {dim0}, {dim1})' } },
    torch: 'torch.transpose({x}, {dim0}, {dim1})'
  },
  samples: [
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      }
    },
    {
      inputs: {
        x: [
          [
            [1, 2, 3],
            [4, 5, 6]
          ]
        ]
      },
      params: { dim0: 0, dim1: -1 }
    },
    { inputs: { x: [1, 2] }, params: { dim0: 0, dim1: 0 } },
    { inputs: { x: { shape: [0, 3], data: [] } } }
  ]
});
