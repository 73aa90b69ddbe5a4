/** Who follows a training run: is told how far it is, shown its parameters, and may hold it. Time that it stands still is none of its own. */
import type { Clock } from '../base/clock';
import type { EpochReport, TrainingSample, TrainProgress } from '../base/report';
import type { Tensor } from '../base/tensors';
import { Pace } from './pace';
import type { TrainOptions } from './train';

const TELLING_MS = 1000 / 30;
/** Live views get the parameters so often, and for at most this share of the time. */
const SHOWING_MS = 200;
const SHOWING_SHARE = 0.02;

/** What is told at once, whenever something was told last. */
export interface News {
  readonly report?: EpochReport;
  readonly sample?: TrainingSample;
  readonly paused?: boolean;
}

export class Audience {
  private readonly started = performance.now();
  /** Milliseconds that the run stood still. */
  private stood = 0;
  private told = 0;
  private readonly showing = new Pace(SHOWING_SHARE);

  /** `before` are the seconds that were spent before this process took the run over. */
  constructor(
    private readonly options: Pick<TrainOptions, 'onProgress' | 'onParameters' | 'control'>,
    private readonly clock: Clock,
    private readonly before: number
  ) {}

  /** That the run has taken. */
  get seconds(): number {
    return this.before + (performance.now() - this.started - this.stood) / 1000;
  }

  /** Whether it is time to tell of a step at which nothing happened. */
  get isWaiting(): boolean {
    return performance.now() - this.told >= TELLING_MS;
  }

  tell({ epoch, epochs, step, totalSteps, loss }: Omit<TrainProgress, 'seconds' | 'eta' | keyof News>, news?: News): void {
    this.told = performance.now();
    const { seconds } = this;
    const eta = (seconds / Math.max(1, step)) * (totalSteps - step);
    // One object, not copies of copies: an epoch of a small net takes microseconds.
    this.options.onProgress?.({ epoch, epochs, step, totalSteps, loss, seconds, eta, ...news });
  }

  /** A step was taken: now and then, and after each that was asked for by itself, its parameters are shown. */
  countStep(parameters: () => ReadonlyMap<string, Tensor>): void {
    const { onParameters, control } = this.options;
    control?.count();
    if (onParameters && (control?.paused || this.showing.isDue(SHOWING_MS))) this.show(parameters);
  }

  get isHolding(): boolean {
    return this.options.control?.paused ?? false;
  }

  /** Until the run may go on or is cancelled, which throws; `tell` says that it stands. */
  async hold(parameters: () => ReadonlyMap<string, Tensor>, tell: () => void): Promise<void> {
    const begun = performance.now();
    this.show(parameters);
    tell();
    await this.options.control?.wait(this.clock);
    this.stood += performance.now() - begun;
    this.clock.check();
  }

  private show(parameters: () => ReadonlyMap<string, Tensor>): void {
    const begun = performance.now();
    this.options.onParameters?.(parameters());
    this.showing.count(begun);
  }
}
