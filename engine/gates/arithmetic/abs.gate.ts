import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'abs',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.abs(x!),
  latex: '|x|',
  latexBackward: { x: 'g\\,\\operatorname{sign}(x)' },
  doc: 'The distance from 0. Backward the gradient with the sign of x; 0 at 0.',
  emit: { numpy: { forward: 'np.abs({x})', backward: { x: '{grad} * np.sign({x})' } } },
  samples: [
    { inputs: { x: -2 } },
    {
      inputs: {
        x: [
          [-3, -0.5, 0.25],
          [0.5, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: [0, -1, 0] }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
