import type { Type } from '../../base/dtypes';
import { formatShape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate, ShapeError, type Operands } from '../gate';

function resolve({ x, index }: Operands<Type>, dim: number): number {
  const axis = axisOf(dim, x!.shape);
  const fits = index!.shape.length === x!.shape.length && index!.shape.every((length, at) => at === axis || length <= x!.shape[at]!);
  if (!fits) {
    throw new ShapeError(
      `x is ${formatShape(x!.shape)} and index is ${formatShape(index!.shape)}; expected as many axes, none but axis ${axis} longer than that of x`,
      'index',
      'index_select takes a list of indices'
    );
  }
  return axis;
}

export default defineGate({
  kind: 'composite',
  name: 'gather',
  family: 'structure',
  inputs: [
    { name: 'x', dtype: 'any' },
    { name: 'index', dtype: 'int32' }
  ],
  params: { dim: { type: 'integer', default: 0, doc: 'The axis that index chooses along.' } },
  shape: (inputs, { dim }) => {
    resolve(inputs, dim);
    return [{ dtype: inputs['x']!.dtype, shape: inputs['index']!.shape }];
  },
  lower: (b, { x, index }, { dim }) => [b.gather(x!, index!, resolve({ x: b.type(x!), index: b.type(index!) }, dim))],
  latex: 'out_{ij} = x_{i,\\,index_{ij}}',
  latexBackward: { x: '\\text{adds } g_{ij} \\text{ at } index_{ij}' },
  doc: 'For every entry of index, the entry of x that it names along an axis. Backward it adds where it took.',
  emit: { torch: 'torch.gather({x}, {dim}, {index})' },
  samples: [
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ],
        index: [
          [2, 0, 0, 1],
          [1, 1, 1, 2]
        ]
      },
      params: { dim: 1 }
    },
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ],
        index: [[1, 0]]
      },
      params: { dim: 0 }
    },
    { inputs: { x: [1, 2], index: [1, 1] }, params: { dim: -1 } },
    { inputs: { x: [1, 2], index: [] } }
  ]
});
