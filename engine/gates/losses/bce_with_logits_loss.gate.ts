import logSigmoid from '../activations/log_sigmoid.gate';
import { apply } from '../apply';
import { defineGate } from '../gate';
import { REDUCTION, reduceLosses, sameShapeLoss } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'bce_with_logits_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { reduction: REDUCTION },
  shape: sameShapeLoss,
  // log(1 − σ(x)) = log σ(−x), and log_sigmoid neither overflows nor meets log 0.
  lower: (b, { input, target }, { reduction }) => {
    const yes = b.mul(target!, apply(logSigmoid, b, { x: input! }));
    const no = b.mul(b.sub(b.constant(1), target!), apply(logSigmoid, b, { x: b.neg(input!) }));
    return [reduceLosses(b, b.neg(b.add(yes, no)), reduction)];
  },
  latex: '-t \\ln \\sigma(x) - (1 - t) \\ln(1 - \\sigma(x))',
  latexBackward: { input: '\\frac{g}{n}\\,(\\sigma(x) - t)', target: '-\\frac{g}{n}\\,x' },
  doc: 'Binary cross-entropy of a score before the sigmoid. Backward: the probability less the target.',
  emit: { torch: 'F.binary_cross_entropy_with_logits' },
  samples: [
    { inputs: { input: 0, target: 1 } },
    {
      inputs: {
        input: [
          [1, -2],
          [0.5, 3]
        ],
        target: [
          [0, 1],
          [0.25, 1]
        ]
      }
    },
    { inputs: { input: [1, -2, 0.5], target: [0, 1, 1] }, params: { reduction: 'sum' } },
    { inputs: { input: [100, -100, 1e4, -1e4], target: [1, 1, 0, 0] }, params: { reduction: 'none' } },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
