import { overAxes, reducedShape, onnxOverAxes } from '../axes';
import { defineGate } from '../gate';
import { nonEmptyAxes } from './nonEmpty';
import { AXES_SAMPLES, axesParams } from './sharedAxes';

export default defineGate({
  kind: 'composite',
  name: 'amin',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: axesParams('search'),
  shape: ({ x }, { dim, keepdim }) => [{ dtype: 'float', shape: reducedShape(x!.shape, nonEmptyAxes(dim, x!.shape), keepdim) }],
  lower: (b, { x }, { dim, keepdim }) => [b.reduce('min', x!, nonEmptyAxes(dim, b.shape(x!)), keepdim)],
  latex: '\\min_i x_i',
  latexBackward: { x: '\\frac{g}{k} \\text{ for each of the } k \\text{ entries with that value}' },
  doc: 'The smallest entry. Backward it receives all of the gradient; several that tie share it evenly.',
  emit: { torch: overAxes('torch.amin'), onnx: onnxOverAxes('ReduceMin') },
  samples: [
    ...AXES_SAMPLES,
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 6, 5]
        ]
      },
      params: { dim: [1], keepdim: true }
    },
    { inputs: { x: [100, -100, 1e4, -1e4] } },
    {
      inputs: {
        x: [
          [1, 1, 0],
          [2, 2, 2]
        ]
      },
      params: { dim: [1] },
      kink: true
    },
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { dim: [1] } }
  ]
});
