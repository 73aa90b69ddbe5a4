import type { Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { axesOf, reducedShape, onnxOverAxes } from '../axes';
import { defineGate } from '../gate';
import { nonEmptyAxes } from './nonEmpty';
import { axesParams } from './sharedAxes';

const axesFor = (p: number, dim: readonly number[] | undefined, shape: Shape) =>
  Math.abs(p) === Infinity ? nonEmptyAxes(dim, shape) : axesOf(dim, shape);

/** `of` where `zero` does not hold, and 0 with no slope where it does: torch's subgradient at the tip of a cone. */
function unlessZero(b: Builder, zero: ValueId, value: ValueId, of: (value: ValueId) => ValueId): ValueId {
  return b.select(zero, b.constant(0), of(b.select(zero, b.constant(1), value)));
}

function lowerNorm(b: Builder, x: ValueId, axes: readonly number[], keep: boolean, p: number): ValueId {
  const none = b.constant(0);
  const size = b.abs(x);
  if (p === Infinity || p === -Infinity) return b.reduce(p > 0 ? 'max' : 'min', size, axes, keep);
  if (p === 0) return b.reduce('sum', b.compare('ne', x, none), axes, keep);
  if (p === 1) return b.reduce('sum', size, axes, keep);
  if (p < 0) return b.pow(b.reduce('sum', b.pow(size, b.constant(p)), axes, keep), b.constant(1 / p));
  const powers = p === 2 ? b.mul(x, x) : unlessZero(b, b.compare('eq', x, none), size, (value) => b.pow(value, b.constant(p)));
  const sum = b.reduce('sum', powers, axes, keep);
  return unlessZero(b, b.compare('eq', sum, none), sum, (value) => (p === 2 ? b.sqrt(value) : b.pow(value, b.constant(1 / p))));
}

export default defineGate({
  kind: 'composite',
  name: 'norm',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: {
    p: { type: 'number', default: 2, doc: '2 for the length, 1 for the sum of sizes, "Infinity" for the largest size.' },
    ...axesParams('take it over')
  },
  shape: ({ x }, { p, dim, keepdim }) => [{ dtype: 'float', shape: reducedShape(x!.shape, axesFor(p, dim, x!.shape), keepdim) }],
  lower: (b, { x }, { p, dim, keepdim }) => [lowerNorm(b, x!, axesFor(p, dim, b.shape(x!)), keepdim, p)],
  latex: '\\Big(\\sum_i |x_i|^p\\Big)^{1/p}',
  latexBackward: { x: 'g\\,\\operatorname{sign}(x_i) \\Big(\\frac{|x_i|}{out}\\Big)^{p-1}' },
  doc: 'The length of a vector. Backward: its direction, a vector of length 1; 0 at the origin.',
  emit: {
    torch: ({ p, ...axes }) =>
      // Of a count there is no gradient, and torch 1.13 fails to say so.
      p === 0
        ? 'torch.linalg.vector_norm({x}.detach(), 0, {dim}, {keepdim})'
        : { forward: 'torch.linalg.vector_norm', params: { ord: p === 2 ? undefined : p, ...axes } },
    onnx: (o, inputs, params, types) =>
      params['p'] === 1 || params['p'] === 2 ? onnxOverAxes(`ReduceL${params['p']}`)(o, inputs, params, types) : null
  },
  samples: [
    { inputs: { x: -3 } },
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
          [
            [1, 2],
            [3, 4]
          ],
          [
            [5, 6],
            [7, 8]
          ]
        ]
      },
      params: { dim: [0, -1], p: 1 }
    },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      },
      params: { dim: [1], keepdim: true, p: 3 }
    },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      },
      params: { dim: [1], p: 'Infinity' }
    },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      },
      params: { p: '-Infinity' }
    },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      },
      params: { p: -1.5 }
    },
    { inputs: { x: [1, -2, 3] }, params: { p: 0 } },
    { inputs: { x: [100, -100, 1e4, -1e4] } },
    {
      inputs: {
        x: [
          [0, 0],
          [3, 4]
        ]
      },
      params: { dim: [1] },
      kink: true
    },
    { inputs: { x: [0, 3, 4] }, params: { p: 1.5 }, kink: true },
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { dim: [1] } }
  ]
});
