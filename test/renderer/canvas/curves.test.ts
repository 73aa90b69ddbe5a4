import { describe, expect, it } from 'vitest';
import { curveBetween, distanceTo } from '../../../renderer/canvas/curves';

describe('the course of a wire', () => {
  it('ends level at its input, leaving room for a label', () => {
    const curve = curveBetween([0, 0], [200, 80]);
    expect(curve.x2 - curve.level).toBeGreaterThan(60);
    for (const x of [curve.level, 150, 200]) expect(distanceTo(curve, [x, 80], 10)).toBeCloseTo(0, 9);
  });

  it('begins at its output and turns late where it is long', () => {
    const curve = curveBetween([0, 0], [1000, 80]);
    expect(distanceTo(curve, [500, 0], 10)).toBeCloseTo(0, 9);
  });

  it('passes half way up in the middle of its turn', () => {
    const curve = curveBetween([0, 0], [200, 80]);
    // Twenty chords for the curve: off by less than half a pixel.
    expect(distanceTo(curve, [(curve.leave + curve.level) / 2, 40], 10)).toBeLessThan(0.5);
  });

  it('is far where the pointer is farther than asked', () => {
    const curve = curveBetween([0, 0], [200, 80]);
    expect(distanceTo(curve, [100, 200], 10)).toBe(Infinity);
    expect(distanceTo(curve, [-30, 0], 10)).toBe(Infinity);
  });

  it('bends around where the input lies to the left of the output', () => {
    const curve = curveBetween([200, 0], [0, 80]);
    expect(curve.c1).toBeGreaterThan(200);
    expect(curve.c2).toBeLessThan(0);
    expect(distanceTo(curve, [200, 0], 5)).toBeCloseTo(0, 9);
    expect(distanceTo(curve, [0, 80], 5)).toBeCloseTo(0, 9);
  });
});
