import { OPTIMIZER_KINDS, type ScheduleRecord } from '@wiregrad/engine';
import { expect, it } from 'vitest';
import { asKind, OPTIMIZERS, ratesOf } from '../../../renderer/stores/optimizers';

it('switching the optimizer keeps what both know and nothing else', () => {
  const rmsprop = { kind: 'rmsprop', learning_rate: 0.02, momentum: 0.8, alpha: 0.9, weight_decay: 0.1 } as const;
  expect(asKind(rmsprop, 'sgd')).toEqual({ kind: 'sgd', learning_rate: 0.02, momentum: 0.8, weight_decay: 0.1 });
  expect(asKind(rmsprop, 'adamw')).toEqual({ kind: 'adamw', learning_rate: 0.02, weight_decay: 0.1 });
});

it('every optimizer has a learning rate and a weight decay', () => {
  for (const kind of OPTIMIZER_KINDS) {
    const keys = OPTIMIZERS[kind].parameters.map(({ key }) => key);
    expect(keys, kind).toContain('learning_rate');
    expect(keys, kind).toContain('weight_decay');
  }
});

/** The rate in the middle of an epoch, counted from 1. */
function rateIn(schedule: ScheduleRecord, epoch: number, epochs = 20, steps = 5): number {
  const [x, rates] = ratesOf(schedule, 1, epochs, steps);
  return rates[x.findLastIndex((at) => at <= epoch - 1)]!;
}

it('the preview follows the formulas of each schedule', () => {
  expect(rateIn({ kind: 'constant' }, 20)).toBe(1);
  expect([10, 11, 20].map((epoch) => rateIn({ kind: 'step', step_size: 10, factor: 0.5 }, epoch))).toEqual([1, 0.5, 0.5]);
  expect(rateIn({ kind: 'cosine', min_learning_rate: 0.2 }, 11)).toBeCloseTo(0.6);
  expect(rateIn({ kind: 'plateau', patience: 0 }, 1)).toBe(1);
  expect(rateIn({ kind: 'plateau', patience: 0, min_learning_rate: 0.01 }, 20)).toBe(0.01);
});

it('warm-up climbs to the whole rate within its steps', () => {
  const [x, rates] = ratesOf({ kind: 'constant', warmup_steps: 20 }, 1, 20, 5);
  expect(rates[0]).toBeCloseTo(1 / 20);
  expect(rates[x.findIndex((at) => at >= 4)]).toBe(1);
  expect(rates.every((rate, at) => at === 0 || rate >= rates[at - 1]!)).toBe(true);
});

it('a preview of very many epochs stays small', () => {
  expect(ratesOf({ kind: 'cosine' }, 1, 1_000_000, 1)[0].length).toBeLessThan(1_000);
});
