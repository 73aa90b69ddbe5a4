import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'ge',
  family: 'arithmetic',
  ports: ['a', 'b'],
  expression: (b, { a, b: c }) => b.compare('ge', a!, c!),
  latex: '[a \\ge b]',
  doc: '1 where a is at least b, else 0. A yes or no has no slope: nothing flows back.',
  emit: { numpy: { forward: '({a} >= {b}).astype(float)' }, torch: 'torch.ge({a}, {b}).to({a}.dtype)' },
  samples: [
    { inputs: { a: 2, b: 3 } },
    {
      inputs: {
        a: [
          [1.5, -2, 0.5],
          [3, -1, 2]
        ],
        b: [[0.25], [-4]]
      }
    },
    { inputs: { a: [100, -100, 1e4], b: [-1e4, 0.5, 2] } },
    { inputs: { a: [1, 0, -2], b: [1, 0, 3] }, kink: true },
    { inputs: { a: { shape: [0, 3], data: [] }, b: [1, 2, 3] } }
  ]
});
