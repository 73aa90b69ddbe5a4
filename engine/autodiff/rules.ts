/**
 * The derivative of every primitive, once: given the cotangent g of the result, those of the operands (undefined: none).
 * Rules use primitives alone, so a derivative can be differentiated again. A choice (select, max) selects cotangents and
 * never multiplies by a mask: 0·∞ would be NaN.
 */
import type { Builder } from '../ir/builder';
import type { AnyOperation, Operation, Primitive, ValueId } from '../ir/graph';

type Cotangents = readonly (ValueId | undefined)[];
export type VjpRule<P extends Primitive> = (
  b: Builder,
  g: ValueId,
  inputs: readonly [ValueId, ValueId, ValueId],
  y: ValueId,
  operation: Operation<P>
) => Cotangents;
type VjpTable = { readonly [P in Primitive]: VjpRule<P> };

const none = () => [];
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** g where a wins over b, half of it at a tie, nothing elsewhere. */
function winner(b: Builder, g: ValueId, x: ValueId, other: ValueId, direction: 'gt' | 'lt'): ValueId {
  const zero = b.constant(0);
  const tie = b.select(b.compare('eq', x, other), b.mul(g, b.constant(0.5)), zero);
  return b.select(b.compare(direction, x, other), g, tie);
}

/** Ties of a maximum or minimum share g evenly, as torch.amax does. */
const extremum: VjpRule<'reduce_max' | 'reduce_min'> = (b, g, [x], y, { attributes: { axes } }) => {
  const shape = b.shape(x);
  const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const wins = b.compare('eq', x, b.broadcast(b.reshape(y, kept), shape));
  const share = b.div(b.reshape(g, kept), b.reduce('sum', wins, axes, true));
  return [b.select(wins, share, b.constant(0))];
};

