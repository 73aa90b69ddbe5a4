import { afterEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../../../engine/training/pace';

afterEach(() => vi.restoreAllMocks());

describe('a pace', () => {
  it('lets pass the least time, and as much as keeps what is done to its share', () => {
    let now = 1_000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const pace = new Pace(0.02);
    const waited = (): number => {
      const from = now;
      while (!pace.isDue(100)) now++;
      return now - from;
    };
    expect(waited()).toBe(100);
    for (const [took, wait] of [
      [1, 100],
      [50, 2_500],
      [0, 100]
    ] as const) {
      const begun = now;
      now += took;
      pace.count(begun);
      expect(waited()).toBe(wait);
    }
  });
});
