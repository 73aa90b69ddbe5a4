/**
 * Every primitive on a few operands, with results worked out by hand or by Python's math module. All results of float
 * cases are exact in float32 or given to 17 digits.
 */
import type { Tensor } from '../../../engine/base/tensors';
import type { Builder } from '../../../engine/ir/builder';
import type { Binary, Direction, Primitive, Unary, ValueId } from '../../../engine/ir/graph';
import { float, int32, type Program } from './execute';

export interface PrimitiveCase extends Program {
  readonly primitive: Primitive;
  readonly name: string;
  readonly expected: readonly number[];
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

function unary(primitive: Unary, x: readonly number[], expected: readonly number[]): PrimitiveCase {
  return { primitive, name: primitive, operands: [float([x.length], x)], build: (b, [v]) => b.unary(primitive, v!), expected };
}
function binary(primitive: Binary, x: readonly number[], y: readonly number[], expected: readonly number[]): PrimitiveCase {
  return {
    primitive,
    name: primitive,
    operands: [float([x.length], x), float([y.length], y)],
    build: (b, [v, w]) => b.binary(primitive, v!, w!),
    expected
  };
}
function compare(direction: Direction, expected: readonly number[]): PrimitiveCase[] {
  const build = (b: Builder, [v, w]: readonly ValueId[]): ValueId => b.compare(direction, v!, w!);
  return [
    {
      primitive: 'compare',
      name: `compare ${direction}, NaN holds with nothing but ne`,
      operands: [float([5], [1, 2, 2, nan, 0]), float([5], [2, 2, 1, nan, -0])],
      build,
      expected
    },
    {
      // These two differ in int32 and not in float32.
      primitive: 'compare',
      name: `compare ${direction} of int32`,
      operands: [int32([3], [16777216, 5, -7]), int32([3], [16777217, 5, -8])],
      build,
      expected: [expected[0]!, expected[1]!, expected[2]!]
    }
  ];
}
function one(
  primitive: Primitive,
  name: string,
  operands: readonly Tensor[],
  build: (b: Builder, v: readonly ValueId[]) => ValueId,
  expected: readonly number[]
): PrimitiveCase {
  return { primitive, name: `${primitive}: ${name}`, operands, build, expected };
}

const count = (length: number): number[] => Array.from({ length }, (_, index) => index);
const table = float([2, 3], [1, 2, 3, 4, 5, 6]);

export const PRIMITIVE_CASES: readonly PrimitiveCase[] = [
  unary('neg', [1, -2.5, 0, inf], [-1, 2.5, -0, -inf]),
  unary('abs', [1, -2.5, -0, -inf, nan], [1, 2.5, 0, inf, nan]),
  unary('sign', [3, -2.5, 0, -0, -inf, nan], [1, -1, 0, 0, -1, 0]),
  unary(
    'exp',
    [0, 1, -1, 10.5, -20, 88, -87, -100, -inf, inf, nan],
    [
      1,
      2.718281828459045,
      0.36787944117144233,
      36315.502674246636,
      2.061153622438558e-9,
      1.6516362549940018e38,
      1.6458114310822737e-38,
      3.720075976020836e-44,
      0,
      inf,
      nan
    ]
  ),
  unary(
    'log',
    [1, 2, 0.5, 10, 0.0009765625, 0.9990234375, 0, inf, -1, nan],
    [0, 0.6931471805599453, -0.6931471805599453, 2.302585092994046, -6.931471805599453, -0.0009770396478266127, -inf, inf, nan, nan]
  ),
  unary(
    'log1p',
    [0, 1, 7.450580596923828e-9, -0.5, 100, -1, -2, inf],
    [0, 0.6931471805599453, 7.4505805691682525e-9, -0.6931471805599453, 4.61512051684126, -inf, nan, inf]
  ),
  unary(
    'expm1',
    [0, 1, 7.450580596923828e-9, -0.5, 5, -50, inf, -inf],
    [0, 1.718281828459045, 7.450580624679404e-9, -0.3934693402873666, 147.4131591025766, -1, inf, -1]
  ),
  unary(
    'sin',
    [0, 1, -2, 3.140625, 100, inf],
    [0, 0.8414709848078965, -0.9092974268256817, 0.0009676534387822795, -0.5063656411097588, nan]
  ),
  unary(
    'cos',
    [0, 1, -2, 1.5703125, 100, inf],
    [1, 0.5403023058681398, -0.4161468365471424, 0.0004838267760202487, 0.8623188722876839, nan]
  ),
  unary(
    'tanh',
    [0, 0.5, -1, 20, -100, 7.62939453125e-6, inf, nan],
    [0, 0.46211715726000974, -0.7615941559557649, 1, -1, 7.629394531101971e-6, 1, nan]
  ),
  unary(
    'erf',
    [0, 0.5, -1, 1.5, -2.5, 4, 7, -inf, 7.62939453125e-6, nan],
    [0, 0.5204998778130465, -0.8427007929497149, 0.9661051464753108, -0.999593047982555, 0.9999999845827421, 1, -1, 8.6088498464479e-6, nan]
  ),
  unary('sqrt', [0, 4, 2, -1, inf], [0, 2, 1.4142135623730951, nan, inf]),
  binary('add', [1, -2, inf], [2, 0.5, -inf], [3, -1.5, nan]),
  binary('sub', [1, -2, 3], [2, 0.5, 3], [-1, -2.5, 0]),
  binary('mul', [1.5, -2, 0], [2, 0.5, inf], [3, -1, nan]),
  binary('div', [1, -2, 0, 1], [2, 0, 0, -0], [0.5, -inf, nan, -inf]),
  binary(
    'pow',
    [2, -2, 0, 0, 9, 1, -1, -8, 0, nan, 2],
    [10, 3, 0, -1, 0.5, nan, inf, 0.5, 2, 0, -1],
    [1024, -8, 1, inf, 3, 1, 1, nan, 0, 1, 0.5]
  ),
  binary('max', [1, 5, nan, 1, -inf], [2, -5, 1, nan, -inf], [2, 5, nan, nan, -inf]),
  binary('min', [1, 5, nan, 1, inf], [2, -5, 1, nan, inf], [1, -5, nan, nan, inf]),
  ...compare('lt', [1, 0, 0, 0, 0]),
  ...compare('le', [1, 1, 0, 0, 1]),
  ...compare('eq', [0, 1, 0, 0, 1]),
  ...compare('ne', [1, 0, 1, 1, 0]),
  ...compare('gt', [0, 0, 1, 0, 0]),
  ...compare('ge', [0, 1, 1, 0, 1]),
  one(
    'select',
    'takes any non-zero, NaN too, as true',
    [float([5], [1, 0, -0, nan, 0.5]), float([5], [1, 2, 3, 4, 5]), float([5], [-1, -2, -3, -4, -5])],
    (b, [c, x, y]) => b.select(c!, x!, y!),
    [1, -2, -3, 4, 5]
  ),
  one(
    'select',
    'int32',
    [float([2], [1, 0]), int32([2], [16777217, 2]), int32([2], [3, 16777219])],
    (b, [c, x, y]) => b.select(c!, x!, y!),
    [16777217, 16777219]
  ),
  one(
    'convert',
    'to int32 truncates and saturates',
    [float([7], [1.9, -1.9, 0.5, 3e9, -3e9, nan, 7])],
    (b, [x]) => b.convert(x!, 'int32'),
    [1, -1, 0, 2147483647, -2147483648, 0, 7]
  ),
  one('convert', 'to float', [int32([3], [1, -5, 16777216])], (b, [x]) => b.convert(x!, 'float'), [1, -5, 16777216]),
  one('identity', 'copies where it has a place of its own', [table], (b, [x]) => b.identity(x!), [1, 2, 3, 4, 5, 6]),
  one('reshape', 'keeps the order', [table], (b, [x]) => b.reshape(x!, [3, 2]), [1, 2, 3, 4, 5, 6]),
  one('constant', 'broadcast to a shape', [], (b) => b.full(2.5, [2, 2]), [2.5, 2.5, 2.5, 2.5]),
  one('iota', 'along the first axis', [], (b) => b.iota([3, 2], 0), [0, 0, 1, 1, 2, 2]),
  one('iota', 'along the last axis', [], (b) => b.iota([2, 3], 1), [0, 1, 2, 0, 1, 2]),
  one('permute', 'transpose', [table], (b, [x]) => b.permute(x!, [1, 0]), [1, 4, 2, 5, 3, 6]),
  one('permute', 'three axes', [float([2, 3, 2], count(12))], (b, [x]) => b.permute(x!, [2, 0, 1]), [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]),
  one('broadcast', 'a row', [float([3], [1, 2, 3])], (b, [x]) => b.broadcast(x!, [2, 3]), [1, 2, 3, 1, 2, 3]),
  one('broadcast', 'a column', [float([2, 1], [1, 2])], (b, [x]) => b.broadcast(x!, [2, 3]), [1, 1, 1, 2, 2, 2]),
  one(
    'broadcast',
    'a middle axis, int32',
    [int32([2, 1, 2], [1, 2, 3, 4])],
    (b, [x]) => b.broadcast(x!, [2, 2, 2]),
    [1, 2, 1, 2, 3, 4, 3, 4]
  ),
  one('slice', 'with a step', [float([7], count(7))], (b, [x]) => b.slice(x!, [1], [6], [2]), [1, 3, 5]),
  one('slice', 'two axes', [float([3, 4], count(12))], (b, [x]) => b.slice(x!, [1, 0], [3, 4], [1, 3]), [4, 7, 8, 11]),
  one('pad', 'low, high and interior', [float([3], [1, 2, 3])], (b, [x]) => b.pad(x!, [1], [2], [1], 9), [9, 1, 9, 2, 9, 3, 9, 9]),
  one('pad', 'negative crops', [float([5], [1, 2, 3, 4, 5])], (b, [x]) => b.pad(x!, [-1], [-2], [0]), [2, 3]),
  one('pad', 'negative crops after the interior is filled', [float([3], [1, 2, 3])], (b, [x]) => b.pad(x!, [-1], [-1], [1], 7), [7, 2, 7]),
  one('pad', 'crops everything but fill', [float([2], [1, 2])], (b, [x]) => b.pad(x!, [-3], [4], [0], 5), [5, 5, 5]),
  one('pad', 'two axes', [float([1, 2], [1, 2])], (b, [x]) => b.pad(x!, [1, 0], [0, 1], [0, 0]), [0, 0, 0, 1, 2, 0]),
  one('concat', 'first axis', [float([1, 2], [1, 2]), float([2, 2], [3, 4, 5, 6])], (b, v) => b.concat(v, 0), [1, 2, 3, 4, 5, 6]),
  one(
    'concat',
    'last axis, one of them empty',
    [float([2, 1], [1, 2]), float([2, 0], []), float([2, 2], [3, 4, 5, 6])],
    (b, v) => b.concat(v, 1),
    [1, 3, 4, 2, 5, 6]
  ),
  one('reverse', 'both axes', [table], (b, [x]) => b.reverse(x!, [0, 1]), [6, 5, 4, 3, 2, 1]),
  one('reverse', 'one axis', [table], (b, [x]) => b.reverse(x!, [1]), [3, 2, 1, 6, 5, 4]),
  one('reduce_sum', 'rows', [table], (b, [x]) => b.reduce('sum', x!, [1]), [6, 15]),
  one('reduce_sum', 'columns', [table], (b, [x]) => b.reduce('sum', x!, [0]), [5, 7, 9]),
  one('reduce_sum', 'all', [table], (b, [x]) => b.reduce('sum', x!, [0, 1]), [21]),
  one('reduce_sum', 'first and last axis of three', [float([2, 3, 2], count(12))], (b, [x]) => b.reduce('sum', x!, [0, 2]), [14, 22, 30]),
  one('reduce_sum', 'of nothing is 0', [float([2, 0], [])], (b, [x]) => b.reduce('sum', x!, [1]), [0, 0]),
  one('reduce_sum', 'int32', [int32([2], [16777217, 2])], (b, [x]) => b.reduce('sum', x!, [0]), [16777219]),
  one('reduce_max', 'NaN wins', [float([2, 3], [1, nan, 3, 4, 6, 5])], (b, [x]) => b.reduce('max', x!, [1]), [nan, 6]),
  one('reduce_max', 'columns', [table], (b, [x]) => b.reduce('max', x!, [0]), [4, 5, 6]),
  one('reduce_max', 'of nothing is −∞', [float([0, 2], [])], (b, [x]) => b.reduce('max', x!, [0]), [-inf, -inf]),
  one('reduce_max', 'int32', [int32([2], [16777217, 16777216])], (b, [x]) => b.reduce('max', x!, [0]), [16777217]),
  one('reduce_min', 'NaN wins', [float([2, 3], [1, nan, 3, 6, 4, 5])], (b, [x]) => b.reduce('min', x!, [1]), [nan, 4]),
  one('reduce_min', 'of nothing is ∞', [float([0], [])], (b, [x]) => b.reduce('min', x!, [0]), [inf]),
  one('reduce_min', 'int32', [int32([2], [16777217, 16777216])], (b, [x]) => b.reduce('min', x!, [0]), [16777216]),
  one('cumsum', 'rows', [table], (b, [x]) => b.cumsum(x!, 1), [1, 3, 6, 4, 9, 15]),
  one('cumsum', 'columns', [table], (b, [x]) => b.cumsum(x!, 0), [1, 2, 3, 5, 7, 9]),
  one('cumsum', 'int32', [int32([2], [16777217, 2])], (b, [x]) => b.cumsum(x!, 0), [16777217, 16777219]),
  one('argmax', 'the first of ties', [float([2, 3], [1, 3, 3, 2, 2, 1])], (b, [x]) => b.argmax(x!, 1), [1, 0]),
  one('argmax', 'NaN wins, the first of them', [float([2, 3], [1, nan, nan, nan, 9, 1])], (b, [x]) => b.argmax(x!, 1), [1, 0]),
  one('argmax', 'columns', [table], (b, [x]) => b.argmax(x!, 0), [1, 1, 1]),
  one('argmax', 'int32', [int32([2], [16777216, 16777217])], (b, [x]) => b.argmax(x!, 0), [1]),
  one('dot', '[2,3]·[3,2]', [table, float([3, 2], [1, 2, 3, 4, 5, 6])], (b, [x, y]) => b.dot(x!, y!), [22, 28, 49, 64]),
  one(
    'dot',
    'a transposed',
    [float([3, 2], [1, 4, 2, 5, 3, 6]), float([3, 2], [1, 2, 3, 4, 5, 6])],
    (b, [x, y]) => b.dot(x!, y!, { transposeA: true }),
    [22, 28, 49, 64]
  ),
  one(
    'dot',
    'b transposed',
    [table, float([2, 3], [1, 3, 5, 2, 4, 6])],
    (b, [x, y]) => b.dot(x!, y!, { transposeB: true }),
    [22, 28, 49, 64]
  ),
  one(
    'dot',
    'both transposed',
    [float([3, 2], [1, 4, 2, 5, 3, 6]), float([2, 3], [1, 3, 5, 2, 4, 6])],
    (b, [x, y]) => b.dot(x!, y!, { transposeA: true, transposeB: true }),
    [22, 28, 49, 64]
  ),
  one('dot', 'batched', [float([2, 1, 2], [1, 2, 3, 4]), float([2, 2, 1], [5, 6, 7, 8])], (b, [x, y]) => b.dot(x!, y!), [17, 53]),
  one('dot', 'an inner size of 0 gives zeros', [float([2, 0], []), float([0, 2], [])], (b, [x, y]) => b.dot(x!, y!), [0, 0, 0, 0]),
  one(
    'gather',
    'rows',
    [float([2, 3], [10, 11, 12, 20, 21, 22]), int32([2, 2], [2, 0, 1, 1])],
    (b, [x, i]) => b.gather(x!, i!, 1),
    [12, 10, 21, 21]
  ),
  one(
    'gather',
    'columns',
    [float([2, 3], [10, 11, 12, 20, 21, 22]), int32([1, 3], [1, 0, 1])],
    (b, [x, i]) => b.gather(x!, i!, 0),
    [20, 11, 22]
  ),
  one(
    'gather',
    'an index shorter than x along another axis',
    [float([2, 3], [10, 11, 12, 20, 21, 22]), int32([3, 2], [1, 0, 0, 0, 1, 1])],
    (b, [x, i]) => b.gather(x!, i!, 0),
    [20, 11, 10, 11, 20, 21]
  ),
  one(
    'scatter_add',
    'equal places add up',
    [int32([2, 2], [2, 2, 0, 1]), float([2, 2], [1, 2, 3, 4])],
    (b, [i, u]) => b.scatterAdd(i!, u!, [2, 3], 1),
    [0, 0, 3, 3, 4, 0]
  ),
  one(
    'scatter_add',
    'rows',
    [int32([3, 2], [1, 1, 0, 0, 1, 1]), float([3, 2], [1, 2, 3, 4, 5, 6])],
    (b, [i, u]) => b.scatterAdd(i!, u!, [3, 2], 0),
    [3, 4, 6, 8, 0, 0]
  ),
  one(
    'scatter_add',
    'updates shorter than the result along another axis',
    [int32([1, 2], [1, 0]), float([1, 2], [1, 2])],
    (b, [i, u]) => b.scatterAdd(i!, u!, [2, 3], 0),
    [0, 2, 0, 1, 0, 0]
  ),
  one(
    'patches',
    'along one axis, a place after the other',
    [float([5], count(5))],
    (b, [x]) => b.patches(x!, [{ size: 2, stride: 2, dilation: 1, low: 1, count: 3 }], 0, 9),
    [9, 1, 3, 0, 2, 4]
  ),
  one(
    'patches',
    'dilated, beyond both ends',
    [float([3], [1, 2, 3])],
    (b, [x]) => b.patches(x!, [{ size: 3, stride: 1, dilation: 2, low: 2, count: 3 }], 0, -inf),
    [-inf, -inf, 1, 1, 2, 3, 3, -inf, -inf]
  ),
  one(
    'patches',
    'of two axes, before a leading one',
    [float([2, 2, 2], count(8))],
    (b, [x]) =>
      b.patches(
        x!,
        [
          { size: 2, stride: 1, dilation: 1, low: 0, count: 1 },
          { size: 1, stride: 1, dilation: 1, low: 0, count: 2 }
        ],
        0
      ),
    [0, 1, 4, 5, 2, 3, 6, 7]
  ),
  one(
    'patches',
    'int32, behind the leading axis',
    [int32([2, 2], [16777217, 1, 2, 3])],
    (b, [x]) => b.patches(x!, [{ size: 2, stride: 1, dilation: 1, low: 1, count: 2 }], 1, -1),
    [-1, 16777217, 16777217, 1, -1, 2, 2, 3]
  ),
  one(
    'patches',
    'of an axis that no window reaches',
    [float([1], [7])],
    (b, [x]) => b.patches(x!, [{ size: 2, stride: 1, dilation: 3, low: 1, count: 1 }], 0, 5),
    [5, 5]
  ),
  one(
    'patches',
    'of nothing',
    [float([0, 3], [])],
    (b, [x]) => b.patches(x!, [{ size: 2, stride: 1, dilation: 1, low: 0, count: 2 }], 1),
    []
  ),
  one(
    'fold_patches',
    'adds up where windows overlap and drops what is outside',
    [float([2, 3], [1, 2, 3, 4, 5, 6])],
    (b, [x]) => b.foldPatches(x!, [{ size: 2, stride: 1, dilation: 1, low: 1, count: 3 }], 0, [2]),
    [6, 8]
  ),
  one(
    'fold_patches',
    'of two axes, before a leading one',
    [float([2, 1, 2, 1, 2], count(8))],
    (b, [x]) =>
      b.foldPatches(
        x!,
        [
          { size: 2, stride: 1, dilation: 1, low: 0, count: 1 },
          { size: 1, stride: 1, dilation: 1, low: 0, count: 2 }
        ],
        0,
        [2, 2]
      ),
    [0, 1, 4, 5, 2, 3, 6, 7]
  ),
  // Philox4x32-10 at counter (0, 0, 0, 0) and key (0, 0) begins 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (Random123's test vector).
  one(
    'random',
    'the published first block',
    [int32([2], [0, 0])],
    (b, [seed]) => b.emit('random', [seed!], { stream: [0, 0] }, { dtype: 'float', shape: [4] }),
    [0x6627e8, 0xe169c5, 0xbc57ac, 0x9b00db].map((word) => word / 2 ** 24)
  )
];
