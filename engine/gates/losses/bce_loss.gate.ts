import type { ValueId } from '../../ir/graph';
import { defineGate, entrywise } from '../gate';
import { REDUCTION, reduceLosses, sameShapeLoss } from './reduction';

/** torch's limits: a logarithm counts as −100 at least, and x(1 − x) as 1e-12 at least. */
const LEAST_LOG = -100;
const LEAST_VARIANCE = 1e-12;

export default defineGate({
  kind: 'composite',
  name: 'bce_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { reduction: REDUCTION },
  shape: sameShapeLoss,
  lower: (b, { input, target }, { reduction }) => {
    const losses = entrywise(
      b,
      'bce_loss',
      [input!, target!],
      (body, [x, t]) => {
        const one = body.constant(1);
        const log = (value: ValueId) => body.max(body.log(value), body.constant(LEAST_LOG));
        return body.neg(body.add(body.mul(t!, log(x!)), body.mul(body.sub(one, t!), log(body.sub(one, x!)))));
      },
      // The two quotients −t/x and (1 − t)/(1 − x) in one, which stays finite at 0 and 1.
      (body, g, [x, t]) => {
        const one = body.constant(1);
        const rest = body.sub(one, x!);
        const variance = body.max(body.mul(x!, rest), body.constant(LEAST_VARIANCE));
        const log = (value: ValueId) => body.max(body.log(value), body.constant(LEAST_LOG));
        return [body.mul(g, body.div(body.sub(x!, t!), variance)), body.mul(g, body.sub(log(rest), log(x!)))];
      }
    );
    return [reduceLosses(b, losses, reduction)];
  },
  latex: '-t \\ln x - (1 - t) \\ln(1 - x)',
  latexBackward: { input: '\\frac{g}{n}\\,\\frac{x - t}{x\\,(1 - x)}', target: '\\frac{g}{n} \\ln \\frac{1 - x}{x}' },
  doc: 'Binary cross-entropy of a probability. For a score before the sigmoid, bce_with_logits_loss keeps more digits.',
  emit: { torch: 'F.binary_cross_entropy' },
  samples: [
    { inputs: { input: 0.25, target: 1 } },
    {
      inputs: {
        input: [
          [0.1, 0.9],
          [0.5, 0.75]
        ],
        target: [
          [0, 1],
          [0.25, 0]
        ]
      }
    },
    { inputs: { input: [0.1, 0.9, 0.5], target: [1, 1, 0] }, params: { reduction: 'sum' } },
    { inputs: { input: [0, 1, 0, 1], target: [1, 1, 0, 0] }, params: { reduction: 'none' }, kink: true },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
