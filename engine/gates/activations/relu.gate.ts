import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'relu',
  family: 'activations',
  ports: ['x'],
  params: {
    subgradient: {
      type: 'number',
      default: 0,
      min: 0,
      max: 1,
      doc: 'The local gradient at x = 0, where the slope jumps from 0 to 1; torch has 0.'
    }
  },
  expression: (b, { x }) => b.max(x!, b.constant(0)),
  // Where the slope at 0 is 0 the result tells as much as x, which then need not be kept.
  derivative: (b, g, { x }, y, { subgradient }) => {
    const zero = b.constant(0);
    if (subgradient === 0) return [b.select(b.compare('le', y, zero), zero, g)];
    const below = b.select(b.compare('lt', x!, zero), zero, b.mul(g, b.constant(subgradient)));
    return [b.select(b.compare('le', x!, zero), below, g)];
  },
  latex: '\\max(0, x)',
  latexBackward: { x: 'g\\,[x > 0]' },
  doc: 'Keeps what is positive. Backward the gradient passes where x > 0 and stops elsewhere; at 0 torch stops it too (subgradient 0).',
  emit: {
    numpy: ({ subgradient }) => {
      const otherwise = subgradient === 0 ? '0.0' : 'np.where({x} == 0, {subgradient} * {grad}, 0.0)';
      return { forward: 'np.maximum({x}, 0.0)', backward: { x: `np.where({x} > 0, {grad}, ${otherwise})` } };
    },
    torch: ({ subgradient }) => (subgradient === 0 ? 'F.relu' : 'torch.where({x} == 0, {subgradient} * {x}, F.relu({x}))'),
    onnx: 'Relu'
  },
  samples: [
    { inputs: { x: 2 } },
    {
      inputs: {
        x: [
          [-3, -0.5, 0.25],
          [0.5, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: [0, -1, 0, 1] }, kink: true },
    { inputs: { x: [0, -1, 0, 1] }, params: { subgradient: 0.25 }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
