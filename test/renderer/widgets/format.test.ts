import { describe, expect, it } from 'vitest';
import type { TensorSummary } from '@wiregrad/engine';
import { formatDuration, formatExact, formatFull, formatLabel, formatNumber } from '../../../renderer/widgets/format';
import { tensor } from '../summaries';

describe('numbers on labels', () => {
  it('have two decimals and a real minus sign', () => {
    expect(formatNumber(-12, 2)).toBe('−12.00');
    expect(formatNumber(0.196611, 2)).toBe('0.20');
  });
  it('have no sign where they round to zero', () => {
    expect(formatNumber(-0.001, 2)).toBe('0.00');
    expect(formatNumber(-0, 2)).toBe('0.00');
  });
  it('name what is not finite', () => {
    expect([NaN, Infinity, -Infinity].map((value) => formatNumber(value, 2))).toEqual(['NaN', '∞', '−∞']);
  });
  it('use powers of ten from a million up', () => {
    expect(formatNumber(-2.5e9, 2)).toBe('−2.50e+9');
  });
  it('are exact on demand', () => {
    expect(formatExact(-0.19661193324148185)).toBe('−0.19661193324148185');
    expect(formatExact(-1e-9)).toBe('−1e−9');
  });
  it('have no more digits than a float32 knows', () => {
    expect(formatExact(Math.fround(0.7310586))).toBe('0.7310586');
    expect(formatExact(Math.fround(0.1))).toBe('0.1');
    expect(formatExact(16777217)).toBe('16777217');
  });
});

describe('labels of tensors', () => {
  it('write a scalar as its figure', () => {
    expect(formatLabel(tensor([], [-4]), 2)).toBe('−4.00');
  });
  it('write a short vector out', () => {
    expect(formatLabel(tensor([4], [1, -2, 3, -1]), 1)).toBe('[1.0, −2.0, 3.0, −1.0]');
  });
  it('give shape and range of a matrix', () => {
    expect(formatLabel(tensor([2, 3], [1, 2, 3, 4, 5, -6]), 2)).toBe('[2,3] −6.00…5.00');
  });
  it('write whole numbers without decimals', () => {
    expect(formatLabel(tensor([3], [0, 2, 1], 'int32'), 2)).toBe('[0, 2, 1]');
  });
  it('count the entries that are not finite', () => {
    expect(formatLabel(tensor([2, 3], [1, NaN, 3, Infinity, 5, 2]), 0)).toBe('[2,3] 1…5 ⚠ 2 not finite');
    const none: TensorSummary = tensor([2, 3], [NaN, NaN, NaN, NaN, NaN, NaN]);
    expect(formatLabel(none, 0)).toBe('[2,3] ⚠ 6 not finite');
  });
  it('say that there are no entries', () => {
    expect(formatLabel(tensor([0, 3], []), 2)).toBe('[0,3] empty');
  });
  it('tell the full figures in a tooltip', () => {
    expect(formatFull(tensor([], [0.7310585786300049]))).toBe('0.7310585786300049');
    expect(formatFull(tensor([2], [3, -4]))).toBe('shape [2], min −4, max 3, mean −0.5, norm 5');
  });
});

describe('durations', () => {
  it('grow from seconds to hours', () => {
    expect([0.84, 42, 80, 7_500].map(formatDuration)).toEqual(['0.8 s', '42 s', '1 min 20 s', '2 h 5 min']);
  });
  it('are unknown where they are not finite', () => {
    expect(formatDuration(Infinity)).toBe('–');
  });
});
