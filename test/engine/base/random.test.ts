import { describe, expect, it } from 'vitest';
import { keyOf, normalAt, permutation, philox, randomBits, uniformAt } from '../../../engine/base/random';

describe('random numbers', () => {
  it('are those of Random123 (its known-answer file kat_vectors, philox 4x32 10)', () => {
    const block = (...input: number[]): string[] => {
      const out = new Uint32Array(4);
      philox(...(input as [number, number, number, number, number, number]), out);
      return [...out].map((word) => word.toString(16).padStart(8, '0'));
    };
    expect(block(0, 0, 0, 0, 0, 0)).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    const ones = 0xffffffff;
    expect(block(ones, ones, ones, ones, ones, ones)).toEqual(['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd']);
    expect(block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1'
    ]);
  });

  it('depend on seed, name and index and on nothing else', () => {
    const first = uniformAt(keyOf(1, 'w'), 7);
    normalAt(keyOf(2, 'v'), 3);
    expect(uniformAt(keyOf(1, 'w'), 7)).toBe(first);
    const draws = [
      first,
      uniformAt(keyOf(2, 'w'), 7),
      uniformAt(keyOf(1, 'v'), 7),
      uniformAt(keyOf(1, 'w'), 8),
      uniformAt(keyOf(1 + 2 ** 32, 'w'), 7)
    ];
    expect(new Set(draws).size).toBe(draws.length);
    expect(randomBits(1, 2, 3)).toBe(randomBits(1, 2, 3));
    expect(randomBits(1, 2, 3)).not.toBe(randomBits(1, 3, 3));
  });

  it('have the moments of their distributions', () => {
    const count = 20_000;
    const key = keyOf(0, 'moments');
    const moments = (draw: (index: number) => number): [number, number] => {
      let sum = 0;
      let squares = 0;
      for (let index = 0; index < count; index++) {
        const value = draw(index);
        sum += value;
        squares += value * value;
      }
      return [sum / count, squares / count - (sum / count) ** 2];
    };
    // Four standard errors: √(1/12/n) and √(1/180/n) for the uniform, √(1/n) and √(2/n) for the normal.
    const [mean, variance] = moments((index) => uniformAt(key, index));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / count));
    const [normalMean, normalVariance] = moments((index) => normalAt(key, index));
    expect(Math.abs(normalMean)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(normalVariance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  });

  it('shuffle every entry to one place', () => {
    const order = permutation(keyOf(3, 'epoch'), 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect([...order.slice(0, 5)]).not.toEqual([0, 1, 2, 3, 4]);
    expect([...permutation(keyOf(3, 'epoch'), 0)]).toEqual([]);
  });
});
