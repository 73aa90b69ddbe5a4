import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'square',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.mul(x!, x!),
  latex: 'x^2',
  latexBackward: { x: '2\\,g\\,x' },
  doc: 'x times itself. Backward twice the gradient times x: one gradient through each factor.',
  emit: { numpy: { forward: '{x} * {x}', backward: { x: '2.0 * {grad} * {x}' } } },
  samples: [
    { inputs: { x: -3 } },
    {
      inputs: {
        x: [
          [-3, -0.5, 0.25],
          [0.5, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4, 0] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
