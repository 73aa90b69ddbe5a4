/**
 * The training loop: minibatches in a seeded order, forward, backward and the optimizer's update, metrics by the epoch.
 * The parameters live in the main executable; the last, smaller batch of an epoch runs in one of its own size beside it.
 */
import { Clock } from '../base/clock';
import type { FloatArray } from '../base/dtypes';
import { EngineError, invariant, refuseErrors } from '../base/errors';
import type { Tensor } from '../base/tensors';
import type { BackendName } from '../base/report';
import type { Backend, Executable } from '../backends/backend';
import type { Document } from '../document/types';
import { lower } from '../lower/lower';
import { compileProgram, requireObjective, type Program } from '../plan/program';
import { epochOrder } from './batches';
import type { DataProvider } from './dataset';
import { MeanMetrics, measure, metricOutputs } from './evaluate';
import { batchSizeOf, feedLeaves, feedRows, feedSeed, loadData, type LoadedData } from './feed';
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
}

class TrainingRun {
  private readonly clock: Clock;
  private readonly seed: number;
  private readonly epochs: number;
  private readonly batchSize: number;
  private readonly steps: ReadonlyMap<number, Runner>;
  private readonly main: Runner;
  private readonly evaluators = new Map<number, Runner>();
  private readonly trained: readonly string[];
  /** What changes from step to step: trained parameters and the state of gates. */
  private readonly carried: readonly string[];
  private readonly parameters: ReadonlyMap<string, Tensor>;
  private readonly optimizer: Optimizer;
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
    this.trained = lowered.leaves
      .filter(({ source, params }) => source === 'parameter' && params['trainable'] !== false)
      .map(({ id }) => id);
    if (this.trained.length === 0)
      throw new EngineError({
        code: 'nothing-to-train',
        message: 'the document has no trainable parameter',
        hint: 'use parameter gates for what training shall change'
      });
    this.carried = [...this.trained, ...lowered.states.map(({ id }) => id)];
    const programs = [...sizes].map((size) => [size, compileProgram(document, this.purpose(size, new Set(this.trained)))] as const);
    if (programs.every(([, { gradients }]) => gradients.size === 0))
      throw new EngineError({
        code: 'nothing-to-train',
        message: 'the objective depends on no trainable parameter',
        hint: 'choose another objective'
      });
    this.parameters = initialParameters(lowered, this.seed, options.weights);
    this.steps = new Map(programs.map(([size, program]) => [size, this.prepare(program)]));
    this.main = this.steps.get(this.batchSize)!;
    this.optimizer = createOptimizer(training?.optimizer ?? DEFAULT_OPTIMIZER, this.views());
  }

  async perform(): Promise<TrainResult> {
    const epochs: EpochReport[] = [];
    let test: Metrics | undefined;
    let stopped = false;
    try {
      for (const { program } of this.steps.values()) await checkGivenRules(program.lowered.graph, this.clock);
      for (let epoch = 1; epoch <= this.epochs; epoch++) epochs.push(await this.runEpoch(epoch));
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

  private purpose(batch: number, gradients?: ReadonlySet<string>) {
    return {
      mode: gradients ? ('train' as const) : ('eval' as const),
      batch,
      values: metricOutputs(this.document),
      ...(gradients && { gradients, updates: true })
    };
  }

  private prepare(program: Program): Runner {
    const executable = this.options.backend.compile(program.plan);
    feedLeaves(program, executable, this.parameters, this.seed);
    return { program, executable };
  }

  /** The parameters that the optimizer updates, in the main executable, beside their gradients; one that nothing depends on has none. */
  private views() {
    const { program, executable } = this.main;
    return this.trained.flatMap((id) => {
      const data = program.plan.inputs.get(id);
      const gradient = program.gradients.get(id);
      if (data === undefined || !gradient) return [];
      return [{ id, data: executable.view(data) as FloatArray, gradient: executable.view(gradient.value) as FloatArray }];
    });
  }

  private async runEpoch(epoch: number): Promise<EpochReport> {
    const rows = epochOrder(this.data.parts.train, this.seed, epoch);
    const batches = Math.max(1, Math.ceil(rows.length / this.batchSize));
    const mean = new MeanMetrics();
    for (let batch = 0; batch < batches; batch++) {
      const part = rows.subarray(batch * this.batchSize, (batch + 1) * this.batchSize);
      const metrics = await this.runStep(part, epoch);
      mean.add(metrics, Math.max(1, part.length));
      this.tell(epoch, batches, metrics.loss);
      if (this.clock.due()) await this.clock.pause();
    }
    const train = mean.value;
    const validation = await this.evaluate(this.data.parts.validation);
    const report = { epoch, steps: this.step, seconds: this.seconds(), train, ...(validation && { validation }) };
    this.tell(epoch, batches, train.loss, report);
    return report;
  }

  private async runStep(rows: Int32Array, epoch: number): Promise<Metrics> {
    const runner = this.steps.get(rows.length || this.batchSize);
    invariant(runner, 'every batch has one of the sizes compiled for');
    const { program, executable } = runner;
    if (runner !== this.main) this.copyParameters(runner);
    feedRows(program, executable, this.data, rows);
    feedSeed(program, executable, this.seed, this.step);
    const pending = executable.run(this.clock);
    if (pending) await pending;
    const metrics = measure(this.document, program, executable);
    if (!Number.isFinite(metrics.loss)) {
      throw new EngineError({
        code: 'not-finite',
        message: `the loss is ${metrics.loss} at step ${this.step + 1} (epoch ${epoch})`,
        hint: 'a smaller learning rate is the first thing to try'
      });
    }
    if (runner !== this.main) this.copyGradients(runner);
    this.optimizer.step();
    this.updateStates(runner);
    this.step++;
    return metrics;
  }

  private updateStates({ program, executable }: Runner): void {
    for (const [id, { value }] of program.updates) {
      const state = this.main.program.plan.inputs.get(id);
      if (state !== undefined) this.main.executable.view(state).set(executable.view(value));
    }
  }

  private copyParameters({ program, executable }: Runner): void {
    for (const id of this.carried) {
      const from = this.main.program.plan.inputs.get(id);
      const to = program.plan.inputs.get(id);
      if (from !== undefined && to !== undefined) executable.view(to).set(this.main.executable.view(from));
    }
  }

  private copyGradients({ program, executable }: Runner): void {
    for (const id of this.trained) {
      const from = program.gradients.get(id);
      const to = this.main.program.gradients.get(id);
      if (from && to) this.main.executable.view(to.value).set(executable.view(from.value));
    }
  }

  /** Loss and metrics over `rows` in evaluation mode; undefined for none. */
  private async evaluate(rows: Int32Array): Promise<Metrics | undefined> {
    if (rows.length === 0) return undefined;
    const mean = new MeanMetrics();
    for (let from = 0; from < rows.length; from += EVALUATION_ROWS) {
      const part = rows.subarray(from, from + EVALUATION_ROWS);
      let runner = this.evaluators.get(part.length);
      if (!runner) this.evaluators.set(part.length, (runner = this.prepare(compileProgram(this.document, this.purpose(part.length)))));
      this.copyParameters(runner);
      feedRows(runner.program, runner.executable, this.data, part);
      const pending = runner.executable.run(this.clock);
      if (pending) await pending;
      mean.add(measure(this.document, runner.program, runner.executable), part.length);
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

  private tell(epoch: number, stepsPerEpoch: number, loss: number, report?: EpochReport): void {
    const now = performance.now();
    if (!report && now - this.lastSnapshot < SNAPSHOT_MS) return;
    this.lastSnapshot = now;
    const totalSteps = stepsPerEpoch * this.epochs;
    const seconds = this.seconds();
    const eta = (seconds / Math.max(1, this.step)) * (totalSteps - this.step);
    this.options.onProgress?.({ epoch, epochs: this.epochs, step: this.step, totalSteps, loss, seconds, eta, ...(report && { report }) });
  }
}
