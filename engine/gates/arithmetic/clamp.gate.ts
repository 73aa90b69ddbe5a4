import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'clamp',
  family: 'arithmetic',
  ports: ['x'],
  params: {
    min: { type: 'number', optional: true, doc: 'The lowest it can get; no limit when absent.' },
    max: { type: 'number', optional: true, doc: 'The highest it can get; no limit when absent.' }
  },
  // torch passes all of the gradient at the limits, where a maximum alone would share it.
  expression: (b, { x }, { min, max }) => {
    const above = min === undefined ? x! : b.max(x!, b.constant(min));
    return max === undefined ? above : b.min(above, b.constant(max));
  },
  derivative: (b, g, { x }, _, { min, max }) => {
    const zero = b.constant(0);
    const kept = min === undefined ? g : b.select(b.compare('ge', x!, b.constant(min)), g, zero);
    return [max === undefined ? kept : b.select(b.compare('le', x!, b.constant(max)), kept, zero)];
  },
  latex: '\\min(\\max(x, l), u)',
  latexBackward: { x: 'g\\,[l \\le x \\le u]' },
  doc: 'Keeps x within limits. Backward the gradient passes inside them, ends included, and stops outside.',
  emit: {
    torch: ({ min, max }) => (min === undefined && max === undefined ? '{x}' : 'torch.clamp'),
    onnx: (o, { x }, { min, max }) => {
      if (min === undefined && max === undefined) return null;
      const limit = (value: number | undefined) => (value === undefined ? undefined : o.number(value));
      return [o.node('Clip', [x, limit(min), limit(max)])];
    }
  },
  samples: [
    { inputs: { x: 2 }, params: { min: -1, max: 1 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      },
      params: { min: -0.5 }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] }, params: { max: 3 } },
    { inputs: { x: [-1, 0, 1] }, params: { min: -1, max: 1 }, kink: true },
    { inputs: { x: [1, 2, 3] } },
    { inputs: { x: { shape: [2, 0], data: [] } }, params: { min: 0 } }
  ]
});
