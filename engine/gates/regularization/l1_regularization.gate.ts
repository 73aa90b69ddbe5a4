import { defineGate } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'l1_regularization',
  family: 'regularization',
  inputs: [{ name: 'x' }],
  params: { strength: { type: 'number', default: 0.01, doc: 'λ, how much weights cost.' } },
  shape: () => [{ dtype: 'float', shape: [] }],
  lower: (b, { x }, { strength }) => [
    b.mul(
      b.constant(strength),
      b.reduce(
        'sum',
        b.abs(x!),
        b.shape(x!).map((_, axis) => axis)
      )
    )
  ],
  latex: '\\lambda \\sum_i |x_i|',
  latexBackward: { x: '\\lambda\\,g\\,\\operatorname{sign}(x)' },
  doc: 'The cost of weights by their size. Its gradient pulls all with the same force, so small ones end at 0.',
  emit: {
    numpy: { forward: '{strength} * np.sum(np.abs({x}))', backward: { x: '{strength} * {grad} * np.sign({x})' } },
    torch: '{strength} * torch.sum(torch.abs({x}))'
  },
  samples: [
    { inputs: { x: 3 }, params: { strength: 0.5 } },
    {
      inputs: {
        x: [
          [1, -2],
          [0.25, 0.5]
        ]
      }
    },
    { inputs: { x: [100, -1e4] }, params: { strength: 1e-4 } },
    { inputs: { x: [0, 1] }, kink: true },
    { inputs: { x: { shape: [0, 3], data: [] } }, params: { strength: 1 } }
  ]
});
