/** What runs and training tell of themselves, to whoever asked. */

/** `reference`: float64, one thread, the oracle. `scalar`: graphs of single numbers in code of their own. `wasm`: float32 on worker threads. */
export const BACKENDS = ['reference', 'scalar', 'wasm'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What a run is carried out by and how much memory it takes. */
export interface RunNeeds {
  readonly backend: BackendName;
  readonly threads: number;
  /** Of all values at the time when they are most. */
  readonly bytes: number;
}

export interface Metrics {
  /** The objective, weighted by rows. */
  readonly loss: number;
  /** Share of rows whose largest score is at the right class, 0 to 1. */
  readonly accuracy?: number;
}

export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** Since the run began. */
  readonly steps: number;
  readonly seconds: number;
  /** Over the epoch's minibatches as they were trained on. */
  readonly train: Metrics;
  /** At the end of the epoch, in evaluation mode. */
  readonly validation?: Metrics;
}

export interface TrainProgress {
  readonly epoch: number;
  readonly epochs: number;
  /** Steps taken of all that the run will take. */
  readonly step: number;
  readonly totalSteps: number;
  /** Objective of the latest minibatch. */
  readonly loss: number;
  readonly seconds: number;
  /** Seconds that are left at the pace so far. */
  readonly eta: number;
  /** Set when an epoch has just ended. */
  readonly report?: EpochReport;
}

/** What there is to tell of training since the last time: epochs of a small net end by the thousand a second. */
export interface TrainNews extends Omit<TrainProgress, 'report'> {
  /** Of the epochs that have ended since then, all of them. */
  readonly reports: readonly EpochReport[];
}
