import { apply } from '../apply';
import { defineGate } from '../gate';
import sigmoid from './sigmoid.gate';

export default defineGate({
  kind: 'elementwise',
  name: 'softplus',
  family: 'activations',
  ports: ['x'],
  params: {
    beta: { type: 'number', default: 1, doc: 'How sharp the bend is.' },
    threshold: { type: 'number', default: 20, doc: 'Where β·x is above it, x itself is the result.' }
  },
  expression: (b, { x }, { beta, threshold }) => {
    const z = b.mul(x!, b.constant(beta));
    // ln(1 + e^z), with no exponential above 1.
    const smooth = b.add(b.max(z, b.constant(0)), b.log1p(b.exp(b.neg(b.abs(z)))));
    return b.select(b.compare('gt', z, b.constant(threshold)), x!, b.div(smooth, b.constant(beta)));
  },
  derivative: (b, g, { x }, _, { beta, threshold }) => {
    const z = b.mul(x!, b.constant(beta));
    return [b.select(b.compare('gt', z, b.constant(threshold)), g, b.mul(g, apply(sigmoid, b, { x: z })))];
  },
  latex: '\\frac{1}{\\beta} \\ln(1 + e^{\\beta x})',
  latexBackward: { x: 'g\\,\\sigma(\\beta x)' },
  doc: 'A smooth relu, its bend the sharper the larger β. Its slope is the sigmoid.',
  emit: { onnx: (o, { x }, { beta, threshold }) => (beta === 1 && threshold >= 20 ? [o.node('Softplus', [x])] : null) },
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
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      },
      params: { beta: 2 }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
