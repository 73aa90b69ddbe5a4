import { defineGate } from '../gate';
import { shareTie, TIE_PARAMS, tieText, torchTie } from './ties';

export default defineGate({
  kind: 'elementwise',
  name: 'min',
  family: 'arithmetic',
  ports: ['a', 'b'],
  params: TIE_PARAMS,
  expression: (b, { a, b: c }) => b.min(a!, c!),
  derivative: (b, g, { a, b: c }, _, params) => shareTie(b, g, a!, c!, 'lt', params),
  latex: '\\min(a, b)',
  latexBackward: { a: 'g\\,[a < b] + \\tfrac{g}{2}[a = b]', b: 'g\\,[b < a] + \\tfrac{g}{2}[a = b]' },
  doc: 'The smaller one, entry by entry. Backward the smaller input receives the gradient, at a tie half each, unless the parameter tie says otherwise.',
  emit: { numpy: tieText('np.minimum({a}, {b})', '<'), torch: torchTie('torch.minimum({a}, {b})', '<=') },
  samples: [
    { inputs: { a: 4, b: 5 } },
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
    { inputs: { a: [1, 0, -2], b: [1, 0, 3] }, params: { tie: 'b' }, kink: true },
    { inputs: { a: { shape: [0, 3], data: [] }, b: [1, 2, 3] } }
  ]
});
