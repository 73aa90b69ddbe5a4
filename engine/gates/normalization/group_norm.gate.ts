import type { Type } from '../../base/dtypes';
import { formatShape, sameShape, sizeOf } from '../../base/shapes';
import { defineGate, ShapeError, type Operands } from '../gate';
import { EPS, normalize, scaleAndShift } from './normalize';

function check(inputs: Operands<Type>, groups: number): Type {
  const { shape } = inputs['x']!;
  const channels = shape[1];
  if (channels === undefined)
    throw new ShapeError(`x is ${formatShape(shape)}; expected [N,C] or [N,C,…], channels on the second axis`, 'x');
  if (channels % groups)
    throw new ShapeError(
      `x is ${formatShape(shape)} and num_groups is ${groups}; its ${channels} channels should divide evenly`,
      'x',
      'change num_groups'
    );
  for (const port of ['weight', 'bias']) {
    const found = inputs[port]?.shape;
    if (found && !sameShape(found, [channels])) {
      throw new ShapeError(
        `${port} is ${formatShape(found)} and x is ${formatShape(shape)}; expected [${channels}], one for each channel`,
        port,
        `make it [${channels}]`
      );
    }
  }
  return { dtype: 'float', shape };
}

export default defineGate({
  kind: 'composite',
  name: 'group_norm',
  family: 'normalization',
  inputs: [{ name: 'x' }, { name: 'weight', optional: true }, { name: 'bias', optional: true }],
  params: { num_groups: { type: 'integer', default: 1, min: 1, doc: 'Into how many groups the channels are divided.' }, eps: EPS },
  shape: (inputs, { num_groups: groups }) => [check(inputs, groups)],
  lower: (b, { x, weight, bias }, { num_groups: groups, eps }) => {
    const shape = b.shape(x!);
    const [rows, channels, ...rest] = shape as [number, number, ...number[]];
    const grouped = b.reshape(x!, [rows, groups, (channels / groups) * sizeOf(rest)]);
    const normal = b.reshape(normalize(b, grouped, [2], eps), shape);
    return [scaleAndShift(b, normal, weight, bias, [channels, ...rest.map(() => 1)])];
  },
  latex: '\\frac{x - \\mu_{\\text{group}}}{\\sqrt{\\sigma_{\\text{group}}^2 + \\epsilon}}\\,w + b',
  latexBackward: { weight: '\\sum g\\,\\hat{x}', bias: '\\sum g' },
  doc: 'Brings each group of channels of a row to mean 0 and variance 1, then scales and shifts each channel.',
  emit: {
    // torch 1.13 fails backward where it has a bias and no weight.
    torch: (_, { x, weight, bias }) =>
      bias && !weight
        ? `F.group_norm({x}, {num_groups}, eps={eps}) + {bias}.reshape(-1${', 1'.repeat(x!.shape.length - 2)})`
        : 'F.group_norm({x}, {num_groups}, {weight}, {bias}, {eps})'
  },
  samples: [
    {
      inputs: {
        x: [
          [1, -2, 3, 5],
          [4, 0.5, 6, -1]
        ],
        weight: [1, 2, -1, 0.5],
        bias: [0.5, 0, 1, 2]
      },
      params: { num_groups: 2 }
    },
    {
      inputs: {
        x: [
          [
            [1, 2],
            [4, -1]
          ],
          [
            [-3, 0.5],
            [2, 0]
          ]
        ]
      }
    },
    { inputs: { x: [[100, -100, 1e4, -1e4]], bias: [1, 2, 3, 4] } },
    { inputs: { x: { shape: [0, 2, 3], data: [] }, weight: [1, 1], bias: [0, 0] }, params: { num_groups: 2 } }
  ]
});
