import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'leaky_relu',
  family: 'activations',
  ports: ['x'],
  params: {
    negative_slope: { type: 'number', default: 0.01, doc: 'The slope on the left.' }
  },
  expression: (b, { x }, { negative_slope: slope }) => b.select(b.compare('gt', x!, b.constant(0)), x!, b.mul(b.constant(slope), x!)),
  latex: '\\begin{cases} x & x > 0 \\\\ s\\,x & x \\le 0 \\end{cases}',
  latexBackward: { x: 'g\\,[x > 0] + s\\,g\\,[x \\le 0]' },
  doc: 'relu that lets a little of what is negative through, so that no unit dies.',
  emit: {
    numpy: {
      forward: 'np.where({x} > 0, {x}, {negative_slope} * {x})',
      backward: { x: '{grad} * np.where({x} > 0, 1.0, {negative_slope})' }
    },
    onnx: (o, { x }, { negative_slope: alpha }) => [o.node('LeakyRelu', [x], { alpha })]
  },
  samples: [
    { inputs: { x: 1 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      }
    },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      },
      params: { negative_slope: 0.2 }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: 0 }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
