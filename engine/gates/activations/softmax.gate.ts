import { axesOf } from '../axes';
import { defineGate, detach } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'softmax',
  family: 'activations',
  inputs: [{ name: 'x' }],
  params: { dim: { type: 'integer', default: -1, doc: 'The axis whose entries become probabilities.' } },
  shape: ({ x }, { dim }) => {
    axesOf([dim], x!.shape);
    return [x!];
  },
  // Less the largest entry no exponential overflows; the shift cancels, so it takes no gradient.
  lower: (b, { x }, { dim }) => {
    const axes = axesOf([dim], b.shape(x!));
    const e = b.exp(b.sub(x!, detach(b, b.reduce('max', x!, axes, true))));
    return [b.div(e, b.reduce('sum', e, axes, true))];
  },
  latex: 'p_i = \\frac{e^{x_i}}{\\sum_j e^{x_j}}',
  latexBackward: { x: 'p_i \\Big(g_i - \\sum_j g_j\\,p_j\\Big)' },
  doc: 'Scores become probabilities that add up to 1 along an axis. Raising one score lowers all others.',
  emit: {
    numpy: {
      forward: 'softmax({x}, {dim})',
      backward: { x: '{out} * ({grad} - np.sum({grad} * {out}, axis={dim}, keepdims=True))' },
      needs: {
        softmax:
          'def softmax(x, axis):\n    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))\n    return e / np.sum(e, axis=axis, keepdims=True)'
      }
    },
    torch: 'F.softmax({x}, dim={dim})',
    onnx: (o, { x }, { dim: axis }, types) => (types['x']!.shape.length > 0 ? [o.node('Softmax', [x], { axis })] : null)
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
