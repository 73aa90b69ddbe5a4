import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'softsign',
  family: 'activations',
  ports: ['x'],
  // The derivative of the quotient is a difference of nearly equal numbers where |x| is large.
  expression: (b, { x }) => b.div(x!, b.add(b.constant(1), b.abs(x!))),
  derivative: (b, g, { x }) => {
    const d = b.add(b.constant(1), b.abs(x!));
    return [b.div(b.div(g, d), d)];
  },
  latex: '\\frac{x}{1 + |x|}',
  latexBackward: { x: '\\frac{g}{(1 + |x|)^2}' },
  doc: 'Squashes to (−1, 1) like tanh, but saturates slowly.',
  emit: { numpy: { forward: '{x} / (1.0 + np.abs({x}))', backward: { x: '{grad} / (1.0 + np.abs({x})) ** 2' } }, onnx: 'Softsign' },
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
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: 0 }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
