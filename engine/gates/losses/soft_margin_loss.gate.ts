import logSigmoid from '../activations/log_sigmoid.gate';
import { apply } from '../apply';
import { defineGate } from '../gate';
import { pairwiseLoss, REDUCTION, reduceLosses } from './reduction';

const MARGINS = 'F.logsigmoid({target} * {input})';

export default defineGate({
  kind: 'composite',
  name: 'soft_margin_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { reduction: REDUCTION },
  shape: pairwiseLoss,
  lower: (b, { input, target }, { reduction }) => [reduceLosses(b, b.neg(apply(logSigmoid, b, { x: b.mul(target!, input!) })), reduction)],
  latex: '\\frac{1}{n} \\sum_i \\ln(1 + e^{-t_i x_i})',
  latexBackward: { input: '-\\frac{g}{n}\\,t\\,\\sigma(-t\\,x)' },
  doc: 'Logistic loss for targets of 1 and −1: small once the score has the right sign and is large.',
  // F.soft_margin_loss has no gradient for its target.
  emit: { torch: ({ reduction }) => (reduction === 'none' ? `-${MARGINS}` : `-torch.${reduction}(${MARGINS})`) },
  samples: [
    { inputs: { input: 0, target: 1 } },
    {
      inputs: {
        input: [
          [1, -2],
          [0.5, 3]
        ],
        target: [
          [1, -1],
          [-1, 1]
        ]
      }
    },
    {
      inputs: {
        input: [
          [1, -2],
          [0.5, 3]
        ],
        target: [1, -1]
      },
      params: { reduction: 'sum' }
    },
    { inputs: { input: [100, -100, 1e4, -1e4], target: [1, 1, -1, -1] }, params: { reduction: 'none' } },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
