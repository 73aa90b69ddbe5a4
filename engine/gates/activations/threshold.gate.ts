import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'threshold',
  family: 'activations',
  ports: ['x'],
  params: {
    threshold: { type: 'number', doc: 'What is above it stays.' },
    value: { type: 'number', doc: 'What the rest becomes.' }
  },
  expression: (b, { x }, { threshold, value }) => b.select(b.compare('le', x!, b.constant(threshold)), b.constant(value), x!),
  latex: '\\begin{cases} x & x > t \\\\ v & x \\le t \\end{cases}',
  latexBackward: { x: 'g\\,[x > t]' },
  doc: 'Keeps what is above a threshold and puts a fixed value in the place of the rest.',
  emit: {
    numpy: { forward: 'np.where({x} > {threshold}, {x}, {value})', backward: { x: 'np.where({x} > {threshold}, {grad}, 0.0)' } },
    torch: 'F.threshold({x}, {threshold}, {value})'
  },
  samples: [
    { inputs: { x: 1 }, params: { threshold: 0.1, value: -0.5 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      },
      params: { threshold: -1, value: 20 }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] }, params: { threshold: 0, value: 0 } },
    { inputs: { x: 0.1 }, params: { threshold: 0.1, value: -0.5 }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } }, params: { threshold: 0, value: 0 } }
  ]
});
