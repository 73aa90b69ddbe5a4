import { defineGate } from '../gate';
import { pairwiseLoss, REDUCTION, reduceLosses } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'kl_div_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { reduction: REDUCTION },
  shape: pairwiseLoss,
  // 0 ln 0 is 0.
  lower: (b, { input, target }, { reduction }) => {
    const none = b.compare('eq', target!, b.constant(0));
    const entropy = b.mul(target!, b.log(b.select(none, b.constant(1), target!)));
    return [reduceLosses(b, b.sub(entropy, b.mul(target!, input!)), reduction)];
  },
  latex: '\\frac{1}{n} \\sum_i t_i\\,(\\ln t_i - x_i)',
  latexBackward: { input: '-\\frac{g}{n}\\,t' },
  doc: 'Kullback–Leibler divergence of log probabilities x from probabilities t; the mean is over all entries.',
  emit: { torch: 'F.kl_div' },
  samples: [
    { inputs: { input: -1, target: 0.5 } },
    {
      inputs: {
        input: [
          [-1, -0.5],
          [-2, -0.1]
        ],
        target: [
          [0.4, 0.6],
          [0.1, 0.9]
        ]
      }
    },
    {
      inputs: {
        input: [
          [-1, -0.5],
          [-2, -0.1]
        ],
        target: [0.4, 0.6]
      },
      params: { reduction: 'sum' }
    },
    { inputs: { input: [-100, -1e4], target: [0.5, 100] }, params: { reduction: 'none' } },
    { inputs: { input: [-1, -2], target: [0, 1] }, kink: true },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
