import type { Type } from '../../base/dtypes';
import { formatShape, sameShape } from '../../base/shapes';
import { defineGate, ShapeError, type Operands } from '../gate';
import { lossType, REDUCTION, reduceLosses } from './reduction';

function resolve({ input, target }: Operands<Type>): { classes: number; lead: readonly number[] } {
  const { shape } = input!;
  const classes = shape.at(-1);
  if (classes === undefined || shape.length > 2)
    throw new ShapeError(`input is ${formatShape(shape)}; expected [C] or [N,C], a score for each of C classes`, 'input');
  if (!sameShape(shape, target!.shape)) {
    throw new ShapeError(
      `input is ${formatShape(shape)} and target is ${formatShape(target!.shape)}; they must be the same`,
      'target',
      'list the right classes first and fill up with −1'
    );
  }
  return { classes, lead: shape.slice(0, -1) };
}

export default defineGate({
  kind: 'composite',
  name: 'multilabel_margin_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target', dtype: 'int32' }],
  params: { reduction: REDUCTION },
  shape: (inputs, { reduction }) => [lossType(resolve(inputs).lead, reduction)],
  lower: (b, { input, target }, { reduction }) => {
    const { classes, lead } = resolve({ input: b.type(input!), target: b.type(target!) });
    const rows = lead[0] ?? 1;
    const zero = b.constant(0);
    const x = b.reshape(input!, [rows, classes]);
    const listed = b.reshape(target!, [rows, classes]);
    // A row's classes end at its first negative entry.
    const nought = b.broadcast(b.iota([1], 0), [rows, classes]);
    const counts = b.compare('eq', b.cumsum(b.compare('lt', listed, nought), 1), zero);
    const safe = b.select(counts, listed, nought);
    // Axes from here on: row, listed class k, any class i.
    const cube = [rows, classes, classes];
    const column = [rows, classes, 1];
    const line = [rows, 1, classes];
    const named = b.mul(b.broadcast(b.reshape(counts, column), cube), b.compare('eq', b.iota(cube, 2), b.reshape(safe, column)));
    const wrong = b.compare('eq', b.reduce('sum', named, [1], true), zero);
    const excess = b.add(b.sub(b.reshape(x, line), b.reshape(b.gather(x, safe, 1), column)), b.constant(1));
    const hinge = b.select(b.compare('le', excess, zero), zero, excess);
    const pairs = b.select(b.mul(b.reshape(counts, column), wrong), hinge, zero);
    const losses = b.div(b.reduce('sum', pairs, [1, 2]), b.constant(classes));
    return [reduceLosses(b, b.reshape(losses, lead), reduction)];
  },
  latex: '\\frac{1}{C} \\sum_{j \\in Y} \\sum_{i \\notin Y} \\max(0,\\, 1 - x_j + x_i)',
  latexBackward: { input: '\\frac{g}{N C}\\,(\\text{pairs that lack, as } i) - \\frac{g}{N C}\\,(\\text{pairs that lack, as } j)' },
  doc: 'Every right class should score above every wrong one by 1. A row of targets lists classes and ends at −1.',
  samples: [
    {
      inputs: {
        input: [
          [0.1, 0.2, 0.4, 0.8],
          [2, -1, 0.5, 0.25]
        ],
        target: [
          [3, 0, -1, 1],
          [1, -1, 0, 0]
        ]
      }
    },
    { inputs: { input: [1, -0.5, 2.25], target: [0, 2, -1] }, params: { reduction: 'sum' } },
    {
      inputs: {
        input: [
          [1, 2.5],
          [0.25, -1]
        ],
        target: [
          [-1, 0],
          [0, 1]
        ]
      },
      params: { reduction: 'none' }
    },
    { inputs: { input: [[100, -100, 1e4]], target: [[1, -1, -1]] } },
    { inputs: { input: [[1, 0, 0]], target: [[0, -1, -1]] }, kink: true },
    { inputs: { input: { shape: [0, 3], data: [] }, target: { shape: [0, 3], data: [] } }, params: { reduction: 'sum' } }
  ]
});
