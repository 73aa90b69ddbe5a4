import { defineGate } from '../gate';
import { pairwiseLoss, REDUCTION, reduceLosses } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'mse_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { reduction: REDUCTION },
  shape: pairwiseLoss,
  lower: (b, { input, target }, { reduction }) => {
    const error = b.sub(input!, target!);
    return [reduceLosses(b, b.mul(error, error), reduction)];
  },
  latex: '\\frac{1}{n} \\sum_i (x_i - t_i)^2',
  latexBackward: { input: '\\frac{2}{n}\\,g\\,(x - t)', target: '-\\frac{2}{n}\\,g\\,(x - t)' },
  doc: 'Mean squared error. Backward: in proportion to the error, so outliers pull hardest.',
  samples: [
    { inputs: { input: 2, target: 3 } },
    {
      inputs: {
        input: [
          [1, -2],
          [0.5, 3]
        ],
        target: [
          [0, -1],
          [0.25, 3]
        ]
      }
    },
    {
      inputs: {
        input: [
          [1, -2],
          [0.5, 3]
        ],
        target: [0.5, 1]
      },
      params: { reduction: 'sum' }
    },
    { inputs: { input: [100, -1e4], target: [-100, 1e4] }, params: { reduction: 'none' } },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
