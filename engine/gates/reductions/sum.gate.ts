import { axesOf, overAxes, reducedShape, onnxOverAxes } from '../axes';
import { defineGate } from '../gate';
import { AXES_SAMPLES, axesParams } from './sharedAxes';

export default defineGate({
  kind: 'composite',
  name: 'sum',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: axesParams('add up'),
  shape: ({ x }, { dim, keepdim }) => [{ dtype: 'float', shape: reducedShape(x!.shape, axesOf(dim, x!.shape), keepdim) }],
  lower: (b, { x }, { dim, keepdim }) => [b.reduce('sum', x!, axesOf(dim, b.shape(x!)), keepdim)],
  latex: '\\sum_i x_i',
  latexBackward: { x: 'g \\text{ for every } x_i' },
  doc: 'Adds up. Backward it distributes: every entry receives the gradient.',
  emit: { torch: overAxes('torch.sum'), onnx: onnxOverAxes('ReduceSum') },
  samples: [
    ...AXES_SAMPLES,
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      },
      params: { dim: [1], keepdim: true }
    },
    { inputs: { x: [100, -100, 1e4, -1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } }, params: { dim: [1] } },
    { inputs: { x: { shape: [0], data: [] } } }
  ]
});
