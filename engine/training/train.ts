/**
 * The training loop: minibatches in a seeded order, each a run of a program that ends with the optimizer's update, metrics by
 * the epoch. The last, smaller batch of an epoch and the evaluation have programs of their own size, and all of them share
 * the parameters.
 */
import { Clock } from '../base/clock';
import type { NumberArray } from '../base/dtypes';
import { EngineError, invariant, refuseErrors } from '../base/errors';
import type { Tensor } from '../base/tensors';
import type { BackendName } from '../base/report';
import type { Backend, Executable } from '../backends/backend';
import type { Document } from '../document/types';
import { lower, type Lowered } from '../lower/lower';
import { residentsOf, type Residents } from '../plan/plan';
import { compileProgram, inputName, requireObjective, type Program, type Step } from '../plan/program';
import { epochOrder } from './batches';
import type { DataProvider } from './dataset';
import { MeanMetrics, meter, metricOutputs } from './evaluate';
import { batchSizeOf, feedFixed, feedLeaves, loadData, rowFeeder, seedFeeder, type LoadedData } from './feed';
import { checkGivenRules } from './givenRules';
import { createOptimizer, type Optimizer } from './optimizers';
import { initialParameters, seedOf } from './parameters';
import type { EpochReport, Metrics, TrainProgress } from '../base/report';

