import { describe, expect, it } from 'vitest';
import { centred } from '../../../../renderer/panels/training/centring';
import { confusionCells } from '../../../../renderer/panels/training/confusion';
import { hillsOf } from '../../../../renderer/panels/training/histograms';
import { borders, foundClasses, sharesOf } from '../../../../renderer/panels/training/planePicture';
import { niceTicks } from '../../../../renderer/panels/training/ticks';
import { tilesOf } from '../../../../renderer/panels/training/tiles';
import { CELLS } from '../../../../renderer/stores/plane';
import { diverging } from '../../../../renderer/theme/palettes';

describe('a drawing', () => {
  /** A block of full ink on a sheet of 100 × 100. */
  function block(left: number, top: number, width: number, height: number): Float32Array {
    const data = new Float32Array(100 * 100);
    for (let y = top; y < top + height; y++) data.fill(1, y * 100 + left, y * 100 + left + width);
    return data;
  }
  const inked = (data: Float32Array): [left: number, right: number, top: number, bottom: number] => {
    const places = [...data.entries()].filter(([, ink]) => ink > 0.5).map(([at]) => [at % 28, Math.floor(at / 28)] as const);
    const [x, y] = [places.map(([at]) => at), places.map(([, at]) => at)];
    return [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  };

  it('fills a box of 20 pixels with its longer side and keeps its proportions, wherever and however large it was drawn', () => {
    for (const drawn of [block(2, 5, 20, 40), block(60, 30, 30, 60), block(5, 5, 5, 10)])
      expect(inked(centred({ width: 100, height: 100, data: drawn }, 28, 28).data)).toEqual([9, 18, 4, 23]);
  });

  it('has its centre of mass in the middle, not that of its box', () => {
    const data = block(10, 10, 20, 20);
    // A thin tail to the right weighs little.
    for (let x = 30; x < 70; x++) data[20 * 100 + x] = 1;
    const { data: result } = centred({ width: 100, height: 100, data }, 28, 28);
    let [sum, sumX] = [0, 0];
    for (const [at, ink] of result.entries()) [sum, sumX] = [sum + ink, sumX + ink * ((at % 28) + 0.5)];
    expect(sumX / sum).toBeCloseTo(14, 0);
  });

  it('of nothing is empty', () => {
    expect(centred({ width: 4, height: 4, data: new Float32Array(16) }, 28, 28).data.every((ink) => ink === 0)).toBe(true);
  });
});

describe('hills of histograms', () => {
  it('have common bins, are at most so many, and end with the latest', () => {
    const at = (from: number): { from: number; to: number; counts: number[] } => ({ from, to: from + 1, counts: [4, 4] });
    const hills = hillsOf(
      Array.from({ length: 50 }, (_, step) => at(step / 49)),
      20,
      12
    )!;
    expect([hills.to, hills.rows.length <= 12, hills.rows[0]!.length]).toEqual([2, true, 20]);
    expect(hills.rows.at(-1)![0]).toBe(0);
    expect(Math.max(...hills.rows.flat())).toBe(1);
  });

  it('of a single value stand in one place', () => {
    const hills = hillsOf([{ from: 3, to: 3, counts: [7] }], 11, 12)!;
    expect(hills.rows[0]!.filter((height) => height > 0)).toEqual([1]);
    expect([hillsOf([], 10, 12), hillsOf([{ from: NaN, to: NaN, counts: [] }], 10, 12)]).toEqual([null, null]);
  });

  it('keep what there is: each of a histogram’s entries is in one of the bins', () => {
    const hills = hillsOf(
      [
        { from: -1, to: 2, counts: [1, 5, 2, 9] },
        { from: 0, to: 0.1, counts: [3] }
      ],
      7,
      12
    )!;
    const sums = hills.rows.map((row) => row.reduce((sum, height) => sum + height, 0));
    expect(sums[0]).toBeCloseTo(sums[1]!);
  });
});

describe('the plane', () => {
  /** Two classes, told apart at x = 30 cells. */
  const halves = {
    values: [],
    classes: 2,
    probabilities: Array.from({ length: CELLS * CELLS }, (_, cell) => (cell % CELLS < 30 ? [0.9, 0.1] : [0.1, 0.9])).flat()
  };

  it('has a border where the likeliest class changes, between the middles of two cells', () => {
    const edges = borders(halves);
    expect(edges).toHaveLength(CELLS - 1);
    for (const [x, , toX] of edges) expect([x, toX]).toEqual([30, 30]);
    expect(sharesOf(foundClasses(halves), 2)).toEqual([0.5, 0.5]);
  });

  it('has none where one class is everywhere, or there are none', () => {
    expect(borders({ ...halves, probabilities: Array.from({ length: CELLS * CELLS }, () => [1, 0]).flat() })).toEqual([]);
    expect(borders({ values: [1], classes: 0 })).toEqual([]);
  });
});

it('tiles are kernels and channels of a convolution, and units over the pixels of an input', () => {
  const convolution = tilesOf([6, 3, 5, 5], [])!;
  expect([convolution.count, convolution.at(1, 0, 2)]).toEqual([18, 27]);
  const dense = tilesOf([784, 10], [{ channels: 1, height: 28, width: 28 }])!;
  expect([dense.count, dense.at(3, 1, 0)]).toEqual([10, 283]);
  expect([tilesOf([784, 10], []), tilesOf([4, 4, 1, 1], []), tilesOf([10], [])]).toEqual([null, null, null]);
});

it('a confusion matrix is shared out by row', () => {
  expect(
    confusionCells([
      [3, 1],
      [0, 0]
    ])
  ).toEqual([
    [
      { count: 3, share: 0.75, isRight: true },
      { count: 1, share: 0.25, isRight: false }
    ],
    [
      { count: 0, share: 0, isRight: false },
      { count: 0, share: 0, isRight: true }
    ]
  ]);
});

it('ticks are round numbers within the range', () => {
  expect(niceTicks(-1.2, 1.2, 5)).toEqual([-1, -0.5, 0, 0.5, 1]);
  expect(niceTicks(0, 1e-3, 5)).toEqual([0, 0.0002, 0.0004, 0.0006, 0.0008, 0.001]);
  expect(niceTicks(3, 3, 5)).toEqual([3]);
});

it('the diverging palette is nearly white in the middle and full at both ends', () => {
  expect(diverging(0)).toEqual([247, 247, 247]);
  expect(diverging(-5)).toEqual(diverging(-1));
  expect(diverging(NaN)).toEqual(diverging(0));
});
