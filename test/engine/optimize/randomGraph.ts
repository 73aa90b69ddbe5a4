/** Graphs of operations thrown together: every shape fits, and nothing leaves the finite numbers. */
import fc from 'fast-check';
import type { Shape } from '../../../engine/base/shapes';
import { broadcastShapes } from '../../../engine/base/shapes';
import { Builder, buildRegion } from '../../../engine/ir/builder';
import type { ValueId } from '../../../engine/ir/graph';

export interface RandomGraph {
  readonly builder: Builder;
  readonly outputs: readonly ValueId[];
}

const SHAPES: readonly Shape[] = [[], [3], [2, 3], [3, 2], [1, 3], [2, 1], [4, 4], [2, 2, 3]];
const UNARY = ['identity', 'neg', 'abs', 'sign', 'sin', 'cos', 'tanh', 'erf'] as const;
const BINARY = ['add', 'sub', 'mul', 'max', 'min'] as const;
/** Neutral numbers and others, so that shortcuts have something to cut. */
const CONSTANTS = [0, 1, 0.5, -1];

/** One step: what to do, and to which of the values so far. */
type Step = readonly [kind: number, first: number, second: number, detail: number];

function grow(b: Builder, [kind, first, second, detail]: Step, values: ValueId[]): ValueId {
  const pick = (at: number) => values[values.length - 1 - (at % values.length)]!;
  const x = pick(first);
  const shape = b.shape(x);
  const rank = shape.length;
  // Two that broadcast, else one with itself.
  const z = broadcastShapes(shape, b.shape(pick(second))) ? pick(second) : x;
  switch (kind % 14) {
    case 0:
    case 1:
      return b.unary(UNARY[detail % UNARY.length]!, x);
    case 2:
    case 3:
      return b.binary(BINARY[detail % BINARY.length]!, x, z);
    case 4:
      return b.binary(BINARY[detail % BINARY.length]!, b.full(CONSTANTS[second % CONSTANTS.length]!, detail % 2 ? shape : []), x);
    case 5:
      return b.div(x, b.full(detail % 2 ? 1 : 2, shape));
    case 6:
      return b.reshape(b.reshape(x, [...shape, 1]), detail % 2 ? [shape.reduce((size, length) => size * length, 1)] : [1, ...shape]);
    case 7:
      return b.permute(
        x,
        rank < 2
          ? shape.map((_, axis) => axis)
          : detail % 2
            ? shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
            : shape.map((_, axis) => rank - 1 - axis)
      );
    case 8:
      return rank < 4 ? b.broadcast(x, [2, ...shape]) : x;
    case 9:
      return rank ? b.reduce((['sum', 'max', 'min'] as const)[detail % 3]!, x, [second % rank], detail % 2 === 0) : x;
    case 10: {
      if (rank < 2) return x;
      const swapped = b.permute(
        x,
        shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
      );
      // tanh keeps products small, however many follow each other.
      return b.tanh(
        b.dot(detail % 2 ? swapped : x, detail % 2 ? x : swapped, { transposeA: detail % 3 === 0, transposeB: detail % 3 === 0 })
      );
    }
    case 11:
      return b.select(b.compare('gt', x, z), x, z);
    case 12:
      return rank ? b.concat([x, x], second % rank) : x;
    default: {
      const region = buildRegion(
        'twice',
        [b.type(x)],
        (inner, [y]) => inner.tanh(inner.add(y!, inner.mul(inner.identity(y!), inner.constant(1)))),
        { vjp: () => [], jvp: () => undefined }
      );
      return detail % 3 ? b.custom(region, [x]) : b.tanh(x);
    }
  }
}

/** `regions: false` leaves out custom calls, so that the graph can be planned as it is. */
export function randomGraphs({ regions = true } = {}): fc.Arbitrary<RandomGraph> {
  const step = fc.tuple(fc.nat(regions ? 13 : 12), fc.nat(30), fc.nat(30), fc.nat(5));
  return fc
    .record({ steps: fc.array(step, { minLength: 1, maxLength: 40 }), wanted: fc.array(fc.nat(60), { minLength: 1, maxLength: 6 }) })
    .map(({ steps, wanted }) => {
      const builder = new Builder();
      const values = SHAPES.map((shape, at) => builder.input(`x${at}`, { dtype: 'float', shape }));
      for (const item of steps) {
        const value = grow(builder, item, values);
        // What grew too large is left alone.
        if (builder.shape(value).reduce((size, length) => size * length, 1) <= 500) values.push(value);
      }
      return { builder, outputs: wanted.map((at) => values[values.length - 1 - (at % values.length)]!) };
    });
}

/** Entries of the inputs by name, in ±2, some of them equal. */
export const FEEDS: Readonly<Record<string, number[]>> = Object.fromEntries(
  SHAPES.map((shape, at) => [
    `x${at}`,
    Array.from({ length: shape.reduce((size, length) => size * length, 1) }, (_, index) => ((index * 7 + at * 3) % 9) / 2 - 2)
  ])
);
