import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'where',
  family: 'arithmetic',
  ports: ['condition', 'a', 'b'],
  expression: (b, { condition, a, b: other }) => b.select(condition!, a!, other!),
  latex: '\\begin{cases} a & \\text{condition} \\ne 0 \\\\ b & \\text{else} \\end{cases}',
  latexBackward: { a: 'g\\,[\\text{condition} \\ne 0]', b: 'g\\,[\\text{condition} = 0]' },
  doc: 'Picks a where the condition is not 0, else b. Backward the one that was picked receives the gradient.',
  emit: { numpy: { forward: 'np.where({condition} != 0, {a}, {b})' }, torch: 'torch.where({condition} != 0, {a}, {b})' },
  samples: [
    { inputs: { condition: 1, a: 2, b: 3 } },
    { inputs: { condition: [[1], [-2]], a: [1, 2, 3], b: 4 } },
    { inputs: { condition: [0, 1, 0], a: [1, 2, 3], b: [100, -1e4, 0.5] }, kink: true },
    { inputs: { condition: [1, 1], a: [100, -1e4], b: [0, 0] } },
    { inputs: { condition: { shape: [0, 3], data: [] }, a: [1, 2, 3], b: 0 } }
  ]
});
