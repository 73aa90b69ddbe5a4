import { apply } from '../apply';
import { defineGate } from '../gate';
import sigmoid from './sigmoid.gate';
import { SIGMOID } from './sigmoidText';

export default defineGate({
  kind: 'elementwise',
  name: 'log_sigmoid',
  family: 'activations',
  ports: ['x'],
  // e = exp(−|x|) ≤ 1 does not overflow, and log1p keeps the digits of a small e.
  expression: (b, { x }) => b.sub(b.min(x!, b.constant(0)), b.log1p(b.exp(b.neg(b.abs(x!))))),
  derivative: (b, g, { x }) => [b.mul(g, apply(sigmoid, b, { x: b.neg(x!) }))],
  latex: '\\ln \\sigma(x) = -\\ln(1 + e^{-x})',
  latexBackward: { x: 'g \\cdot \\sigma(-x)' },
  doc: 'The logarithm of the sigmoid: a log probability. It falls like x on the left and nears 0 on the right.',
  emit: {
    numpy: {
      forward: '-np.logaddexp(0.0, -{x})',
      backward: { x: '{grad} * sigmoid(-{x})' },
      needs: SIGMOID
    },
    torch: 'F.logsigmoid'
  },
  samples: [
    { inputs: { x: 1 } },
    { inputs: { x: [-3, -0.5, 0, 0.5, 3] } },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
