import { defineGate } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'copy',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  outputs: ({ n }) => Array.from({ length: n }, (_, at) => `out${at}`),
  params: { n: { type: 'integer', default: 2, min: 1, max: 64, doc: 'How many copies.' } },
  shape: ({ x }, { n }) => Array.from({ length: n }, () => x!),
  // Each copy is a value of its own, so that each has a gradient of its own.
  lower: (b, { x }, { n }) => Array.from({ length: n }, () => b.identity(x!)),
  latex: 'out_0 = out_1 = \\dots = x',
  latexBackward: { x: '\\sum_k g_k' },
  doc: 'Hands its input on several times. Backward it adds: the gradients of all copies sum up.',
  emit: { torch: '({x},) * {n}' },
  samples: [
    { inputs: { x: 7 } },
    {
      inputs: {
        x: [
          [1, 2],
          [3, 4]
        ]
      },
      params: { n: 3 }
    },
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { n: 1 } }
  ]
});