export interface TrainOptions {
  readonly backend: Backend;
  readonly data?: DataProvider;
  /** Default the document's, else 100. */
  readonly epochs?: number;
  readonly seed?: number;
  /** Begin from these instead of fresh draws. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  readonly clock?: Clock;
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
const DEFAULT_OPTIMIZER = { kind: 'sgd', learning_rate: 0.01 } as const;
const SNAPSHOT_MS = 1000 / 30;
/** Rows that an evaluation runs at once. */
const EVALUATION_ROWS = 1024;

/** Trains `document`'s trainable parameters. Throws EngineError for what is wrong with it, `not-finite` when the loss leaves the numbers. */
export async function train(document: Document, options: TrainOptions): Promise<TrainResult> {
  const data = await loadData(document, options.data);
  const run = new TrainingRun(document, data, options);
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
  private readonly batchSize: number;
  private readonly steps: ReadonlyMap<number, Runner>;
  private readonly main: Runner;
  private readonly evaluators = new Map<number, Runner>();
  private readonly parameters: ReadonlyMap<string, Tensor>;
  private readonly optimizer: Optimizer;
  /** Where parameters, what the optimizer keeps for them, and the gates' state live, in all programs. */
  private readonly residents: Residents;
  /** For what must not be cut short: a step that was moves some parameters and others not. */
  private readonly wholeStep: Clock;
  private readonly started = performance.now();
  private lastSnapshot = 0;
  private step = 0;

  constructor(
    private readonly document: Document,
    private readonly data: LoadedData,
    private readonly options: TrainOptions
  ) {
    const { training } = document;
    this.clock = options.clock ?? new Clock();
    this.wholeStep = this.clock.withoutCancel();
    this.seed = seedOf(document, options.seed);
    this.epochs = options.epochs ?? training?.epochs ?? DEFAULT_EPOCHS;
    const rows = data.parts.train.length;
    if (data.rows > 0 && rows === 0)
      throw new EngineError({
        code: 'no-rows',
        message: 'the split leaves no rows to train on',
        hint: 'make its validation and test shares smaller'
      });
    this.batchSize = Math.max(1, Math.min(batchSizeOf(document), rows));
    const sizes = new Set([this.batchSize, rows % this.batchSize || this.batchSize]);
    const lowered = lower(document, { mode: 'train', batch: this.batchSize });
    refuseErrors(lowered.diagnostics);
    requireObjective(lowered);
    const trained = new Set(
      lowered.leaves.filter(({ source, params }) => source === 'parameter' && params['trainable'] !== false).map(({ id }) => id)
    );
    if (trained.size === 0)
      throw new EngineError({
        code: 'nothing-to-train',
        message: 'the document has no trainable parameter',
        hint: 'use parameter gates for what training shall change'
      });
    this.optimizer = createOptimizer(training?.optimizer ?? DEFAULT_OPTIMIZER);
    this.residents = residentsFor(lowered, trained, this.optimizer);
    const programs = [...sizes].map((size) => [size, this.compile(size, { trained, rule: this.optimizer.rule })] as const);
    if (programs.every(([, program]) => program.trained.size === 0))
      throw new EngineError({
        code: 'nothing-to-train',
        message: 'the objective depends on no trainable parameter',
        hint: 'choose another objective'
      });
    this.parameters = initialParameters(lowered, this.seed, options.weights);
    const [main, ...others] = programs.map(([, program]) => program);
    this.main = this.prepare(main!);
    feedLeaves(main!, this.main.executable, this.parameters, this.seed);
    const runners = [this.main, ...others.map((program) => this.prepare(program, this.main.executable))];
    this.steps = new Map(runners.map((runner, at) => [programs[at]![0], runner]));
  }

  async perform(): Promise<TrainResult> {
    const epochs: EpochReport[] = [];
    let test: Metrics | undefined;
    let stopped = false;
    try {
      for (const { program } of this.steps.values()) await checkGivenRules(program.lowered.graph, this.clock);
      for (let epoch = 1; epoch <= this.epochs; epoch++) {
        const train = await this.runEpoch(epoch);
        const validation = await this.evaluate(this.data.parts.validation);
        const report = { epoch, steps: this.step, seconds: this.seconds(), train, ...(validation && { validation }) };
        epochs.push(report);
        this.tell(epoch, train.loss, report);
      }
      test = await this.evaluate(this.data.parts.test);
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'cancelled')) throw error;
      stopped = true;
    }
    return { parameters: this.current(), epochs, ...(test && { test }), stopped, backend: this.options.backend.name };
  }

  dispose(): void {
    for (const { executable } of [...this.steps.values(), ...this.evaluators.values()]) executable.dispose();
  }

  /** A step of training, or an evaluation where `step` is not given. */
  private compile(batch: number, step?: Step): Program {
    return compileProgram(
      this.document,
      {
        mode: step ? 'train' : 'eval',
        batch,
        values: metricOutputs(this.document),
        residents: this.residents,
        ...(step && { step })
      },
      this.options.backend
    );
  }

  private prepare(program: Program, sharing?: Executable): Runner {
    const executable = this.options.backend.compile(program.plan, sharing);
    feedFixed(program, executable, this.seed);
    return {
      program,
      executable,
      feed: rowFeeder(program, executable, this.data),
      feedSeed: seedFeeder(program, executable, this.seed),
      feedScalars: scalarFeeder(program, executable, this.optimizer),
      measure: meter(this.document, program, executable)
    };
  }

  private get stepsPerEpoch(): number {
    return Math.max(1, Math.ceil(this.data.parts.train.length / this.batchSize));
  }

  /** One pass over the training rows; without data, one step. The result is the mean of the steps' metrics. */
  private async runEpoch(epoch: number): Promise<Metrics> {
    const mean = new MeanMetrics();
    const rows = epochOrder(this.data.parts.train, this.seed, epoch);
    for (let from = 0; from === 0 || from < rows.length; from += this.batchSize) {
      const part = rows.length <= this.batchSize ? rows : rows.subarray(from, from + this.batchSize);
      if (this.clock.due()) await this.clock.pause();
      this.clock.check();
      const { executable, measure } = this.feedStep(part);
      const pending = executable.run(this.wholeStep);
      if (pending) await pending;
      const metrics = measure();
      this.step++;
      if (!Number.isFinite(metrics.loss)) throw notFinite(metrics.loss, this.step, epoch);
      mean.add(metrics, Math.max(1, part.length));
      this.tell(epoch, metrics.loss);
    }
    return mean.value;
  }

  private feedStep(rows: Int32Array): Runner {
    const runner = this.steps.get(rows.length || this.batchSize);
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
      if (!runner) this.evaluators.set(part.length, (runner = this.prepare(this.compile(part.length), this.main.executable)));
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
    const totalSteps = this.stepsPerEpoch * this.epochs;
    const seconds = this.seconds();
    const eta = (seconds / Math.max(1, this.step)) * (totalSteps - this.step);
    this.options.onProgress?.({ epoch, epochs: this.epochs, step: this.step, totalSteps, loss, seconds, eta, ...(report && { report }) });
  }
}

/** Trained parameters stand next to each other. */
function residentsFor({ graph, leaves, states }: Lowered, trained: ReadonlySet<string>, { rule }: Optimizer): Residents {
  const parameters = leaves.filter(({ source }) => source === 'parameter').map(({ id, value }) => [id, graph.type(value)] as const);
  const memory = rule.memory.flatMap((kind) =>
    parameters.filter(([id]) => trained.has(id)).map(([id, type]) => [inputName.memory(kind, id), type] as const)
  );
  return residentsOf([
    ...parameters.filter(([id]) => trained.has(id)),
    ...parameters.filter(([id]) => !trained.has(id)),
    ...states.map(({ id, value }) => [id, graph.type(value)] as const),
    ...memory
  ]);
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
