import { defineGate } from '../gate';
import { pairwiseLoss, REDUCTION, reduceLosses } from './reduction';

export default defineGate({
  kind: 'composite',
  name: 'smooth_l1_loss',
  family: 'losses',
  inputs: [{ name: 'input' }, { name: 'target' }],
  params: { beta: { type: 'number', default: 1, min: 0, doc: 'Up to which error it is a parabola.' }, reduction: REDUCTION },
  shape: pairwiseLoss,
  lower: (b, { input, target }, { beta, reduction }) => {
    const error = b.sub(input!, target!);
    const size = b.abs(error);
    if (beta === 0) return [reduceLosses(b, size, reduction)];
    const parabola = b.mul(b.constant(0.5 / beta), b.mul(error, error));
    const line = b.sub(size, b.constant(0.5 * beta));
    return [reduceLosses(b, b.select(b.compare('lt', size, b.constant(beta)), parabola, line), reduction)];
  },
  latex:
    '\\frac{1}{n} \\sum_i \\begin{cases} \\frac{d_i^2}{2\\beta} & |d_i| < \\beta \\\\ |d_i| - \\frac{\\beta}{2} & \\text{else} \\end{cases},\\quad d = x - t',
  latexBackward: { input: '\\frac{g}{n} \\max(-1, \\min(1, d / \\beta))' },
  doc: 'Squared for small errors, absolute for large ones: smooth at 0, and outliers do not dominate.',
  samples: [
    { inputs: { input: 2, target: 2.75 } },
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
    { inputs: { input: [1, -2, 0.5], target: [0.8, 1, 0.25] }, params: { beta: 0.5 } },
    { inputs: { input: [1, -2], target: [0.8, 1] }, params: { beta: 0 } },
    { inputs: { input: [1, 2], target: [1, 1] }, kink: true },
    { inputs: { input: { shape: [0], data: [] }, target: { shape: [0], data: [] } }, params: { reduction: 'sum' } }
  ]
});
