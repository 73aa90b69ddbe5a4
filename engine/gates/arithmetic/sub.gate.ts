import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'sub',
  family: 'arithmetic',
  ports: ['a', 'b'],
  expression: (b, { a, b: c }) => b.sub(a!, c!),
  latex: 'a - b',
  latexBackward: { a: 'g', b: '-g' },
  doc: 'Difference, entry by entry. Backward a receives the gradient and b its negative.',
  emit: { numpy: { forward: '{a} - {b}', backward: { a: '{grad}', b: '-{grad}' } } },
  samples: [
    { inputs: { a: 2, b: 3 } },
    {
      inputs: {
        a: [
          [1.5, -2, 0.5],
          [3, -1, 2]
        ],
        b: [0.5, -4, 2]
      }
    },
    { inputs: { a: [100, -100, 1e4, 0], b: [-1e4, 0.5, 2, 0] } },
    { inputs: { a: { shape: [0, 3], data: [] }, b: [1, 2, 3] } }
  ]
});
