import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'exp',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.exp(x!),
  latex: 'e^{x}',
  latexBackward: { x: 'g\\,e^{x}' },
  doc: 'The exponential. It is its own derivative: backward the gradient times the output.',
  emit: { numpy: { forward: 'np.exp({x})', backward: { x: '{grad} * {out}' } } },
  samples: [
    { inputs: { x: -1 } },
    {
      inputs: {
        x: [
          [-3, -0.5, 0.25],
          [0.5, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 0] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
