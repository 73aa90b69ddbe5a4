import { sizeOf } from '../../base/shapes';
import { axesOf, overAxes, reducedShape, onnxOverAxes } from '../axes';
import { defineGate } from '../gate';
import { AXES_SAMPLES, axesParams } from './sharedAxes';

export default defineGate({
  kind: 'composite',
  name: 'mean',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: axesParams('average over'),
  shape: ({ x }, { dim, keepdim }) => [{ dtype: 'float', shape: reducedShape(x!.shape, axesOf(dim, x!.shape), keepdim) }],
  lower: (b, { x }, { dim, keepdim }) => {
    const shape = b.shape(x!);
    const axes = axesOf(dim, shape);
    return [b.div(b.reduce('sum', x!, axes, keepdim), b.constant(sizeOf(axes.map((axis) => shape[axis]!))))];
  },
  latex: '\\frac{1}{n} \\sum_i x_i',
  latexBackward: { x: '\\frac{g}{n} \\text{ for every } x_i' },
  doc: 'The average, NaN of nothing. Backward every entry receives its share of the gradient, one n-th.',
  emit: { torch: overAxes('torch.mean'), onnx: onnxOverAxes('ReduceMean') },
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
    { inputs: { x: { shape: [0, 3], data: [] } }, params: { dim: [1] } }
  ]
});
