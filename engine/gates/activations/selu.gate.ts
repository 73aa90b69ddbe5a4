import { apply } from '../apply';
import { defineGate } from '../gate';
import elu from './elu.gate';

// Klambauer et al. 2017, "Self-normalizing neural networks", equation 14.
const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;

export default defineGate({
  kind: 'elementwise',
  name: 'selu',
  family: 'activations',
  ports: ['x'],
  expression: (b, { x }) => b.mul(b.constant(SCALE), apply(elu, b, { x: x! }, { alpha: ALPHA })),
  latex: '\\lambda \\begin{cases} x & x > 0 \\\\ \\alpha\\,(e^{x} - 1) & x \\le 0 \\end{cases}',
  latexBackward: { x: 'g\\,\\lambda\\,\\big([x > 0] + \\alpha\\,e^{x}\\,[x \\le 0]\\big)' },
  doc: 'elu with a scale and a floor chosen so that layers keep mean 0 and variance 1.',
  emit: { onnx: 'Selu' },
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
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: 0 }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
