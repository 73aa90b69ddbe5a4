import { describe, expect, it } from 'vitest';
import { epochOrder } from '../../../engine/training/batches';
import { countCorrect } from '../../../engine/training/metrics';

describe('the order of an epoch', () => {
  it('has every row once, by seed and epoch alone', () => {
    const rows = Int32Array.from({ length: 100 }, (_, index) => 3 * index);
    const order = epochOrder(rows, 1, 5);
    expect(order.slice().sort()).toEqual(rows);
    expect(epochOrder(rows, 1, 5)).toEqual(order);
    expect(epochOrder(rows, 1, 6)).not.toEqual(order);
    expect(epochOrder(rows, 2, 5)).not.toEqual(order);
    expect(epochOrder(new Int32Array(), 0, 1)).toHaveLength(0);
  });
});

describe('accuracy', () => {
  it('counts the rows whose largest score is the target’s', () => {
    expect(countCorrect(Float32Array.of(1, 2, 3, 3, 2, 1, 0, 5, 0), 3, Int32Array.of(2, 0, 2))).toBe(2);
    expect(countCorrect(Float32Array.of(4, 4), 2, Int32Array.of(0))).toBe(1);
    expect(countCorrect(new Float32Array(), 3, new Int32Array())).toBe(0);
  });

  it('takes a single score for the logit of class 1', () => {
    expect(countCorrect(Float64Array.of(0.2, -3, 0.1), 1, Float64Array.of(1, 0, 0))).toBe(2);
    expect(countCorrect(Float64Array.of(0.2, -3, 0.1), 3, Float64Array.of(1, 0, 0))).toBe(2);
  });

  it('counts no row with a NaN', () => {
    expect(countCorrect(Float32Array.of(NaN, 1, 1, NaN), 2, Int32Array.of(0, 0))).toBe(0);
    expect(countCorrect(Float32Array.of(NaN), 1, Int32Array.of(0))).toBe(0);
  });
});
