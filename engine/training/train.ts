/**
 * Training: minibatches in a seeded order, each a run of a program that ends with the optimizer's update, metrics by the
 * epoch. The last, smaller batch of an epoch and the evaluation have programs of their own size, and all of them share the
 * parameters.
 */
import type { Clock } from '../base/clock';
import type { Tensor } from '../base/tensors';
import type { BackendName, RunNeeds } from '../base/report';
import { bytesOf, requireCapacity } from '../backends/capacity';
import { only, type Backend, type BackendChoice } from '../backends/backend';
import type { Document } from '../document/types';
import type { EpochReport, Metrics, TrainProgress } from '../base/report';
import type { Checkpoint } from './checkpoint';
import type { CheckpointOptions } from './checkpoints';
import type { TrainControl } from './control';
import { loadData, type Data } from './feed';
import { TrainingPrograms } from './programs';
import { TrainingRun } from './trainingRun';

export interface TrainOptions {
  readonly backend: Backend | BackendChoice;
  readonly data?: Data;
  /** Default the document's, else 100. */
  readonly epochs?: number;
  readonly seed?: number;
  /** Begin from these instead of fresh draws. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** Go on from here: the steps that follow are those that the interrupted run would have taken. */
  readonly resume?: Checkpoint;
  /** Where and how often the state is written down while training goes on; and once more where it ends, for whatever reason. */
  readonly checkpoints?: CheckpointOptions;
  readonly clock?: Clock;
  /** Pauses the run, and lets it go on or take single steps. */
  readonly control?: TrainControl;
  /** Look at the parameters and their gradients now and then, and pass on what was seen. */
  readonly samples?: boolean;
  /** Given a copy of the parameters now and then, while they are trained. */
  readonly onParameters?: (parameters: ReadonlyMap<string, Tensor>) => void;
  /** Called once, when nothing speaks against training and before anything is computed. */
  readonly onBegin?: (needs: RunNeeds) => void;
  /** Called at most 30 times a second, and at the end of every epoch. */
  readonly onProgress?: (progress: TrainProgress) => void;
}

export interface TrainResult {
  /** Every parameter, trained or not, and the state of gates. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly epochs: readonly EpochReport[];
  /** On the test rows of the split, where there are any. */
  readonly test?: Metrics;
  /** Where early stopping is asked for: the epoch whose parameters these are. */
  readonly best?: number;
  /** Ended by the clock before its time. */
  readonly stopped: boolean;
  readonly backend: BackendName;
}

/** Compiles what training runs, and chooses who runs it. */
async function prepare(document: Document, options: Pick<TrainOptions, 'backend' | 'data'>) {
  const choice = 'for' in options.backend ? options.backend : only(options.backend);
  const programs = new TrainingPrograms(document, await loadData(document, options.data), choice.fuses);
  const backend = await choice.for(programs.plans);
  const needs: RunNeeds = { backend: backend.name, threads: backend.threads, bytes: bytesOf(programs.plans, backend.precision) };
  return { programs, backend, needs };
}

/** What training would take, without doing it. Throws EngineError for what is wrong with the document. */
export async function trainingNeeds(document: Document, options: Pick<TrainOptions, 'backend' | 'data'>): Promise<RunNeeds> {
  return (await prepare(document, options)).needs;
}

/**
 * Trains `document`'s trainable parameters. Throws EngineError for what is wrong with it, `other-training` where it cannot
 * resume, and TrainingFailure `not-finite` when the loss or a parameter leaves the numbers.
 */
export async function train(document: Document, options: TrainOptions): Promise<TrainResult> {
  const { programs, backend, needs } = await prepare(document, options);
  requireCapacity(programs.plans, backend.precision);
  const run = new TrainingRun(programs, backend, options);
  try {
    options.onBegin?.(needs);
    return await run.perform();
  } finally {
    run.dispose();
  }
}
