import { defineGate } from '../gate';
import { atTarget, classAxis, lossType, REDUCTION, reduceLosses } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'nll_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target', dtype: 'int32' }],
  params: { reduction: REDUCTION },
  shape: (inputs, { reduction }) => [lossType(classAxis(inputs).shape, reduction)],
  lower: (b, { input, target }, { reduction }) => {
    const { axis, shape } = classAxis({ input: b.type(input!), target: b.type(target!) });
    return [reduceLosses(b, b.neg(b.reshape(atTarget(b, input!, target!, axis), shape)), reduction)];
  },
  latex: '-x_y',
  latexBackward: { input: '-\\frac{g}{N}\\,[j = y]' },
  doc: 'Negative log likelihood: minus the log probability of the right class. After log_softmax it is cross_entropy.',
  samples: [
    {
      inputs: {
        input: [
          [-0.5, -1, -2],
          [-3, -0.1, -2]
        ],
        target: [0, 2]
      }
    },
    { inputs: { input: [-1, -0.5, -2], target: 2 }, params: { reduction: 'sum' } },
    {
      inputs: {
        input: [
          [
            [-1, -2],
            [-0.5, -1],
            [-3, 0]
          ]
        ],
        target: [[2, 0]]
      },
      params: { reduction: 'none' }
    },
    { inputs: { input: [[-100, -1e4]], target: [1] } },
    { inputs: { input: { shape: [0, 3], data: [] }, target: [] }, params: { reduction: 'sum' } }
  ]
});
