import { expect, it } from 'vitest';
import { plotOf, type PlotRequest } from '../../../../renderer/panels/training/plots';
import { smooth } from '../../../../renderer/panels/training/smooth';
import type { RunRecord } from '../../../../renderer/stores/runRecord';

it('smoothing is an average without the bias of its beginning', () => {
  expect(smooth([5, 5, 5], 0.9).map((number) => Number(number!.toFixed(12)))).toEqual([5, 5, 5]);
  // (0.5·1 + 2) / (0.5 + 1), and so on.
  expect(smooth([1, 2, null, 4], 0.5)).toEqual([1, 2.5 / 1.5, null, expect.closeTo((0.25 + 1 + 4) / 1.75)]);
  const column = [1, 2];
  expect(smooth(column, 0)).toBe(column);
});

const request: PlotRequest = {
  measure: 'loss',
  own: { epochs: [1, 2, 3], of: { 'train.loss': [3, 2, 1], 'validation.loss': [4, 3, 0] } },
  others: [],
  smoothing: 0,
  logarithmic: false
};
const run = (name: string, epochs: number[], of: Record<string, (number | null)[]>): RunRecord =>
  ({ name, columns: { epochs, of } }) as unknown as RunRecord;

it('runs of other lengths are drawn over the one in hand, each at its own epochs', () => {
  const { lines, data } = plotOf({
    ...request,
    others: [run('run 1', [2, 4], { 'train.loss': [9, 8], 'validation.loss': [7, 6] }), run('run 2', [1], { 'train.loss': [5] })]
  });
  expect(lines.map(({ label }) => label)).toEqual(['train', 'validation', 'run 1', 'run 2']);
  expect([...data[0]]).toEqual([1, 2, 3, 4]);
  expect([...data[3]!].map((number) => number ?? null)).toEqual([null, 7, null, 6]);
  expect(new Set(lines.map(({ color, dash }) => `${color} ${dash?.join()}`)).size).toBe(4);
  expect(new Set(lines.map(({ dash }) => dash?.join())).size).toBeGreaterThan(2);
});

it('a smoothed line has the raw one faintly behind it', () => {
  const { lines, data } = plotOf({ ...request, smoothing: 0.5 });
  expect(lines.map(({ label, faint = false }) => [label, faint])).toEqual([
    ['train', true],
    ['train', false],
    ['validation', true],
    ['validation', false]
  ]);
  expect(data).toHaveLength(5);
});

it('a logarithmic scale has no place for 0', () => {
  expect([...plotOf({ ...request, logarithmic: true }).data[2]!]).toEqual([4, 3, null]);
});

it('minibatches lie between the epochs; a measure that nobody took has no lines', () => {
  const { lines, data } = plotOf({
    ...request,
    batches: [
      [0.5, 1],
      [5, 4]
    ]
  });
  expect([lines[0]!.label, [...data[0]]]).toEqual(['batch', [0.5, 1, 2, 3]]);
  expect(plotOf({ ...request, measure: 'r2' }).lines).toEqual([]);
});
