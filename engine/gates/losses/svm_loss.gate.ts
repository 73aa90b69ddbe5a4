import { defineGate } from '../gate';
import { atTarget, classAxis, keepAxis, lossType, REDUCTION, reduceLosses } from './reduction';

const TORCH = `def svm_loss(scores, target, margin=1.0, reduction="mean"):
    axis = min(1, scores.ndim - 1)
    right = target.unsqueeze(axis)
    losses = F.relu(scores - scores.gather(axis, right) + margin).scatter(axis, right, 0.0).sum(axis)
    return losses if reduction == "none" else getattr(losses, reduction)()`;

export default defineGate({
  kind: 'composite',
  name: 'svm_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target', dtype: 'int32' }],
  params: { margin: { type: 'number', default: 1, doc: 'How far the right score should be above every other.' }, reduction: REDUCTION },
  shape: (inputs, { reduction }) => [lossType(classAxis(inputs).shape, reduction)],
  lower: (b, { input, target }, { margin, reduction }) => {
    const { axis } = classAxis({ input: b.type(input!), target: b.type(target!) });
    const zero = b.constant(0);
    const excess = b.add(b.sub(input!, atTarget(b, input!, target!, axis)), b.constant(margin));
    const right = b.compare('eq', b.iota(b.shape(input!), axis), keepAxis(b, target!, axis));
    // A select, as a maximum would share the gradient at 0.
    const hinge = b.select(b.compare('le', excess, zero), zero, excess);
    return [reduceLosses(b, b.reduce('sum', b.select(right, zero, hinge), [axis]), reduction)];
  },
  latex: '\\sum_{j \\ne y} \\max(0,\\, s_j - s_y + \\Delta)',
  latexBackward: { input: '\\frac{g}{N} [s_j - s_y + \\Delta > 0] \\text{ for } j \\ne y;\\ \\text{minus their sum for } y' },
  doc: 'Every wrong class should score lower than the right one by a margin; what it lacks is summed up.',
  emit: { torch: { forward: 'svm_loss', needs: { svm_loss: TORCH } } },
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
    { inputs: { input: [1, -0.5, 2], target: 2 }, params: { margin: 0.5, reduction: 'sum' } },
    {
      inputs: {
        input: [
          [
            [1, 2.5],
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
    { inputs: { input: [[1, 1, 0]], target: [0] }, kink: true },
    { inputs: { input: { shape: [0, 3], data: [] }, target: [] }, params: { reduction: 'sum' } }
  ]
});
