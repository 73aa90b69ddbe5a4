import { axesOf } from '../axes';
import { defineGate, detach } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'log_softmax',
  family: 'activations',
  inputs: [{ name: 'x' }],
  params: { dim: { type: 'integer', default: -1, doc: 'The axis whose entries become log probabilities.' } },
  shape: ({ x }, { dim }) => {
    axesOf([dim], x!.shape);
    return [x!];
  },
  // Less the largest entry no exponential overflows and their sum is at least 1; the shift cancels, so it takes no gradient.
  lower: (b, { x }, { dim }) => {
    const axes = axesOf([dim], b.shape(x!));
    const shifted = b.sub(x!, detach(b, b.reduce('max', x!, axes, true)));
    return [b.sub(shifted, b.log(b.reduce('sum', b.exp(shifted), axes, true)))];
  },
  latex: 'x_i - \\ln \\sum_j e^{x_j}',
  latexBackward: { x: 'g_i - p_i \\sum_j g_j,\\quad p = \\operatorname{softmax}(x)' },
  doc: 'The logarithm of softmax, computed in one so that nothing overflows.',
  emit: {
    numpy: {
      forward: 'log_softmax({x}, {dim})',
      backward: { x: '{grad} - np.exp({out}) * np.sum({grad}, axis={dim}, keepdims=True)' },
      needs: {
        log_softmax:
          'def log_softmax(x, axis):\n    z = x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)\n    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))'
      }
    },
    torch: 'F.log_softmax({x}, dim={dim})',
    onnx: (o, { x }, { dim: axis }, types) => (types['x']!.shape.length > 0 ? [o.node('LogSoftmax', [x], { axis })] : null)
  },
  samples: [
    { inputs: { x: 2 } },
    {
      inputs: {
        x: [
          [3.2, 5.1, -1.7],
          [0, 0, 0]
        ]
      }
    },
    {
      inputs: {
        x: [
          [1, -2],
          [0.5, 3],
          [2, 2]
        ]
      },
      params: { dim: 0 }
    },
    { inputs: { x: [-100, 100, 99] } },
    { inputs: { x: [-1e4, 1e4, 0] } },
    { inputs: { x: { shape: [2, 0], data: [] } } },
    { inputs: { x: { shape: [0, 3], data: [] } } }
  ]
});
