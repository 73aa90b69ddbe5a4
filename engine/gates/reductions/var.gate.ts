import { sizeOf } from '../../base/shapes';
import { axesOf, overAxes, reducedShape } from '../axes';
import { defineGate } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'var',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: {
    dim: { type: 'integers', optional: true, doc: 'The axes to take it over; all when absent.' },
    correction: { type: 'number', default: 1, doc: 'The sum of squares is divided by n less this; 1 makes it unbiased.' },
    keepdim: { type: 'boolean', default: false, doc: 'Keep them with size 1.' }
  },
  shape: ({ x }, { dim, keepdim }) => [{ dtype: 'float', shape: reducedShape(x!.shape, axesOf(dim, x!.shape), keepdim) }],
  lower: (b, { x }, { dim, correction, keepdim }) => {
    const shape = b.shape(x!);
    const axes = axesOf(dim, shape);
    const count = sizeOf(axes.map((axis) => shape[axis]!));
    const deviation = b.sub(x!, b.div(b.reduce('sum', x!, axes, true), b.constant(count)));
    return [b.div(b.reduce('sum', b.mul(deviation, deviation), axes, keepdim), b.constant(Math.max(0, count - correction)))];
  },
  latex: '\\frac{1}{n - c} \\sum_i (x_i - \\bar{x})^2',
  latexBackward: { x: '\\frac{2\\,g}{n - c}\\,(x_i - \\bar{x})' },
  doc: 'The variance: the mean squared distance from the mean. Backward: in proportion to that distance.',
  emit: { torch: overAxes('torch.var', ({ correction }) => correction !== 1) },
  samples: [
    { inputs: { x: 3 }, params: { correction: 0 } },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      }
    },
    {
      inputs: {
        x: [
          [
            [1, 2],
            [3, 4]
          ],
          [
            [5, 6],
            [7, 8]
          ]
        ]
      },
      params: { dim: [0, -1], correction: 0 }
    },
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
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { dim: [1] } }
  ]
});
