import { describe, expect, it } from 'vitest';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import type { EpochReport } from '../../../engine/base/report';
import type { ScheduleRecord } from '../../../engine/document/types';
import type { Checkpoint } from '../../../engine/training/checkpoint';
import { EarlyStopping } from '../../../engine/training/earlyStopping';
import { Schedule } from '../../../engine/training/schedule';
import { train, type TrainOptions } from '../../../engine/training/train';
import { documentOf } from '../documentOf';
import { netText, POINTS } from './net';

const reportsOf = (losses: readonly number[]): EpochReport[] =>
  losses.map((loss, at) => ({ epoch: at + 1, steps: at + 1, seconds: 0, train: { loss } }));
const losses = Array.from({ length: 40 }, (_, at) => Math.cos(at) + 2);

describe('a schedule', () => {
  it('has the same rates whatever was asked for before, as after a step back', () => {
    const record: ScheduleRecord = { kind: 'plateau', patience: 1, factor: 0.5, warmup_steps: 3 };
    const reports = reportsOf(losses);
    const epochs = Array.from({ length: 41 }, (_, at) => at + 1);
    const inOrder = new Schedule(record, 1);
    const rates = epochs.map((epoch) => inOrder.rateAt(epoch, epoch, reports));
    expect(rates.slice(0, 3)).toEqual([1 / 3, 2 / 3, 1]);
    expect(rates.at(-1)).toBeLessThan(0.01);
    const anyOrder = new Schedule(record, 1);
    for (const epoch of [30, 2, 41, 41, 17, 1, 5]) expect(anyOrder.rateAt(epoch, epoch, reports)).toBe(rates[epoch - 1]);
  });

  it('of a plateau waits for the validation rows where there are any', () => {
    const reports = reportsOf([1, 1, 1, 1]).map((report, at) => ({ ...report, validation: { loss: 1 - at / 10 } }));
    expect(new Schedule({ kind: 'plateau', patience: 0 }, 1).rateAt(5, 5, reports)).toBe(1);
    expect(new Schedule({ kind: 'plateau', patience: 0 }, 1).rateAt(5, 5, reportsOf([1, 1, 1, 1]))).toBeCloseTo(1e-3, 15);
  });

  it('that goes by the number of epochs is not gone on with for another number', async () => {
    const text = JSON.parse(netText({ kind: 'sgd', learning_rate: 0.1 }, 4)) as { training: object };
    const run = (schedule: ScheduleRecord, options: Partial<TrainOptions>) =>
      train(documentOf({ ...text, training: { ...text.training, schedule } }), {
        backend: referenceBackend(),
        data: () => new TextEncoder().encode(POINTS),
        ...options
      });
    const kept: Checkpoint[] = [];
    const checkpoints = { every: 2, write: async (checkpoint: Checkpoint) => void kept.push(checkpoint) };
    await run({ kind: 'cosine' }, { checkpoints });
    await expect(run({ kind: 'cosine' }, { resume: kept[0]!, epochs: 8 })).rejects.toThrow('the schedule of the learning rate');
    // Four epochs are its period, said or not.
    expect((await run({ kind: 'cosine', period: 4 }, { resume: kept[0]!, epochs: 8 })).epochs.length).toBe(8);
  });
});

describe('early stopping', () => {
  const after = (patience: number, ...numbers: number[]): EarlyStopping => new EarlyStopping({ patience }, reportsOf(numbers));

  it('counts epochs since the best', () => {
    expect([after(2, 3, 2, 2).isOver, after(2, 3, 2, 2, 2).isOver, after(2, 3, 2, 2, 1).isOver]).toEqual([false, true, false]);
    expect(new EarlyStopping({ patience: 1, min_delta: 0.5 }, reportsOf([3, 2.6])).isOver).toBe(true);
  });

  it('takes no loss for the best that is no number, at the beginning neither', () => {
    expect([after(2, NaN, 3, 2).best, after(3, 3, NaN, 4).best, after(2, NaN, NaN).isOver]).toEqual([3, 1, true]);
  });
});
