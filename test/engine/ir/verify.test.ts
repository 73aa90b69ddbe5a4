import { describe, expect, it } from 'vitest';
import { appendVjp } from '../../../engine/autodiff/vjp';
import { InvariantError } from '../../../engine/base/errors';
import type { Shape } from '../../../engine/base/shapes';
import { Builder, buildRegion } from '../../../engine/ir/builder';
import { lastOf, type AnyOperation } from '../../../engine/ir/graph';
import { printGraph } from '../../../engine/ir/print';
import { verify } from '../../../engine/ir/verify';

const float = (...shape: number[]) => ({ dtype: 'float', shape }) as const;
const int32 = (...shape: number[]) => ({ dtype: 'int32', shape }) as const;
type Type = ReturnType<typeof float> | ReturnType<typeof int32>;

/** Inputs of these types and one operation on all of them. */
function wrong(primitive: string, operands: readonly Type[], attributes: object, type: Type): () => void {
  const inputs = operands.map((operand, at) => ({ primitive: 'input', inputs: [], attributes: { name: `x${at}` }, type: operand }));
  const operation = { primitive, inputs: operands.map((_, at) => at), attributes, type };
  return () => verify({ operations: [...inputs, operation] as unknown as AnyOperation[] });
}

describe('the verifier finds', () => {
  const cases: readonly [string, ReturnType<typeof wrong>, string][] = [
    ['a primitive that there is not', wrong('blend', [float()], {}, float()), 'unknown primitive blend'],
    ['a shape with a fraction', wrong('neg', [float(2)], {}, float(1.5)), 'has shape [1.5]'],
    ['an operand too many', wrong('neg', [float(2), float(2)], {}, float(2)), 'has 2 operands, should have 1'],
    ['an operand too few', wrong('add', [float(2)], {}, float(2)), 'has 1 operands, should have 2'],
    ['operands that were not broadcast', wrong('add', [float(2), float(1)], {}, float(2)), '[2] should be [1]'],
    ['arithmetic on whole numbers', wrong('mul', [int32(2), int32(2)], {}, int32(2)), 'should be float'],
    ['a constant with axes', wrong('constant', [], { value: 1 }, float(2)), '[2] should be []'],
    ['a conversion to something else', wrong('convert', [float(2)], { dtype: 'int32' }, float(2)), 'dtype differs'],
    ['a comparison of two dtypes', wrong('compare', [float(2), int32(2)], { direction: 'lt' }, float(2)), 'two dtypes'],
    ['branches of two dtypes', wrong('select', [float(2), float(2), int32(2)], {}, float(2)), 'two dtypes'],
    ['a condition of another shape', wrong('select', [float(), float(2), float(2)], {}, float(2)), '[2] should be []'],
    ['a reshape that loses entries', wrong('reshape', [float(2, 3)], {}, float(5)), 'number of entries'],
    ['a permutation to another shape', wrong('permute', [float(2, 3)], { dims: [1, 0] }, float(2, 3)), '[2,3] should be [3,2]'],
    ['a broadcast that shrinks', wrong('broadcast', [float(2, 3)], {}, float(3)), 'does not broadcast'],
    ['padding to another size', wrong('pad', [float(2)], { low: [1], high: [1], interior: [1], value: 0 }, float(4)), '[4] should be [5]'],
    ['parts that do not add up', wrong('concat', [float(2), float(3)], { axis: 0 }, float(6)), '[6] should be [5]'],
    ['a running sum of another shape', wrong('cumsum', [float(2)], { axis: 0 }, float()), '[] should be [2]'],
    ['a reduction that keeps its axis', wrong('reduce_max', [float(2, 3)], { axes: [0] }, float(1, 3)), '[1,3] should be [3]'],
    ['an argmax in floats', wrong('argmax', [float(3)], { axis: 0 }, float()), 'should be int32'],
    [
      'inner sizes that differ',
      wrong('dot', [float(2, 3), float(2, 3)], { transposeA: false, transposeB: false }, float(2, 3)),
      'inner sizes differ'
    ],
    [
      'a product of another shape',
      wrong('dot', [float(2, 3), float(2, 3)], { transposeA: true, transposeB: false }, float(2, 2)),
      '[2,2] should be [3,3]'
    ],
    ['an index in floats', wrong('gather', [float(3), float(2)], { axis: 0 }, float(2)), 'index should be int32'],
    ['updates that are not of the index’s shape', wrong('scatter_add', [int32(2), float(3)], { axis: 0 }, float(4)), '[2] should be [3]'],
    ['a seed that is no pair', wrong('random', [int32(3)], { stream: [0, 0] }, float(4)), '[3] should be [2]']
  ];
  it.each(cases)('%s', (_, check, message) => {
    expect(check).toThrow(InvariantError);
    expect(check).toThrow(message);
  });
  it('a region whose body gives another shape', () => {
    const region = buildRegion('same', [float(2)], (_, [x]) => x!, { vjp: () => [], jvp: () => undefined });
    expect(wrong('custom', [float(2)], { region }, float(3))).toThrow('[3] should be [2]');
  });
});

it('a graph is printed with attributes, shapes and where its values come from', () => {
  const b = new Builder();
  const x = b.input('x', float(2, 3));
  b.within({ node: 'y', port: 'a', role: 'gradient' }, () => b.dot(x, x, { transposeB: true }));
  b.within({ node: 'y', role: 'internal' }, () =>
    b.custom(
      buildRegion('same', [float(2, 3)], (_, [y]) => y!, { vjp: () => [], jvp: () => undefined }),
      [x]
    )
  );
  expect(printGraph(b).split('\n')).toEqual([
    '%0 = input{name="x"} : float[2,3]',
    '%1 = dot{transposeB} %0 %0 : float[2,2]  # y.a gradient',
    '%2 = custom{region=same} %0 : float[2,3]  # y internal'
  ]);
  expect(printGraph({ operations: [] })).toBe('');
});

it('a backward pass may begin at any number of values', () => {
  const b = new Builder();
  // More than fit into one call's arguments.
  const seeds = new Map(Array.from({ length: 200_000 }, (_, at) => [b.input(`x${at}`, float() as { dtype: 'float'; shape: Shape }), 0]));
  expect(lastOf(seeds.keys())).toBe(199_999);
  expect(lastOf([])).toBe(-1);
  expect(appendVjp(b, seeds).size).toBe(200_000);
});
