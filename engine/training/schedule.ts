/**
 * The learning rate of each step, by torch.optim.lr_scheduler's formulas. It follows from the setup, the place in the run and
 * the reports of the epochs that have ended, so that a run that is gone on with has the rates that it would have had.
 */
import type { EpochReport } from '../base/report';
import type { Document, ScheduleRecord } from '../document/types';

const STEP_SIZE = 10;
const FACTOR = 0.1;
const PATIENCE = 10;
const THRESHOLD = 1e-4;
/** A rate that would change by less stays, as in ReduceLROnPlateau. */
const LEAST_CHANGE = 1e-8;

/** The schedule that `document` asks for, of a run of so many epochs; a cosine without a period goes on for all of them. */
export function scheduleOf({ training }: Document, epochs: number): ScheduleRecord {
  const schedule = training?.schedule ?? { kind: 'constant' };
  return schedule.kind === 'cosine' ? { ...schedule, period: schedule.period ?? epochs } : schedule;
}

export class Schedule {
  /** Of the epoch that was asked for last. */
  private known = { epoch: 0, rate: 0 };
  /** After so many epochs. */
  private plateau: { seen: number; rate: number; best: number; waited: number } | undefined;

  /** `base` is the optimizer's rate. */
  constructor(
    private readonly record: ScheduleRecord,
    private readonly base: number
  ) {}

  /** Rate of a step (from 1, counted from the run's begin) in an epoch (from 1), those before which have `reports`. */
  rateAt(step: number, epoch: number, reports: readonly EpochReport[]): number {
    if (this.known.epoch !== epoch) this.known = { epoch, rate: this.ofEpoch(epoch, reports) };
    const { warmup_steps: warmup = 0 } = this.record;
    return step < warmup ? (this.known.rate * step) / warmup : this.known.rate;
  }

  private ofEpoch(epoch: number, reports: readonly EpochReport[]): number {
    const { kind, factor = FACTOR, step_size: size = STEP_SIZE, min_learning_rate: least = 0, period = 1 } = this.record;
    switch (kind) {
      case 'constant':
        return this.base;
      case 'step':
        return this.base * factor ** Math.floor((epoch - 1) / size);
      case 'cosine':
        return least + ((this.base - least) * (1 + Math.cos((Math.PI * (epoch - 1)) / period))) / 2;
      case 'plateau':
        return this.afterPlateaus(reports, epoch - 1);
      default:
        return kind satisfies never;
    }
  }

  private afterPlateaus(reports: readonly EpochReport[], ended: number): number {
    const { factor = FACTOR, min_learning_rate: least = 0, patience = PATIENCE, threshold = THRESHOLD } = this.record;
    if (!this.plateau || this.plateau.seen > ended) this.plateau = { seen: 0, rate: this.base, best: Infinity, waited: 0 };
    const state = this.plateau;
    for (; state.seen < ended; state.seen++) {
      const loss = watchedLoss(reports[state.seen]!);
      if (loss < state.best * (1 - threshold)) [state.best, state.waited] = [loss, 0];
      else state.waited++;
      if (state.waited <= patience) continue;
      const next = Math.max(state.rate * factor, least);
      if (state.rate - next > LEAST_CHANGE) state.rate = next;
      state.waited = 0;
    }
    return state.rate;
  }
}

/** What tells whether training still helps: the loss on the validation rows, else on those that are trained on. */
export function watchedLoss({ train, validation }: EpochReport): number {
  return (validation ?? train).loss;
}
