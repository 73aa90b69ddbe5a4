import { defineGate } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'l2_regularization',
  family: 'regularization',
  inputs: [{ name: 'x' }],
  params: { strength: { type: 'number', default: 0.01, doc: 'λ, how much large weights cost.' } },
  shape: () => [{ dtype: 'float', shape: [] }],
  lower: (b, { x }, { strength }) => [
    b.mul(
      b.constant(strength),
      b.reduce(
        'sum',
        b.mul(x!, x!),
        b.shape(x!).map((_, axis) => axis)
      )
    )
  ],
  latex: '\\lambda \\sum_i x_i^2',
  latexBackward: { x: '2\\,\\lambda\\,g\\,x' },
  doc: 'The cost of large weights. Its gradient pulls every weight towards 0, in proportion to it.',
  emit: {
    numpy: { forward: '{strength} * np.sum({x} * {x})', backward: { x: '2.0 * {strength} * {grad} * {x}' } },
    torch: '{strength} * torch.sum(torch.square({x}))'
  },
  samples: [
    { inputs: { x: 3 }, params: { strength: 0.5 } },
    {
      inputs: {
        x: [
          [1, -2],
          [0, 0.5]
        ]
      }
    },
    { inputs: { x: [100, -1e4] }, params: { strength: 1e-4 } },
    { inputs: { x: { shape: [0, 3], data: [] } }, params: { strength: 1 } }
  ]
});
