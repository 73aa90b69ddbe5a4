import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'hardtanh',
  family: 'activations',
  ports: ['x'],
  params: {
    min_val: { type: 'number', default: -1, doc: 'The lowest it can get.' },
    max_val: { type: 'number', default: 1, doc: 'The highest it can get.' }
  },
  // torch has 0 at the limits, where a maximum alone would share the gradient.
  expression: (b, { x }, { min_val: low, max_val: high }) => b.min(b.max(x!, b.constant(low)), b.constant(high)),
  derivative: (b, g, { x }, _, { min_val: low, max_val: high }) => {
    const zero = b.constant(0);
    return [b.select(b.compare('gt', x!, b.constant(low)), b.select(b.compare('lt', x!, b.constant(high)), g, zero), zero)];
  },
  latex: '\\min(\\max(x, l), u)',
  latexBackward: { x: 'g\\,[l < x < u]' },
  doc: 'tanh of straight pieces: x within limits, and flat outside.',
  emit: {
    numpy: {
      forward: 'np.minimum(np.maximum({x}, {min_val}), {max_val})',
      backward: { x: 'np.where(({x} > {min_val}) & ({x} < {max_val}), {grad}, 0.0)' }
    },
    onnx: (o, { x }, { min_val: low, max_val: high }) => [o.node('Clip', [x, o.number(low), o.number(high)])]
  },
  samples: [
    { inputs: { x: 0.5 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      }
    },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      },
      params: { min_val: -0.5, max_val: 2.5 }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: [1, -1] }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
