import type { Type } from '../../base/dtypes';
import { formatShape, sizeOf } from '../../base/shapes';
import { defineGate, ShapeError, type Operands } from '../gate';

function resolve({ weight, index }: Operands<Type>) {
  if (weight!.shape.length !== 2)
    throw new ShapeError(`weight is ${formatShape(weight!.shape)}; expected two axes, a row for each index`, 'weight', 'reshape it');
  return { count: sizeOf(index!.shape), width: weight!.shape[1]!, out: [...index!.shape, weight!.shape[1]!] };
}

export default defineGate({
  kind: 'composite',
  name: 'embedding',
  family: 'structure',
  inputs: [{ name: 'weight' }, { name: 'index', dtype: 'int32' }],
  shape: (inputs) => [{ dtype: 'float', shape: resolve(inputs).out }],
  lower: (b, { weight, index }) => {
    const { count, width, out } = resolve({ weight: b.type(weight!), index: b.type(index!) });
    const rows = b.broadcast(b.reshape(index!, [count, 1]), [count, width]);
    return [b.reshape(b.gather(weight!, rows, 0), out)];
  },
  latex: 'out_k = W_{index_k}',
  latexBackward: { weight: '\\text{adds } g_k \\text{ to row } index_k' },
  doc: 'Looks up a row of weights for each index: how words become vectors. Only rows that were used receive a gradient.',
  emit: { torch: 'F.embedding({index}, {weight})', onnx: 'Gather' },
  samples: [
    {
      inputs: {
        weight: [
          [1, 2],
          [3, 4],
          [5, 6]
        ],
        index: [
          [2, 0],
          [2, 1]
        ]
      }
    },
    {
      inputs: {
        weight: [
          [1, 2],
          [3, 4]
        ],
        index: 1
      }
    },
    {
      inputs: {
        weight: [
          [1, 2],
          [3, 4]
        ],
        index: []
      }
    }
  ]
});
