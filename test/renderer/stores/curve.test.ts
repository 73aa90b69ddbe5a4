import type { EpochReport, TrainNews } from '@wiregrad/engine';
import { expect, it } from 'vitest';
import { columnsOf, Curve } from '../../../renderer/stores/curve';

const report = (epoch: number, more: Partial<EpochReport> = {}): EpochReport => ({
  epoch,
  steps: epoch * 10,
  seconds: epoch,
  train: { loss: 1 / epoch, accuracy: 0.5 },
  validation: { loss: 2 / epoch, accuracy: 0.4 },
  ...more
});
const news = (step: number, totalSteps: number, epochs: number, reports: readonly EpochReport[]): TrainNews => ({
  epoch: Math.ceil((step / totalSteps) * epochs),
  epochs,
  step,
  totalSteps,
  loss: 1 / step,
  seconds: 0,
  eta: 0,
  reports
});

it('a curve keeps every report and thins out minibatches, however many steps it hears of', () => {
  const curve = new Curve();
  for (let step = 1; step <= 10_000; step++) curve.add(news(step, 10_000, 50, step % 200 === 0 ? [report(step / 200)] : []));
  const { epochs, of } = curve.columns();
  const [x, batch] = curve.batches();
  expect(epochs).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  expect([of['train.loss']!.length, of['validation.accuracy']!.length]).toEqual([50, 50]);
  expect(x.length).toBe(batch.length);
  expect(x.length).toBeLessThan(2_100);
  expect(x.every((at, index) => index === 0 || at >= x[index - 1]!)).toBe(true);
});

it('columns are thinned evenly and end with the last epoch; what nobody measured is no column', () => {
  const reports = Array.from({ length: 5_003 }, (_, at) => report(at + 1, { learning_rate: 0.1 }));
  const { epochs, of } = columnsOf(reports, 1_000);
  expect(epochs.length).toBeLessThan(1_002);
  expect([epochs[0], epochs.at(-1)]).toEqual([1, 5_003]);
  expect(Object.keys(of).sort()).toEqual(['learning_rate', 'train.accuracy', 'train.loss', 'validation.accuracy', 'validation.loss']);
});

it('a loss that is no number is a gap', () => {
  expect(columnsOf([report(1), report(2, { train: { loss: NaN } })]).of['train.loss']).toEqual([1, null]);
});
