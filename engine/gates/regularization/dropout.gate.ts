import { defineGate } from '../gate';
import { TRAINING, trains } from '../modes';

export default defineGate({
  kind: 'composite',
  name: 'dropout',
  family: 'regularization',
  inputs: [{ name: 'x' }],
  params: { p: { type: 'number', default: 0.5, min: 0, max: 1, doc: 'The share of entries that are dropped.' }, training: TRAINING },
  shape: ({ x }) => [{ dtype: 'float', shape: x!.shape }],
  lower: (b, { x }, params, context) => {
    const p: number = params['p'];
    if (!trains(params, context) || p === 0) return [x!];
    // In the steps of what is drawn, so that float32 and float64 drop the same entries.
    const least = b.constant(Math.round(p * 2 ** 24) / 2 ** 24);
    const kept = b.compare('ge', context.random(b.shape(x!)), least);
    return [b.select(kept, b.mul(x!, b.constant(p === 1 ? 0 : 1 / (1 - p))), b.constant(0))];
  },
  latex: '\\begin{cases} x / (1 - p) & u \\ge p \\\\ 0 & u < p \\end{cases}',
  latexBackward: { x: '\\frac{g}{1 - p}\\,[u \\ge p]' },
  doc: 'In training, drops entries at random and scales up the others, so that no unit relies on one other. After training it hands x on.',
  emit: { onnx: (o, { x }, { p, training }) => (p === 1 || (training && p > 0) ? null : [o.node('Dropout', [x, o.number(p)])]) },
  samples: [
    { inputs: { x: 3 } },
    {
      inputs: {
        x: [
          [1, -2, 3, 0.5],
          [4, 0.5, 6, -1]
        ]
      }
    },
    { inputs: { x: [1, 2, 100, -1e4, 5] }, params: { p: 0.9 } },
    { inputs: { x: [1, 2, 3] }, params: { p: 1 } },
    { inputs: { x: [1, 2, 3] }, params: { p: 0.3, training: false } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
