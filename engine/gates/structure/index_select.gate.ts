import type { Type } from '../../base/dtypes';
import { formatShape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate, ShapeError, type Operands } from '../gate';

function resolve({ x, index }: Operands<Type>, dim: number) {
  const axis = axisOf(dim, x!.shape);
  if (index!.shape.length !== 1)
    throw new ShapeError(`index is ${formatShape(index!.shape)}; expected a list, one axis`, 'index', 'flatten it, or use gather');
  const count = index!.shape[0]!;
  return { axis, count, out: x!.shape.map((length, at) => (at === axis ? count : length)) };
}

export default defineGate({
  kind: 'composite',
  name: 'index_select',
  family: 'structure',
  inputs: [
    { name: 'x', dtype: 'any' },
    { name: 'index', dtype: 'int32' }
  ],
  params: { dim: { type: 'integer', default: 0, doc: 'The axis to choose along.' } },
  shape: (inputs, { dim }) => [{ dtype: inputs['x']!.dtype, shape: resolve(inputs, dim).out }],
  lower: (b, { x, index }, { dim }) => {
    const { axis, count, out } = resolve({ x: b.type(x!), index: b.type(index!) }, dim);
    const along = b.reshape(
      index!,
      out.map((_, at) => (at === axis ? count : 1))
    );
    return [b.gather(x!, b.broadcast(along, out), axis)];
  },
  latex: 'out_{k} = x_{index_k}',
  latexBackward: { x: '\\text{adds } g_k \\text{ at } index_k' },
  doc: 'Takes whole rows (or columns) of x, in the order that index lists them. Backward it adds where it took.',
  emit: {
    torch: 'torch.index_select({x}, {dim}, {index})',
    onnx: (o, { x, index }, { dim: axis }) => [o.node('Gather', [x, index], { axis })]
  },
  samples: [
    {
      inputs: {
        x: [
          [1, 2],
          [3, 4],
          [5, 6]
        ],
        index: [2, 0, 2]
      }
    },
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ],
        index: [1]
      },
      params: { dim: -1 }
    },
    { inputs: { x: [[1, 2]], index: [] } }
  ]
});
