import { defineGate } from '../gate';
import { pairwiseLoss, REDUCTION, reduceLosses } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'huber_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { delta: { type: 'number', default: 1, min: 0, doc: 'Up to which error it is a parabola.' }, reduction: REDUCTION },
  shape: pairwiseLoss,
  lower: (b, { input, target }, { delta, reduction }) => {
    const error = b.sub(input!, target!);
    const size = b.abs(error);
    const parabola = b.mul(b.constant(0.5), b.mul(error, error));
    const line = b.mul(b.constant(delta), b.sub(size, b.constant(0.5 * delta)));
    return [reduceLosses(b, b.select(b.compare('le', size, b.constant(delta)), parabola, line), reduction)];
  },
  latex:
    '\\frac{1}{n} \\sum_i \\begin{cases} \\frac{1}{2} d_i^2 & |d_i| \\le \\delta \\\\ \\delta\\,(|d_i| - \\frac{\\delta}{2}) & \\text{else} \\end{cases},\\quad d = x - t',
  latexBackward: { input: '\\frac{g}{n} \\max(-\\delta, \\min(\\delta, d))' },
  doc: 'Half the squared error up to δ and a straight line beyond: its gradient is the error, cut off at ±δ.',
  samples: [
    { inputs: { input: 2, target: 2.75 } },
    {
      inputs: {
        input: [
          [1, -2],
          [0.5, 3]
        ],
        target: [
          [0.2, -1.2],
          [0.25, 5]
        ]
      }
    },
    {
      inputs: {
        input: [
          [1, -2],
          [0.5, 3]
        ],
        target: [0.25, 1]
      },
      params: { reduction: 'sum' }
    },
    { inputs: { input: [100, -1e4], target: [-100, 1e4] }, params: { reduction: 'none' } },
    { inputs: { input: [1, -2, 0.5], target: [0.8, 1, 0.25] }, params: { delta: 0.5 } },
    { inputs: { input: [1, 2], target: [1, 1] }, kink: true },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
