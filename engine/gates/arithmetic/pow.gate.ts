import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'pow',
  family: 'arithmetic',
  ports: ['a', 'b'],
  expression: (b, { a, b: c }) => b.pow(a!, c!),
  latex: 'a^{b}',
  latexBackward: { a: 'g\\,b\\,a^{b-1}', b: 'g\\,a^{b} \\ln a' },
  doc: 'a to the power b, entry by entry. The gradient of b exists for positive a only.',
  samples: [
    { inputs: { a: 2, b: 3 } },
    {
      inputs: {
        a: [
          [1.5, 2, 0.5],
          [3, 1, 2]
        ],
        b: [[0.5], [-2]]
      }
    },
    { inputs: { a: [100, 1e4, 0.25], b: [-1, 0.5, 3] } },
    { inputs: { a: [-2, 0, 0, -1.5], b: [2, 0, 2, 3] }, kink: true },
    { inputs: { a: { shape: [0, 3], data: [] }, b: 2 } }
  ]
});
