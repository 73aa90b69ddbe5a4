import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../engine/base/errors';
import { Builder } from '../../../engine/ir/builder';
import type { AnyOperation } from '../../../engine/ir/graph';
import { printGraph } from '../../../engine/ir/print';
import { verify } from '../../../engine/ir/verify';
import { compile } from '../gates/compiled';

const matrix = (rows: number, columns: number) => ({ dtype: 'float', shape: [rows, columns] }) as const;

describe('the builder', () => {
  it('broadcasts the operands of arithmetic by an operation of its own', () => {
    const b = new Builder();
    const sum = b.add(b.input('a', matrix(2, 3)), b.input('b', { dtype: 'float', shape: [3] }));
    expect(printGraph(b)).toBe(
      [
        '%0 = input{name="a"} : float[2,3]',
        '%1 = input{name="b"} : float[3]',
        '%2 = broadcast %1 : float[2,3]',
        '%3 = add %0 %2 : float[2,3]'
      ].join('\n')
    );
    expect(b.shape(sum)).toEqual([2, 3]);
    verify(b);
  });
  it('keeps one value for equal constants', () => {
    const b = new Builder();
    expect(b.constant(2)).toBe(b.constant(2));
    expect(b.constant(2)).not.toBe(b.constant(3));
  });
  it('emits nothing for what changes nothing', () => {
    const b = new Builder();
    const x = b.input('x', matrix(2, 3));
    const same = [
      b.reshape(x, [2, 3]),
      b.permute(x, [0, 1]),
      b.broadcast(x, [2, 3]),
      b.slice(x, [0, 0], [2, 3], [1, 1]),
      b.pad(x, [0, 0], [0, 0], [0, 0]),
      b.reduce('sum', x, [])
    ];
    expect(same).toEqual(same.map(() => x));
  });
  it('crops where padding is negative, and spreads entries apart', () => {
    const b = new Builder();
    const x = b.input('x', { dtype: 'float', shape: [3] });
    const [cropped, spread] = compile(b, [b.pad(x, [-1], [1], [0], 9), b.pad(x, [0], [0], [1], 9)])({ x: [1, 2, 3] });
    expect([...cropped!]).toEqual([2, 3, 9]);
    expect([...spread!]).toEqual([1, 9, 2, 9, 3]);
  });
  it('refuses operands that do not fit', () => {
    const b = new Builder();
    const [a, c] = [b.input('a', matrix(2, 3)), b.input('c', matrix(2, 4))];
    expect(() => b.add(a, c)).toThrow(InvariantError);
    expect(() => b.dot(a, c)).toThrow('dot of [2,3] and [2,4]');
    expect(() => b.reshape(a, [4])).toThrow('reshape of [2,3] to [4]');
    expect(() => b.exp(b.iota([3], 0))).toThrow('exp of int32');
  });
});

describe('the verifier', () => {
  const input = { primitive: 'input', inputs: [], attributes: { name: 'x' }, type: matrix(2, 3) } as AnyOperation;

  it('finds an operand that comes after its user', () => {
    expect(() => verify({ operations: [{ primitive: 'neg', inputs: [1], attributes: {}, type: matrix(2, 3) }, input] })).toThrow(
      '%0 neg uses %1'
    );
  });
  it('finds a result of the wrong shape', () => {
    expect(() => verify({ operations: [input, { primitive: 'neg', inputs: [0], attributes: {}, type: matrix(3, 2) }] })).toThrow(
      '[3,2] should be [2,3]'
    );
    expect(() =>
      verify({ operations: [input, { primitive: 'reduce_sum', inputs: [0], attributes: { axes: [1] }, type: matrix(2, 1) }] })
    ).toThrow(InvariantError);
    expect(() =>
      verify({
        operations: [
          input,
          { primitive: 'slice', inputs: [0], attributes: { start: [0, 0], limit: [3, 3], step: [1, 1] }, type: matrix(3, 3) }
        ]
      })
    ).toThrow('reaches outside');
  });
});
