/**
 * The training loop: minibatches in a seeded order, each a run of a program that ends with the optimizer's update, metrics by
 * the epoch. The last, smaller batch of an epoch and the evaluation have programs of their own size, and all of them share
 * the parameters.
 */
import { Clock } from '../base/clock';
import type { NumberArray } from '../base/dtypes';
import { EngineError, invariant } from '../base/errors';
import type { Tensor } from '../base/tensors';
import type { BackendName, RunNeeds } from '../base/report';
import { bytesOf, requireCapacity } from '../backends/capacity';
import { only, type Backend, type BackendChoice, type Executable } from '../backends/backend';
import type { Document } from '../document/types';
import { inputName, type Program } from '../plan/program';
import { epochOrder } from './batches';
import type { DataProvider } from './dataset';
import { MeanMetrics, meter } from './evaluate';
import { feedFixed, feedLeaves, loadData, rowFeeder, seedFeeder } from './feed';
import { checkGivenRules } from './givenRules';
import type { Optimizer } from './optimizers';
import { initialParameters, seedOf } from './parameters';
import { EVALUATION_ROWS, TrainingPrograms } from './programs';
import type { EpochReport, Metrics, TrainProgress } from '../base/report';

export interface TrainOptions {
  readonly backend: Backend | BackendChoice;
  readonly data?: DataProvider;
  /** Default the document's, else 100. */
  readonly epochs?: number;
  readonly seed?: number;
  /** Begin from these instead of fresh draws. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  readonly clock?: Clock;
  /** Called once, before anything is computed. */
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
  /** Ended by the clock before its time. */
  readonly stopped: boolean;
  readonly backend: BackendName;
}

const DEFAULT_EPOCHS = 100;
const SNAPSHOT_MS = 1000 / 30;

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

/** Trains `document`'s trainable parameters. Throws EngineError for what is wrong with it, `not-finite` when the loss leaves the numbers. */
export async function train(document: Document, options: TrainOptions): Promise<TrainResult> {
  const { programs, backend, needs } = await prepare(document, options);
  requireCapacity(programs.plans, backend.precision);
  options.onBegin?.(needs);
  const run = new TrainingRun(programs, backend, options);
  try {
    return await run.perform();
  } finally {
    run.dispose();
  }
}

/** A program ready to run batches of one size. */
interface Runner {
  readonly program: Program;
  readonly executable: Executable;
  readonly feed: (rows: Int32Array) => void;
  readonly feedSeed: (step: number) => void;
  readonly feedScalars: (step: number) => void;
  readonly measure: () => Metrics;
}

class TrainingRun {
  private readonly clock: Clock;
  private readonly seed: number;
  private readonly epochs: number;
  private readonly steps: ReadonlyMap<number, Runner>;
  private readonly main: Runner;
  private readonly evaluators = new Map<number, Runner>();
  private readonly parameters: ReadonlyMap<string, Tensor>;
  /** For what must not be cut short: a step that was moves some parameters and others not. */
  private readonly wholeStep: Clock;
  private readonly started = performance.now();
  private lastSnapshot = 0;
  private step = 0;

  constructor(
    private readonly programs: TrainingPrograms,
    private readonly backend: Backend,
    private readonly options: TrainOptions
  ) {
    const { document, lowered, steps } = programs;
    this.clock = options.clock ?? new Clock();
    this.wholeStep = this.clock.withoutCancel();
    this.seed = seedOf(document, options.seed);
    this.epochs = options.epochs ?? document.training?.epochs ?? DEFAULT_EPOCHS;
    this.parameters = initialParameters(lowered, this.seed, options.weights);
    const [main, ...others] = [...steps.values()];
    this.main = this.prepare(main!);
    feedLeaves(main!, this.main.executable, this.parameters, this.seed);
    const runners = [this.main, ...others.map((program) => this.prepare(program, this.main.executable))];
    this.steps = new Map([...steps.keys()].map((size, at) => [size, runners[at]!]));
  }

