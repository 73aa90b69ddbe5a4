import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'sin',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.sin(x!),
  latex: '\\sin x',
  latexBackward: { x: 'g \\cos x' },
  doc: 'The sine of an angle in radians.',
  emit: { numpy: { forward: 'np.sin({x})', backward: { x: '{grad} * np.cos({x})' } } },
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
