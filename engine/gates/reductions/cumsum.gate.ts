import { axesOf } from '../axes';
import { defineGate } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'cumsum',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: { dim: { type: 'integer', default: -1, doc: 'The axis to go along.' } },
  shape: ({ x }, { dim }) => {
    axesOf([dim], x!.shape);
    return [x!];
  },
  lower: (b, { x }, { dim }) => {
    const [axis] = axesOf([dim], b.shape(x!));
    return [axis === undefined ? x! : b.cumsum(x!, axis)];
  },
  latex: '\\sum_{j \\le i} x_j',
  latexBackward: { x: '\\sum_{j \\ge i} g_j' },
  doc: 'The running sum. Backward a running sum from the other end: an entry counts in all that follow it.',
  emit: { torch: 'torch.cumsum({x}, dim={dim})' },
  samples: [
    { inputs: { x: 3 } },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      }
    },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      },
      params: { dim: 0 }
    },
    { inputs: { x: [100, -100, 1e4, -1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
