import { defineGate, detach } from '../gate';
import { atTarget, classAxis, lossType, REDUCTION, reduceLosses } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'cross_entropy',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target', dtype: 'int32' }],
  params: { reduction: REDUCTION },
  shape: (inputs, { reduction }) => [lossType(classAxis(inputs).shape, reduction)],
  // −log softmax at the target. Less the largest score no exponential overflows; the shift cancels, so it takes no gradient.
  lower: (b, { input, target }, { reduction }) => {
    const { axis, shape } = classAxis({ input: b.type(input!), target: b.type(target!) });
    const scores = b.sub(input!, detach(b, b.reduce('max', input!, [axis], true)));
    const total = b.log(b.reduce('sum', b.exp(scores), [axis], true));
    return [reduceLosses(b, b.reshape(b.sub(total, atTarget(b, scores, target!, axis)), shape), reduction)];
  },
  latex: '-\\ln p_y,\\quad p = \\operatorname{softmax}(s)',
  latexBackward: { input: '\\frac{g}{N} \\big(p_j - [j = y]\\big)' },
  doc: 'The surprise at the right class: −log of its softmax probability. Backward: probabilities, less 1 at the right class.',
  samples: [
    {
      inputs: {
        input: [
          [3.2, 5.1, -1.7],
          [1.3, 4.9, 2],
          [2.2, 2.5, -3.1]
        ],
        target: [0, 1, 2]
      }
    },
    { inputs: { input: [1, -0.5, 2], target: 2 }, params: { reduction: 'sum' } },
    {
      inputs: {
        input: [
          [
            [1, 2],
            [0.5, -1],
            [3, 0]
          ]
        ],
        target: [[2, 0]]
      },
      params: { reduction: 'none' }
    },
    {
      inputs: {
        input: [
          [100, -100],
          [-1e4, 1e4]
        ],
        target: [1, 1]
      }
    },
    { inputs: { input: { shape: [0, 3], data: [] }, target: [] }, params: { reduction: 'sum' } }
  ]
});
