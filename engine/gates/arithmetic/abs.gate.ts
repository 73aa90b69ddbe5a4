import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'abs',
  family: 'arithmetic',
  ports: ['x'],
  params: {
    subgradient: {
      type: 'number',
      default: 0,
      min: -1,
      max: 1,
      doc: 'The local gradient at x = 0, where the slope jumps from −1 to 1; torch has 0.'
    }
  },
  expression: (b, { x }) => b.abs(x!),
  derivative: (b, g, { x }, _, { subgradient }) => {
    const zero = b.constant(0);
    const left = b.select(b.compare('lt', x!, zero), b.neg(g), subgradient === 0 ? zero : b.mul(g, b.constant(subgradient)));
    return [b.select(b.compare('gt', x!, zero), g, left)];
  },
  latex: '|x|',
  latexBackward: { x: 'g\\,\\operatorname{sign}(x)' },
  doc: 'The distance from 0. Backward the gradient with the sign of x; at 0 it is 0 as in torch (subgradient).',
  emit: {
    numpy: ({ subgradient }) => {
      const slope = subgradient === 0 ? 'np.sign({x})' : 'np.where({x} == 0, {subgradient}, np.sign({x}))';
      return { forward: 'np.abs({x})', backward: { x: `{grad} * ${slope}` } };
    },
    torch: ({ subgradient }) => (subgradient === 0 ? 'torch.abs' : 'torch.where({x} == 0, {subgradient} * {x}, torch.abs({x}))')
  },
  samples: [
    { inputs: { x: -2 } },
    {
      inputs: {
        x: [
          [-3, -0.5, 0.25],
          [0.5, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: [0, -1, 0] }, kink: true },
    { inputs: { x: [0, -1, 0] }, params: { subgradient: -1 }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
