import { defineGate } from '../gate';
import { SIGMOID } from './sigmoidText';

export default defineGate({
  kind: 'elementwise',
  name: 'sigmoid',
  family: 'activations',
  ports: ['x'],
  // With e = exp(−|x|) ≤ 1 neither side overflows.
  expression: (b, { x }) => {
    const e = b.exp(b.neg(b.abs(x!)));
    return b.div(b.select(b.compare('ge', x!, b.constant(0)), b.constant(1), e), b.add(b.constant(1), e));
  },
  derivative: (b, g, _, y) => [b.mul(g, b.mul(y, b.sub(b.constant(1), y)))],
  latex: '\\sigma(x) = \\frac{1}{1 + e^{-x}}',
  latexBackward: { x: 'g \\cdot (1 - \\sigma)\\,\\sigma' },
  doc: 'Squashes to (0, 1). Its local gradient is (1 − σ)σ.',
  emit: {
    numpy: {
      forward: 'sigmoid({x})',
      backward: { x: '{grad} * (1.0 - {out}) * {out}' },
      needs: SIGMOID
    },
    torch: 'torch.sigmoid',
    onnx: 'Sigmoid'
  },
  samples: [
    { inputs: { x: 1 } },
    { inputs: { x: [-3, -0.5, 0, 0.5, 3] } },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
