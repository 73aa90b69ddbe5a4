import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'cos',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.cos(x!),
  latex: '\\cos x',
  latexBackward: { x: '-g \\sin x' },
  doc: 'The cosine of an angle in radians.',
  emit: { numpy: { forward: 'np.cos({x})', backward: { x: '-{grad} * np.sin({x})' } } },
  samples: [
    { inputs: { x: 2 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, 0] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
