import { defineGate } from '../gate';
import { TRAINING, trains } from '../modes';

export default defineGate({
  kind: 'composite',
  name: 'rrelu',
  family: 'activations',
  inputs: [{ name: 'x' }],
  params: {
    lower: { type: 'number', default: 1 / 8, doc: 'The least slope on the left.' },
    upper: { type: 'number', default: 1 / 3, doc: 'The largest slope on the left.' },
    training: TRAINING
  },
  shape: ({ x }) => [{ dtype: 'float', shape: x!.shape }],
  lower: (b, { x }, params, context) => {
    const { lower, upper } = params as { lower: number; upper: number };
    const slope = trains(params, context)
      ? b.add(b.constant(lower), b.mul(b.constant(upper - lower), context.random(b.shape(x!))))
      : b.constant((lower + upper) / 2);
    return [b.select(b.compare('gt', x!, b.constant(0)), x!, b.mul(slope, x!))];
  },
  latex: '\\begin{cases} x & x > 0 \\\\ a\\,x & x \\le 0 \\end{cases},\\quad a \\sim U(l, u)',
  latexBackward: { x: 'g\\,[x > 0] + a\\,g\\,[x \\le 0]' },
  doc: 'leaky_relu whose slope is drawn anew for every entry in training, and is the mean of its range after.',
  emit: { onnx: (o, { x }, { lower, upper, training }) => (training ? null : [o.node('LeakyRelu', [x], { alpha: (lower + upper) / 2 })]) },
  samples: [
    { inputs: { x: 1 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, -2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] }, params: { lower: 0.2, upper: 0.2 } },
    { inputs: { x: [-3, -0.7, 0.25] }, params: { training: false } },
    { inputs: { x: [0, -1] }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
