import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'sign',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.sign(x!),
  latex: '\\operatorname{sign}(x)',
  latexBackward: { x: '0' },
  doc: '−1, 0 or 1. It is flat between its jumps, so the gradient is 0.',
  emit: { numpy: { forward: 'np.sign({x})' } },
  samples: [
    { inputs: { x: -2 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: [0, -1] }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
