import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'tanh',
  family: 'activations',
  ports: ['x'],
  expression: (b, { x }) => b.tanh(x!),
  latex: '\\tanh x',
  latexBackward: { x: 'g\\,(1 - \\tanh^2 x)' },
  doc: 'Squashes to (−1, 1). Its local gradient 1 − tanh² vanishes where it saturates.',
  emit: { numpy: { forward: 'np.tanh({x})', backward: { x: '{grad} * (1.0 - {out} * {out})' } }, torch: 'torch.tanh' },
  samples: [
    { inputs: { x: 1 } },
    { inputs: { x: [-3, -0.5, 0, 0.5, 3] } },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
