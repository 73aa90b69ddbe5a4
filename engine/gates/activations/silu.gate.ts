import { apply } from '../apply';
import { defineGate } from '../gate';
import sigmoid from './sigmoid.gate';
import { SIGMOID } from './sigmoidText';

export default defineGate({
  kind: 'elementwise',
  name: 'silu',
  family: 'activations',
  ports: ['x'],
  expression: (b, { x }) => b.mul(x!, apply(sigmoid, b, { x: x! })),
  latex: 'x\\,\\sigma(x)',
  latexBackward: { x: 'g\\,\\sigma(x)\\,(1 + x\\,(1 - \\sigma(x)))' },
  doc: 'x weighted by its own sigmoid, also called swish: a smooth relu that dips a little below 0.',
  emit: {
    numpy: {
      forward: '{x} * sigmoid({x})',
      backward: { x: '{grad} * sigmoid({x}) * (1.0 + {x} * sigmoid(-{x}))' },
      needs: SIGMOID
    },
    onnx: (o, { x }) => [o.node('Mul', [x, o.node('Sigmoid', [x])])]
  },
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
