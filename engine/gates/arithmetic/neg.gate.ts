import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'neg',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.neg(x!),
  latex: '-x',
  latexBackward: { x: '-g' },
  doc: 'Turns the sign. Backward it turns the sign of the gradient.',
  emit: { numpy: { forward: '-{x}', backward: { x: '-{grad}' } } },
  samples: [
    { inputs: { x: 2 } },
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
