import { defineGate } from '../gate';
import { pairwiseLoss, REDUCTION, reduceLosses } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'l1_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { reduction: REDUCTION },
  shape: pairwiseLoss,
  lower: (b, { input, target }, { reduction }) => [reduceLosses(b, b.abs(b.sub(input!, target!)), reduction)],
  latex: '\\frac{1}{n} \\sum_i |x_i - t_i|',
  latexBackward: { input: '\\frac{g}{n} \\operatorname{sign}(x - t)', target: '-\\frac{g}{n} \\operatorname{sign}(x - t)' },
  doc: 'Mean absolute error. Backward every error pulls with the same force, so outliers count no more than others.',
  samples: [
    { inputs: { input: 2, target: 3 } },
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
    { inputs: { input: [1, 2], target: [1, 1] }, kink: true },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
