import { defineGate } from '../gate';
import { shareTie, TIE_PARAMS, tieText, torchTie } from './ties';

export default defineGate({
  kind: 'elementwise',
  name: 'max',
  family: 'arithmetic',
  ports: ['a', 'b'],
  params: TIE_PARAMS,
  expression: (b, { a, b: c }) => b.max(a!, c!),
  derivative: (b, g, { a, b: c }, _, params) => shareTie(b, g, a!, c!, 'gt', params),
  latex: '\\max(a, b)',
  latexBackward: { a: 'g\\,[a > b] + \\tfrac{g}{2}[a = b]', b: 'g\\,[b > a] + \\tfrac{g}{2}[a = b]' },
  doc: 'The larger one, entry by entry. Backward it routes: the larger input receives the gradient, at a tie half each, unless the parameter tie says otherwise.',
  emit: { numpy: tieText('np.maximum({a}, {b})', '>'), torch: torchTie('torch.maximum({a}, {b})', '>=') },
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
