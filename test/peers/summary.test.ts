/** What the rounds of a comparison come to; that anything is fast is for `npm run peers` to say. */
import { describe, expect, it } from 'vitest';
import { combine, median, ratio, table } from './summary.mjs';

const ms = (middle: number, least: number) => ({ median: middle, minimum: least, unit: 'ms' });
const rate = (middle: number, best: number) => ({ median: middle, minimum: best, unit: 'GFLOP/s' });

describe('the summary of a comparison', () => {
  it('takes the middle of an odd number of values and the mean of the two in the middle of an even one', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([10, 1, 2, 3])).toBe(2.5);
  });

  it('leaves the values it was given in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('takes the median of medians and the least of all times', () => {
    expect(combine([ms(5, 4), ms(90, 3), ms(6, 5)])).toEqual(ms(6, 3));
  });

  it('takes the highest of rates for the best', () => {
    expect(combine([rate(50, 52), rate(40, 45), rate(48, 55)])).toEqual(rate(48, 55));
  });

  it('has nothing to say of no runs', () => {
    expect(combine([])).toBeUndefined();
    expect(ratio(ms(1, 1), undefined)).toBeUndefined();
  });

  it('says how many times as long one takes as another, of times as of rates', () => {
    expect(ratio(ms(6, 4), ms(3, 1))).toEqual({ median: 2, minimum: 4 });
    expect(ratio(rate(20, 20), rate(40, 80))).toEqual({ median: 2, minimum: 4 });
  });

  it('refuses to compare units that differ', () => {
    expect(() => ratio(ms(1, 1), rate(1, 1))).toThrow('ms and GFLOP/s do not compare');
  });

  it('prints a table with a dash for what did not run, and the bar both ways', () => {
    const rows = [
      { workload: 'cnn', threads: 1, figures: { wiregrad: ms(4, 4), torch: ms(2, 1), tfjs: undefined } },
      { workload: 'gemm-512', threads: 2, figures: { wiregrad: rate(100, 110), torch: rate(150, 165) } }
    ];
    expect(table(rows, 'wiregrad', ['torch', 'tfjs'], 'torch').split('\n')).toEqual([
      'workload  threads     unit     wiregrad        torch  tfjs  torch/wiregrad  tfjs/wiregrad  wiregrad/torch',
      'cnn             1       ms  4.00 (4.00)  2.00 (1.00)     –   0.500 (0.250)              –     2.00 (4.00)',
      'gemm-512        2  GFLOP/s    100 (110)    150 (165)     –   0.667 (0.667)              –     1.50 (1.50)'
    ]);
  });
});
