import type { Type } from '../../base/dtypes';
import { formatShape } from '../../base/shapes';
import { defineGate, ShapeError, type Operands } from '../gate';
import { atTarget, classAxis, keepAxis, lossType, REDUCTION, reduceLosses } from './reduction';

function rowsOf(inputs: Operands<Type>) {
  if (inputs['input']!.shape.length > 2)
    throw new ShapeError(`input is ${formatShape(inputs['input']!.shape)}; expected [C] or [N,C]`, 'input', 'reshape it');
  return classAxis(inputs);
}

export default defineGate({
  kind: 'composite',
  name: 'multi_margin_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target', dtype: 'int32' }],
  params: {
    p: { type: 'integer', default: 1, min: 1, max: 2, doc: 'The power of what is lacking.' },
    margin: { type: 'number', default: 1, doc: 'How far the right score should be above every other.' },
    reduction: REDUCTION
  },
  shape: (inputs, { reduction }) => [lossType(rowsOf(inputs).shape, reduction)],
  lower: (b, { input, target }, { p, margin, reduction }) => {
    const { axis } = rowsOf({ input: b.type(input!), target: b.type(target!) });
    const zero = b.constant(0);
    const excess = b.add(b.sub(input!, atTarget(b, input!, target!, axis)), b.constant(margin));
    const right = b.compare('eq', b.iota(b.shape(input!), axis), keepAxis(b, target!, axis));
    // A select, as a maximum would share the gradient at 0.
    const hinge = b.select(b.compare('le', excess, zero), zero, excess);
    const lacking = b.select(right, zero, p === 2 ? b.mul(hinge, hinge) : hinge);
    return [reduceLosses(b, b.div(b.reduce('sum', lacking, [axis]), b.constant(b.shape(input!)[axis]!)), reduction)];
  },
  latex: '\\frac{1}{C} \\sum_{j \\ne y} \\max(0,\\, m - x_y + x_j)^p',
  latexBackward: { input: '\\frac{g}{N C}\\,p \\max(0,\\, m - x_y + x_j)^{p-1} \\text{ for } j \\ne y;\\ \\text{minus their sum for } y' },
  doc: 'svm_loss divided by the number of classes, as torch has it.',
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
          [1, 2.5, -1],
          [0.5, -1, 0.25]
        ],
        target: [1, 0]
      },
      params: { p: 2, reduction: 'none' }
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
