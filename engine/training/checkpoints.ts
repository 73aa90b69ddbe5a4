/** When a run is written down: at ends of epochs, as often as was asked for; else by the clock, also within long epochs. */
import type { Checkpoint } from './checkpoint';
import { Pace } from './pace';

/** Checkpoints that nobody asked a pace for are at least so far apart, and take at most this share of the time. */
const EPOCH_MS = 1_000;
const STEP_MS = 10_000;
const SHARE = 0.02;

export interface CheckpointOptions {
  /** At the end of every so many epochs; otherwise at most once a second, and every ten seconds within an epoch. */
  readonly every?: number;
  write(checkpoint: Checkpoint): Promise<void>;
}

export class Checkpoints {
  private readonly pace = new Pace(SHARE);

  constructor(private readonly options: CheckpointOptions) {}

  /** Whether one is wanted when `epoch` has ended. */
  isDueAfter(epoch: number): boolean {
    const { every } = this.options;
    return every === undefined ? this.pace.isDue(EPOCH_MS) : epoch % every === 0;
  }

  /** Whether one is wanted between two steps of an epoch. */
  get isDueWithin(): boolean {
    return this.options.every === undefined && this.pace.isDue(STEP_MS);
  }

  async write(checkpoint: Checkpoint): Promise<void> {
    const begun = performance.now();
    await this.options.write(checkpoint);
    this.pace.count(begun);
  }
}