  async perform(): Promise<TrainResult> {
    const epochs: EpochReport[] = [];
    let test: Metrics | undefined;
    let stopped = false;
    try {
      for (const { program } of this.steps.values()) await checkGivenRules(program.lowered.graph, this.clock);
      for (let epoch = 1; epoch <= this.epochs; epoch++) {
        const train = await this.runEpoch(epoch);
        const validation = await this.evaluate(this.programs.data.parts.validation);
        const report = { epoch, steps: this.step, seconds: this.seconds(), train, ...(validation && { validation }) };
        epochs.push(report);
        this.tell(epoch, train.loss, report);
      }
      test = await this.evaluate(this.programs.data.parts.test);
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'cancelled')) throw error;
      stopped = true;
    }
    return { parameters: this.current(), epochs, ...(test && { test }), stopped, backend: this.backend.name };
  }

  dispose(): void {
    for (const { executable } of [...this.steps.values(), ...this.evaluators.values()]) executable.dispose();
  }

  private prepare(program: Program, sharing?: Executable): Runner {
    const executable = this.backend.compile(program.plan, sharing);
    feedFixed(program, executable, this.seed);
    return {
      program,
      executable,
      feed: rowFeeder(program, executable, this.programs.data),
      feedSeed: seedFeeder(program, executable, this.seed),
      feedScalars: scalarFeeder(program, executable, this.programs.optimizer),
      measure: meter(this.programs.document, program, executable)
    };
  }

  private get stepsPerEpoch(): number {
    return Math.max(1, Math.ceil(this.programs.data.parts.train.length / this.programs.batchSize));
  }

  /** One pass over the training rows; without data, one step. The result is the mean of the steps' metrics. */
  private async runEpoch(epoch: number): Promise<Metrics> {
    const mean = new MeanMetrics();
    const { train } = this.programs.data.parts;
    const rows = train.length > 0 ? epochOrder(train, this.seed, epoch) : train;
    for (let from = 0; from === 0 || from < rows.length; from += this.programs.batchSize) {
      const part = rows.length <= this.programs.batchSize ? rows : rows.subarray(from, from + this.programs.batchSize);
      if (this.clock.due()) await this.clock.pause();
      this.clock.check();
      const { executable, measure } = this.feedStep(part);
      const pending = executable.run(this.wholeStep);
      if (pending) await pending;
      const metrics = measure();
      this.step++;
      if (!Number.isFinite(metrics.loss)) throw notFinite(metrics.loss, this.step, epoch);
      mean.add(metrics, Math.max(1, part.length));
      // The epoch's only step is told of with the epoch.
      if (part.length < rows.length) this.tell(epoch, metrics.loss);
    }
    return mean.value;
  }

  private feedStep(rows: Int32Array): Runner {
    const runner = this.steps.get(rows.length || this.programs.batchSize);
    invariant(runner, 'every batch has one of the sizes compiled for');
    runner.feed(rows);
    runner.feedSeed(this.step);
    runner.feedScalars(this.step + 1);
    return runner;
  }

  /** Loss and metrics over `rows` in evaluation mode; undefined for none. */
  private async evaluate(rows: Int32Array): Promise<Metrics | undefined> {
    if (rows.length === 0) return undefined;
    const mean = new MeanMetrics();
    for (let from = 0; from < rows.length; from += EVALUATION_ROWS) {
      const part = rows.subarray(from, from + EVALUATION_ROWS);
      let runner = this.evaluators.get(part.length);
      if (!runner)
        this.evaluators.set(part.length, (runner = this.prepare(this.programs.evaluations.get(part.length)!, this.main.executable)));
      runner.feed(part);
      const pending = runner.executable.run(this.clock);
      if (pending) await pending;
      mean.add(runner.measure(), part.length);
    }
    return mean.value;
  }

  private current(): Map<string, Tensor> {
    const { program, executable } = this.main;
    return new Map(
      [...this.parameters].map(([id, tensor]) => {
        const value = program.plan.inputs.get(id);
        return [id, value === undefined ? tensor : { ...tensor, data: executable.view(value).slice() }];
      })
    );
  }

  private seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  private tell(epoch: number, loss: number, report?: EpochReport): void {
    const now = performance.now();
    if (!report && now - this.lastSnapshot < SNAPSHOT_MS) return;
    this.lastSnapshot = now;
    const seconds = (now - this.started) / 1000;
    const totalSteps = this.stepsPerEpoch * this.epochs;
    const eta = (seconds / Math.max(1, this.step)) * (totalSteps - this.step);
    this.options.onProgress?.({ epoch, epochs: this.epochs, step: this.step, totalSteps, loss, seconds, eta, ...(report && { report }) });
  }
}

/** Writes the optimizer's scalars of a step. */
function scalarFeeder({ plan }: Program, executable: Executable, { rule, scalars }: Optimizer): (step: number) => void {
  const views = rule.scalars.map((name): NumberArray | undefined => {
    const value = plan.inputs.get(inputName.scalar(name));
    return value === undefined ? undefined : executable.view(value);
  });
  if (views.every((view) => view === undefined)) return () => undefined;
  return (step) => scalars(step).forEach((value, at) => views[at]?.fill(value));
}

function notFinite(loss: number, step: number, epoch: number): EngineError {
  return new EngineError({
    code: 'not-finite',
    message: `the loss is ${loss} at step ${step} (epoch ${epoch})`,
    hint: 'a smaller learning rate is the first thing to try'
  });
}
