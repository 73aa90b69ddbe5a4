import { defineGate, detach } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'stop_gradient',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ x }) => [x!],
  lower: (b, { x }) => [detach(b, x!)],
  latex: 'x',
  latexBackward: { x: '\\text{nothing}' },
  doc: 'Hands x on and lets no gradient back, as torch’s detach: what is before it counts as a constant.',
  emit: { torch: '{x}.detach()' },
  samples: [
    { inputs: { x: 3 }, kink: true },
    {
      inputs: {
        x: [
          [1, -2],
          [0, 1e4]
        ]
      },
      kink: true
    },
    { inputs: { x: { shape: [0, 2], data: [] } } }
  ]
});
