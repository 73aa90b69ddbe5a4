import { axesOf, overAxes, reducedShape, onnxOverAxes } from '../axes';
import { defineGate, detach } from '../gate';
import { AXES_SAMPLES, axesParams } from './sharedAxes';

export default defineGate({
  kind: 'composite',
  name: 'logsumexp',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: axesParams('add up'),
  shape: ({ x }, { dim, keepdim }) => [{ dtype: 'float', shape: reducedShape(x!.shape, axesOf(dim, x!.shape), keepdim) }],
  // Less the largest entry no exponential overflows; the shift cancels, so it takes no gradient. An infinite one is no shift.
  lower: (b, { x }, { dim, keepdim }) => {
    const shape = b.shape(x!);
    const axes = axesOf(dim, shape);
    const largest = detach(b, b.reduce('max', x!, axes, true));
    const shift = b.select(b.compare('eq', b.abs(largest), b.constant(Infinity)), b.constant(0), largest);
    const sum = b.add(b.log(b.reduce('sum', b.exp(b.sub(x!, shift)), axes, true)), shift);
    return [b.reshape(sum, reducedShape(shape, axes, keepdim))];
  },
  latex: '\\ln \\sum_i e^{x_i}',
  latexBackward: { x: 'g\\,p,\\quad p = \\operatorname{softmax}(x)' },
  doc: 'A smooth maximum: the logarithm of the sum of exponentials. Its gradient is the softmax.',
  emit: { torch: overAxes('torch.logsumexp', () => true), onnx: onnxOverAxes('ReduceLogSumExp') },
  samples: [
    ...AXES_SAMPLES,
    {
      inputs: {
        x: [
          [1, 1, 1],
          [4, 6, 5]
        ]
      },
      params: { dim: [1], keepdim: true }
    },
    { inputs: { x: [100, -100, 99] } },
    { inputs: { x: [1e4, -1e4] } },
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { dim: [1] } }
  ]
});
