import { describe, expect, it } from 'vitest';
import { fill } from '../../../engine/generated/fill';
import { boxOf, edgesOf } from '../../../engine/generated/outline';

/** What each pixel gets, 0 to 1. */
function coverageOf(path: string, width: number, height: number): Float64Array {
  const coverage = new Float64Array(width * height);
  fill(edgesOf(path, 0.001), width, height, coverage);
  return coverage;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
/** By the shoelace formula. */
function areaOf(edges: Float64Array): number {
  let twice = 0;
  for (let at = 0; at < edges.length; at += 4) twice += edges[at]! * edges[at + 3]! - edges[at + 2]! * edges[at + 1]!;
  return twice / 2;
}

describe('filling', () => {
  it('gives each pixel the share of it that lies inside', () => {
    expect([...coverageOf('M1 1L3 1L3 2L1 2Z', 4, 3)]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
    const part = coverageOf('M0.25 0.5L1.5 0.5L1.5 1L0.25 1Z', 2, 1);
    expect([...part].map((share) => share.toFixed(6))).toEqual(['0.375000', '0.250000']);
  });

  it.each([
    ['a triangle', 'M3.1 2.3L24.7 8.9L11.2 25.6Z'],
    ['a kite on its point', 'M14 1.5L20.3 12L14 26.9L8.2 12Z'],
    ['a sliver', 'M2 2L26 25L26.5 25.5Z'],
    ['a star with a bay', 'M14 2L17 11L26 11L19 16L22 25L14 19L6 25L9 16L2 11L11 11Z']
  ])('%s has its area, however it lies on the pixels', (_, path) => {
    const area = Math.abs(areaOf(edgesOf(path, 1)));
    // An eighth of a pixel between lines: what is lost at corners is far below a hundredth of a pixel each.
    expect(Math.abs(sum(coverageOf(path, 28, 28)) - area)).toBeLessThan(0.03);
  });

  it('a disc of cubic curves has its area, within the error of the curves', () => {
    const k = 10 * 0.5522847;
    const disc = `M24 14C24 ${14 + k} ${14 + k} 24 14 24C${14 - k} 24 4 ${14 + k} 4 14C4 ${14 - k} ${14 - k} 4 14 4C${14 + k} 4 24 ${14 - k} 24 14Z`;
    // Four such curves are a circle but for 0.03% of its radius.
    expect(Math.abs(sum(coverageOf(disc, 28, 28)) - 100 * Math.PI)).toBeLessThan(0.2);
  });

  it('counts what lies in two contours once, and leaves holes that run the other way around', () => {
    expect(sum(coverageOf('M0 0L6 0L6 6L0 6ZM3 3L9 3L9 9L3 9Z', 10, 10))).toBeCloseTo(36 + 36 - 9, 9);
    expect(sum(coverageOf('M0 0L6 0L6 6L0 6ZM2 2L2 4L4 4L4 2Z', 10, 10))).toBeCloseTo(36 - 4, 9);
    expect(sum(coverageOf('M0 0L6 0L6 6L0 6ZM2 2L4 2L4 4L2 4Z', 10, 10))).toBeCloseTo(36, 9);
    expect(sum(coverageOf('M0 0L6 0L6 6L0 6ZM6 0L0 0L0 6L6 6Z', 10, 10))).toBeCloseTo(0, 9);
  });

  it('cuts off what lies outside of the picture, and never goes beyond 0 and 1', () => {
    expect([...coverageOf('M-50 -50L50 -50L50 50L-50 50Z', 3, 2)]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(sum(coverageOf('M-9 -9L-1 -9L-1 -1L-9 -1ZM30 0L40 0L40 5L30 5Z', 4, 4))).toBe(0);
    expect(sum(coverageOf('M-2 1L2 1L2 2L-2 2Z', 4, 4))).toBeCloseTo(2, 9);
    expect(sum(coverageOf('M1 1L3 1L1 1Z', 4, 4))).toBe(0);
    for (const share of coverageOf('M3 2L24 9L11 25L2 27L26 1L13 3L9 22Z', 28, 28)) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1 + 1e-12);
    }
  });
});

describe('outlines', () => {
  it('are closed, with or without a Z, and have no edges of length 0', () => {
    const closed = [0, 0, 4, 0, 4, 0, 4, 3, 4, 3, 0, 0];
    expect([...edgesOf('M0 0L4 0L4 3Z', 1)]).toEqual(closed);
    expect([...edgesOf('M0 0L4 0L4 3', 1)]).toEqual(closed);
    expect([...edgesOf('M0 0L4 0L4 0L4 3L0 0Z', 1)]).toEqual(closed);
    expect(boxOf(edgesOf('M-1 5L4 -2L3 9ZM8 0L9 1L8 1Z', 1))).toEqual([-1, -2, 9, 9]);
  });

  it.each([0.5, 0.05, 0.005])('follow a curve to within %d', (tolerance) => {
    const [quadratic, cubic] = ['M0 0Q50 100 100 0', 'M0 0C0 100 100 100 100 0'].map((path) => edgesOf(path, tolerance));
    const q = (t: number): number[] => [100 * t, 200 * t * (1 - t)];
    const c = (t: number): number[] => [100 * t * t * (3 - 2 * t), 300 * t * (1 - t)];
    for (const [edges, curve] of [
      [quadratic!, q],
      [cubic!, c]
    ] as const) {
      let furthest = 0;
      for (let t = 0; t <= 1; t += 0.001) furthest = Math.max(furthest, distance(edges, curve(t) as [number, number]));
      expect(furthest).toBeLessThanOrEqual(tolerance);
      // And no finer than that asks for: at most four times as many edges as an error that large would need.
      expect(edges.length / 4).toBeLessThan(4 * Math.sqrt(100 / tolerance));
    }
  });

  it('that a font cannot have are a bug of ours', () => {
    expect(() => edgesOf('M0 0L1', 1)).toThrow(/L of a path takes 2 numbers, found 1/);
  });
});

/** Of a point to the nearest edge but the closing one. */
function distance(edges: Float64Array, [x, y]: readonly [number, number]): number {
  let nearest = Infinity;
  for (let at = 0; at + 4 < edges.length; at += 4) {
    const [x0, y0, x1, y1] = edges.subarray(at, at + 4) as unknown as [number, number, number, number];
    const along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2);
    const share = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x0 + share * (x1 - x0) - x, y0 + share * (y1 - y0) - y));
  }
  return nearest;
}
