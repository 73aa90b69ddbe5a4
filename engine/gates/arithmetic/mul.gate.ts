import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'mul',
  family: 'arithmetic',
  ports: ['a', 'b'],
  expression: (b, { a, b: c }) => b.mul(a!, c!),
  latex: 'a \\cdot b',
  latexBackward: { a: 'g \\cdot b', b: 'g \\cdot a' },
  doc: 'Product, entry by entry. Backward it swaps: each input receives the gradient times the other.',
  emit: { numpy: { forward: '{a} * {b}', backward: { a: '{grad} * {b}', b: '{grad} * {a}' } } },
  samples: [
    { inputs: { a: 2, b: 3 } },
    {
      inputs: {
        a: [
          [1.5, -2, 0.5],
          [3, -1, 2]
        ],
        b: [[0.5], [-4]]
      }
    },
    { inputs: { a: [100, -100, 1e4, 0], b: [-1e4, 0.5, 2, 0] } },
    { inputs: { a: { shape: [0, 3], data: [] }, b: [1, 2, 3] } }
  ]
});
