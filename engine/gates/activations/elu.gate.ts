import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'elu',
  family: 'activations',
  ports: ['x'],
  params: {
    alpha: { type: 'number', default: 1, doc: 'The floor on the left is −α.' }
  },
  expression: (b, { x }, { alpha }) => {
    const zero = b.constant(0);
    const positive = b.compare('gt', x!, zero);
    // The exponential of what is not positive alone, so that it cannot overflow.
    return b.select(positive, x!, b.mul(b.constant(alpha), b.expm1(b.select(positive, zero, x!))));
  },
  latex: '\\begin{cases} x & x > 0 \\\\ \\alpha\\,(e^{x} - 1) & x \\le 0 \\end{cases}',
  latexBackward: { x: 'g\\,[x > 0] + g\\,\\alpha\\,e^{x}\\,[x \\le 0]' },
  doc: 'relu with a smooth floor at −α instead of a flat 0, so that it still learns there.',
  emit: {
    numpy: { forward: 'np.where({x} > 0, {x}, {alpha} * np.expm1(np.minimum({x}, 0.0)))' },
    onnx: (o, { x }, { alpha }) => [o.node('Elu', [x], { alpha })]
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
      params: { alpha: 0.5 }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: 0 }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
