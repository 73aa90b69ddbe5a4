/** What runs and training tell of themselves, to whoever asked. */
import type { Diagnostic } from './errors';

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
  /** Coefficient of determination 1 − Σ(y − ŷ)² / Σ(y − ȳ)², 1 at best. */
  readonly r2?: number;
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
  /** At the epoch's last step. */
  readonly learning_rate?: number;
}

/** How many of the finite entries fall into each of as many equal parts of [from, to]. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** A trained parameter at a step. */
export interface ParameterSample {
  readonly id: string;
  /** Euclidean norms: of the gradient of the step's batch, and of the parameter before the step. */
  readonly gradientNorm: number;
  readonly weightNorm: number;
  /** ‖what the step added‖ / ‖parameter before it‖. */
  readonly updateRatio: number;
  readonly weights: Histogram;
  readonly gradients: Histogram;
}

/** What was looked at between two steps: now and then, as often as it costs little. */
export interface TrainingSample {
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly parameters: readonly ParameterSample[];
  /** Gradients that vanish or explode, each with the gate where that begins and what helps. */
  readonly warnings: readonly Diagnostic[];
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
  /** It waits to be gone on with. */
  readonly paused?: boolean;
  /** Set when an epoch has just ended. */
  readonly report?: EpochReport;
  /** Set when the parameters have just been looked at. */
  readonly sample?: TrainingSample;
}

/** What there is to tell of training since the last time: epochs of a small net end by the thousand a second. */
export interface TrainNews extends Omit<TrainProgress, 'report' | 'sample'> {
  /** Of the epochs that have ended since then, all of them. */
  readonly reports: readonly EpochReport[];
  readonly samples?: readonly TrainingSample[];
}
