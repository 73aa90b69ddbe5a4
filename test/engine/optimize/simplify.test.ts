import { describe, expect, it } from 'vitest';
import { Builder } from '../../../engine/ir/builder';
import { simplify } from '../../../engine/optimize/simplify';
import { compile } from '../gates/compiled';

describe('simplify', () => {
  it('computes equal values once', () => {
    const b = new Builder();
    const x = b.input('x', { dtype: 'float', shape: [3] });
    const { values } = simplify(b, [b.exp(x), b.exp(x)]);
    expect(values.get(1)).toBe(values.get(2));
  });
  it('keeps apart what differs in an infinity or NaN alone', () => {
    const b = new Builder();
    const x = b.input('x', { dtype: 'float', shape: [1] });
    const padded = [Infinity, -Infinity, NaN].map((value) => b.pad(x, [1], [0], [0], value));
    expect(compile(b, padded)({ x: [5] }).map((value) => [...value!])).toEqual([
      [Infinity, 5],
      [-Infinity, 5],
      [NaN, 5]
    ]);
  });
  it('drops identities, neutral operands and what no output needs', () => {
    const b = new Builder();
    const x = b.input('x', { dtype: 'float', shape: [3] });
    b.log(x);
    const y = b.add(b.mul(b.identity(x), b.constant(1)), b.constant(0));
    const { graph, values } = simplify(b, [y]);
    expect(values.get(y)).toBe(values.get(x));
    expect(graph.operations.some(({ primitive }) => primitive === 'log')).toBe(false);
  });
});
