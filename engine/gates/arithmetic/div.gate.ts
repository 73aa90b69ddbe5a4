import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'div',
  family: 'arithmetic',
  ports: ['a', 'b'],
  expression: (b, { a, b: c }) => b.div(a!, c!),
  latex: '\\frac{a}{b}',
  latexBackward: { a: '\\frac{g}{b}', b: '-\\frac{g\\,a}{b^2}' },
  doc: 'Quotient, entry by entry. Backward a receives g/b, and b the negative of g times the quotient over b.',
  emit: { numpy: { forward: '{a} / {b}', backward: { a: '{grad} / {b}', b: '-{grad} * {out} / {b}' } } },
  samples: [
    { inputs: { a: 2, b: 4 } },
    {
      inputs: {
        a: [
          [1.5, -2, 0.5],
          [3, -1, 2]
        ],
        b: [[0.5], [-4]]
      }
    },
    { inputs: { a: [100, -100, 1e4, 0], b: [-1e4, 0.5, 2, 100] } },
    { inputs: { a: { shape: [0, 3], data: [] }, b: [1, 2, 3] } }
  ]
});