export const VJP: VjpTable = {
  input: none,
  constant: none,
  iota: none,
  compare: none,
  argmax: none,
  window_argmax: none,
  random: none,
  sign: none,
  identity: (_, g) => [g],
  neg: (b, g) => [b.neg(g)],
  abs: (b, g, [x]) => [
    b.select(b.compare('gt', x, b.constant(0)), g, b.select(b.compare('lt', x, b.constant(0)), b.neg(g), b.constant(0)))
  ],
  exp: (b, g, _, y) => [b.mul(g, y)],
  log: (b, g, [x]) => [b.div(g, x)],
  log1p: (b, g, [x]) => [b.div(g, b.add(x, b.constant(1)))],
  expm1: (b, g, _, y) => [b.mul(g, b.add(y, b.constant(1)))],
  sin: (b, g, [x]) => [b.mul(g, b.cos(x))],
  cos: (b, g, [x]) => [b.neg(b.mul(g, b.sin(x)))],
  tanh: (b, g, _, y) => [b.mul(g, b.sub(b.constant(1), b.mul(y, y)))],
  erf: (b, g, [x]) => [b.mul(g, b.mul(b.constant(TWO_OVER_ROOT_PI), b.exp(b.neg(b.mul(x, x)))))],
  sqrt: (b, g, _, y) => [b.div(g, b.mul(b.constant(2), y))],
  add: (_, g) => [g, g],
  sub: (b, g) => [g, b.neg(g)],
  mul: (b, g, [x, z]) => [b.mul(g, z), b.mul(g, x)],
  div: (b, g, [, z], y) => [b.div(g, z), b.neg(b.div(b.mul(g, y), z))],
  // d/db a^b = a^b ln a is 0 at a = 0, b ≥ 0, where ln a is not finite; d/da = b a^(b−1) is 0 at b = 0 (as torch.pow).
  pow: (b, g, [x, p], y) => {
    const zero = b.constant(0);
    const one = b.constant(1);
    const flat = b.compare('eq', p, zero);
    const base = b.mul(g, b.mul(p, b.pow(x, b.sub(b.select(flat, one, p), one))));
    const still = b.mul(b.compare('eq', x, zero), b.compare('ge', p, zero));
    const exponent = b.mul(g, b.mul(y, b.log(b.select(still, one, x))));
    return [b.select(flat, zero, base), b.select(still, zero, exponent)];
  },
  max: (b, g, [x, z]) => [winner(b, g, x, z, 'gt'), winner(b, g, z, x, 'gt')],
  min: (b, g, [x, z]) => [winner(b, g, x, z, 'lt'), winner(b, g, z, x, 'lt')],
  select: (b, g, [condition]) => [undefined, b.select(condition, g, b.constant(0)), b.select(condition, b.constant(0), g)],
  convert: none,
  reshape: (b, g, [x]) => [b.reshape(g, b.shape(x))],
  permute: (b, g, _, __, { attributes: { dims } }) => [
    b.permute(
      g,
      dims.map((___, axis) => dims.indexOf(axis))
    )
  ],
  broadcast: (b, g, [x]) => [b.sumTo(g, b.shape(x))],
  slice: (b, g, [x], y, { attributes: { start, step } }) => {
    const taken = b.shape(y);
    const low = taken.map((length, axis) => (length === 0 ? b.shape(x)[axis]! : start[axis]!));
    const high = taken.map((length, axis) => (length === 0 ? 0 : b.shape(x)[axis]! - start[axis]! - (length - 1) * step[axis]! - 1));
    return [
      b.pad(
        g,
        low,
        high,
        step.map((stride) => stride - 1)
      )
    ];
  },
  pad: (b, g, [x], _, { attributes: { low, high, interior } }) => {
    const none = interior.map(() => 0);
    const spread = b.pad(
      g,
      low.map((amount) => -amount),
      high.map((amount) => -amount),
      none
    );
    return [
      b.slice(
        spread,
        none,
        b.shape(spread),
        b.shape(x).map((_length, axis) => interior[axis]! + 1)
      )
    ];
  },
  concat: (b, g, _, __, { inputs, attributes: { axis } }) => {
    let from = 0;
    return inputs.map((input) => {
      const shape = b.shape(g);
      const to = from + b.shape(input)[axis]!;
      const part = b.slice(
        g,
        shape.map((___, at) => (at === axis ? from : 0)),
        shape.map((length, at) => (at === axis ? to : length)),
        shape.map(() => 1)
      );
      from = to;
      return part;
    });
  },
  reverse: (b, g, _, __, { attributes: { axes } }) => [b.reverse(g, axes)],
  reduce_sum: (b, g, [x], _, { attributes: { axes } }) => {
    const shape = b.shape(x);
    return [
      b.broadcast(
        b.reshape(
          g,
          shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
        ),
        shape
      )
    ];
  },
  reduce_max: extremum,
  reduce_min: extremum,
  cumsum: (b, g, _, __, { attributes: { axis } }) => [b.reverse(b.cumsum(b.reverse(g, [axis]), axis), [axis])],
  // y = A·B: dA = g·Bᵀ, dB = Aᵀ·g, each stored the way its operand is.
  dot: (b, g, [x, z], _, { attributes: { transposeA, transposeB } }) => [
    transposeA ? b.dot(z, g, { transposeA: transposeB, transposeB: true }) : b.dot(g, z, { transposeB: !transposeB }),
    transposeB ? b.dot(g, x, { transposeA: true, transposeB: transposeA }) : b.dot(x, g, { transposeA: !transposeA })
  ],
  gather: (b, g, [x, index], _, { attributes: { axis } }) => [b.scatterAdd(index, g, b.shape(x), axis)],
  scatter_add: (b, g, [index], _, { attributes: { axis } }) => [undefined, b.gather(g, index, axis)],
  patches: (b, g, [x], _, { attributes: { windows, at } }) => [
    b.foldPatches(g, windows, at, b.shape(x).slice(b.shape(x).length - windows.length))
  ],
  fold_patches: (b, g, _, __, { attributes: { windows, at } }) => [b.patches(g, windows, at)],
  custom: (b, g, _, y, { inputs, attributes: { region } }) => region.vjp(b, inputs, y, g)
};

/** Cotangents of the operands of `operation`, whose result is `y` with cotangent `g`. */
export function applyVjp(b: Builder, operation: AnyOperation, y: ValueId, g: ValueId): Cotangents {
  const rule = VJP[operation.primitive] as VjpRule<Primitive>;
  return rule(b, g, operation.inputs as unknown as readonly [ValueId, ValueId, ValueId], y, operation as Operation);
}
