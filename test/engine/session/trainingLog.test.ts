import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EpochReport, TrainNews } from '../../../engine/base/report';
import { TrainingLog } from '../../../engine/session/trainingLog';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const report = (epoch: number): EpochReport => ({ epoch, steps: epoch, seconds: epoch, train: { loss: 1 / epoch } });
const progress = (epoch: number) => ({ epoch, epochs: 1_000, step: epoch, totalSteps: 1_000, loss: 1, seconds: 0, eta: 0 });

it('passes reports on in bundles, each once and in order', () => {
  const news: TrainNews[] = [];
  const log = new TrainingLog((told) => news.push(told));
  for (let epoch = 1; epoch <= 500; epoch++) {
    log.hear({ ...progress(epoch), report: report(epoch) });
    // A fifth of a millisecond an epoch.
    if (epoch % 5 === 0) vi.advanceTimersByTime(1);
  }
  log.flush();
  expect(news.flatMap(({ reports }) => reports.map(({ epoch }) => epoch))).toEqual(Array.from({ length: 500 }, (_, at) => at + 1));
  expect(news.length).toBeLessThanOrEqual(5);
  expect(news.at(-1)!.step).toBe(500);
  expect(log.epochs).toHaveLength(500);
});

it('does not wait for a next step to pass on what came too soon after the last', () => {
  const news: TrainNews[] = [];
  const log = new TrainingLog((told) => news.push(told));
  log.hear(progress(1));
  log.hear({ ...progress(1), report: report(1) });
  expect(news).toHaveLength(1);
  vi.advanceTimersByTime(40);
  expect(news.at(-1)!.reports).toHaveLength(1);
});

it('passes on what was seen of the parameters, each once', () => {
  const news: TrainNews[] = [];
  const log = new TrainingLog((told) => news.push(told));
  const sample = (step: number) => ({ epoch: 1, step, learningRate: 0.1, parameters: [], warnings: [] });
  for (let step = 1; step <= 3; step++) log.hear({ ...progress(1), sample: sample(step) });
  log.flush();
  log.hear(progress(2));
  log.flush();
  expect(news.flatMap(({ samples = [] }) => samples.map(({ step }) => step))).toEqual([1, 2, 3]);
  expect(log.progress).not.toHaveProperty('sample');
});
