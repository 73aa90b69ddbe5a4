import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'reciprocal',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.div(b.constant(1), x!),
  latex: '\\frac{1}{x}',
  latexBackward: { x: '-\\frac{g}{x^2}' },
  doc: 'One over x. Backward the negative of the gradient over x squared.',
  emit: { numpy: { forward: '1.0 / {x}', backward: { x: '-{grad} * {out} * {out}' } }, onnx: 'Reciprocal' },
  samples: [
    { inputs: { x: 1.37 } },
    {
      inputs: {
        x: [
          [-3, -0.5, 0.25],
          [0.5, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
