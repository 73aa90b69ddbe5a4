import { apply } from '../apply';
import { defineGate } from '../gate';
import softplus from './softplus.gate';

export default defineGate({
  kind: 'elementwise',
  name: 'mish',
  family: 'activations',
  ports: ['x'],
  expression: (b, { x }) => b.mul(x!, b.tanh(apply(softplus, b, { x: x! }, { beta: 1, threshold: 20 }))),
  latex: 'x \\tanh(\\ln(1 + e^{x}))',
  latexBackward: { x: 'g\\,\\big(\\tanh s + x\\,\\sigma(x)\\,(1 - \\tanh^2 s)\\big),\\quad s = \\ln(1 + e^{x})' },
  doc: 'x weighted by the tanh of its softplus: smooth, and a little below 0 on the left.',
  emit: { numpy: { forward: '{x} * np.tanh(np.logaddexp(0.0, {x}))' } },
  samples: [
    { inputs: { x: 1 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      }
    },
    { inputs: { x: 0 } },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
