import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'relu',
  family: 'activations',
  ports: ['x'],
  // torch has 0 at 0, where a maximum alone would share the gradient.
  expression: (b, { x }) => b.max(x!, b.constant(0)),
  derivative: (b, g, { x }) => [b.select(b.compare('le', x!, b.constant(0)), b.constant(0), g)],
  latex: '\\max(0, x)',
  latexBackward: { x: 'g\\,[x > 0]' },
  doc: 'Keeps what is positive. Backward the gradient passes where x > 0 and stops elsewhere.',
  emit: { numpy: { forward: 'np.maximum({x}, 0.0)', backward: { x: 'np.where({x} > 0, {grad}, 0.0)' } } },
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
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
