import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'sqrt',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.sqrt(x!),
  latex: '\\sqrt{x}',
  latexBackward: { x: '\\frac{g}{2\\sqrt{x}}' },
  doc: 'The square root. Backward the gradient over twice the output, without bound towards 0.',
  emit: { numpy: { forward: 'np.sqrt({x})', backward: { x: '{grad} / (2.0 * {out})' } } },
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
