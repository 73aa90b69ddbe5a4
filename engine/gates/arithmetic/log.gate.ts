import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'log',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.log(x!),
  latex: '\\ln x',
  latexBackward: { x: '\\frac{g}{x}' },
  doc: 'The natural logarithm, of positive numbers. Backward the gradient over x: steep near 0.',
  emit: { numpy: { forward: 'np.log({x})', backward: { x: '{grad} / {x}' } } },
  samples: [
    { inputs: { x: 2 } },
    {
      inputs: {
        x: [
          [0.1, 0.5, 1],
          [1.5, 3, 10]
        ]
      }
    },
    { inputs: { x: [100, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
