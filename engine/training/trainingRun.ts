/**
 * One run of training, step by step. Its whole state is a position and the resident tensors, so that it can be written down
 * between two steps and gone on from. A copy of it is kept in memory that is never older than ANCHOR_MS: when the loss
 * leaves the numbers, the steps since then are taken again up to the one at fault, which costs nothing while all is well.
 */
import { Clock } from '../base/clock';
import type { NumberArray } from '../base/dtypes';
import { EngineError, invariant } from '../base/errors';
import type { EpochReport, Metrics } from '../base/report';
import type { Tensor } from '../base/tensors';
import type { Backend, Executable } from '../backends/backend';
import { inputName, type Program } from '../plan/program';
import { epochOrder } from './batches';
import { identityOf, requireSame, type Identity, type Position } from './checkpoint';
import { MeanMetrics, meter } from './evaluate';
import { feedFixed, feedLeaves, rowFeeder, seedFeeder } from './feed';
import { checkGivenRules } from './givenRules';
import { allFinite, diagnoseStep } from './notFinite';
import type { Optimizer } from './optimizers';
import { initialParameters, seedOf } from './parameters';
import { EVALUATION_ROWS, type TrainingPrograms } from './programs';
import type { TrainOptions, TrainResult } from './train';

const DEFAULT_EPOCHS = 100;
const SNAPSHOT_MS = 1000 / 30;
const ANCHOR_MS = 250;
/** Checkpoints that nobody asked a pace for are so far apart. */
const CHECKPOINT_MS = 1_000;

/** A program ready to run batches of one size. */
interface Runner {
  readonly program: Program;
  readonly executable: Executable;
  readonly feed: (rows: Int32Array) => void;
  readonly feedSeed: (step: number) => void;
  readonly feedScalars: (step: number) => void;
  readonly measure: () => Metrics;
}

/** The state of a run, in memory. */
interface Anchor extends Position {
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export class TrainingRun {
  private readonly clock: Clock;
  private readonly seed: number;
  private readonly epochs: number;
  private readonly identity: Identity;
  private readonly steps: ReadonlyMap<number, Runner>;
  private readonly main: Runner;
  private readonly evaluators = new Map<number, Runner>();
  private readonly parameters: ReadonlyMap<string, Tensor>;
  /** For what must not be cut short: a step that was moves some parameters and others not. */
  private readonly wholeStep: Clock;
  private readonly started = performance.now();
  /** Seconds that were spent before this process took the run over. */
  private readonly before: number;
  private readonly reports: EpochReport[];
  private mean = new MeanMetrics();
  private lastSnapshot = 0;
  private step = 0;
  private epoch = 1;
  private rows = 0;
  private order: { readonly epoch: number; readonly rows: Int32Array } | undefined;
  private anchor: Anchor | undefined;
  private anchored = -Infinity;
  private written = performance.now();

  constructor(
    private readonly programs: TrainingPrograms,
    private readonly backend: Backend,
    private readonly options: TrainOptions
  ) {
    const { document, lowered, steps, data, batchSize } = programs;
    const { resume } = options;
    this.clock = options.clock ?? new Clock();
    this.wholeStep = this.clock.withoutCancel();
    this.seed = options.seed ?? resume?.identity.seed ?? seedOf(document);
    this.epochs = options.epochs ?? document.training?.epochs ?? DEFAULT_EPOCHS;
    this.identity = identityOf(document, data, batchSize, this.seed, backend.precision);
    if (resume) requireSame(resume.identity, this.identity);
    this.before = resume?.seconds ?? 0;
    this.reports = [...(resume?.reports ?? [])];
    this.parameters = initialParameters(lowered, this.seed, resume?.tensors ?? options.weights);
    const [main, ...others] = [...steps.values()];
    this.main = this.prepare(main!);
    feedLeaves(main!, this.main.executable, this.parameters, this.seed);
    const runners = [this.main, ...others.map((program) => this.prepare(program, this.main.executable))];
    this.steps = new Map([...steps.keys()].map((size, at) => [size, runners[at]!]));
    if (resume) this.restore(resume);
  }

  async perform(): Promise<TrainResult> {
    let test: Metrics | undefined;
    let stopped = false;
    try {
      for (const { program } of this.steps.values()) await checkGivenRules(program.lowered.graph, this.clock);
      while (this.epoch <= this.epochs) {
        const train = await this.finishEpoch();
        const validation = await this.evaluate(this.programs.data.parts.validation);
        const report = { epoch: this.epoch, steps: this.step, seconds: this.seconds(), train, ...(validation && { validation }) };
        this.reports.push(report);
        this.moveTo({ epoch: this.epoch + 1, rows: 0, step: this.step, mean: new MeanMetrics().sums });
        this.tell(report.epoch, train.loss, report);
        await this.checkpoint(this.epoch > this.epochs ? 'end' : 'epoch');
      }
      test = await this.evaluate(this.programs.data.parts.test);
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'cancelled')) throw error;
      stopped = true;
      await this.checkpoint('end');
    }
    const epochs = this.reports;
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

  private get position(): Position {
    return { epoch: this.epoch, rows: this.rows, step: this.step, mean: this.mean.sums };
  }

  private moveTo({ epoch, rows, step, mean }: Position): void {
    this.epoch = epoch;
    this.rows = rows;
    this.step = step;
    this.mean = new MeanMetrics(mean);
  }

  /** What is left of the epoch in hand; without data, one step. The result is the mean of all its steps' metrics. */
  private async finishEpoch(): Promise<Metrics> {
    const rows = this.rowsOfEpoch();
    for (let first = this.rows === 0; first || this.rows < rows.length; first = false) {
      if (this.clock.due()) await this.clock.pause();
      this.clock.check();
      if (performance.now() - this.anchored > ANCHOR_MS) await this.dropAnchor();
      const taken = this.takeStep();
      const metrics = taken instanceof Promise ? await taken : taken;
      if (!Number.isFinite(metrics.loss)) await this.fail(metrics.loss);
      // The epoch's last step is told of with the epoch.
      if (this.rows < rows.length) this.tell(this.epoch, metrics.loss);
    }
    return this.mean.value;
  }

  private rowsOfEpoch(): Int32Array {
    const { train } = this.programs.data.parts;
    if (train.length === 0) return train;
    if (this.order?.epoch !== this.epoch) this.order = { epoch: this.epoch, rows: epochOrder(train, this.seed, this.epoch) };
    return this.order.rows;
  }

  /** The rows of the step that comes next. */
  private nextRows(): Int32Array {
    const rows = this.rowsOfEpoch();
    return rows.length <= this.programs.batchSize ? rows : rows.subarray(this.rows, this.rows + this.programs.batchSize);
  }

  /** A promise only where the step takes longer than a slice: steps of small nets take microseconds. */
  private takeStep(): Metrics | Promise<Metrics> {
    const rows = this.nextRows();
    const runner = this.steps.get(rows.length || this.programs.batchSize);
    invariant(runner, 'every batch has one of the sizes compiled for');
    runner.feed(rows);
    runner.feedSeed(this.step);
    runner.feedScalars(this.step + 1);
    const pending = runner.executable.run(this.wholeStep);
    return pending ? pending.then(() => this.countStep(runner, rows)) : this.countStep(runner, rows);
  }

  private countStep(runner: Runner, rows: Int32Array): Metrics {
    const metrics = runner.measure();
    this.step++;
    this.rows += rows.length;
    this.mean.add(metrics, Math.max(1, rows.length));
    return metrics;
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
    return new Map([...this.parameters].map(([id, tensor]) => [id, this.copyOf(id, tensor)]));
  }

  private copyOf(id: string, tensor: Tensor): Tensor {
    const { program, executable } = this.main;
    const value = program.plan.inputs.get(id);
    return value === undefined ? tensor : { ...tensor, data: executable.view(value).slice() };
  }

  /** Everything that steps change: parameters, the state of gates, what the optimizer keeps. */
  private residents(): Map<string, Tensor> {
    const tensors = this.current();
    const { program } = this.main;
    for (const id of program.trained) {
      for (const kind of this.programs.optimizer.rule.memory) {
        const name = inputName.memory(kind, id);
        tensors.set(name, this.copyOf(name, { ...this.parameters.get(id)! }));
      }
    }
    return tensors;
  }

  private restore({ tensors, ...position }: Anchor): void {
    const { program, executable } = this.main;
    for (const [name, { data }] of tensors) {
      const value = program.plan.inputs.get(name);
      if (value !== undefined) executable.view(value).set(data);
    }
    this.moveTo(position);
  }

  /** Keeps the state as it is now, if it is sound. */
  private async dropAnchor(): Promise<void> {
    const tensors = this.residents();
    if (!allFinite(tensors)) await this.fail(NaN);
    this.anchor = { ...this.position, tensors };
    this.anchored = performance.now();
  }

  /** Goes back to before the step at which something left the numbers, and throws what is to be said of it. */
  private async fail(loss: number): Promise<never> {
    const until = this.step;
    invariant(this.anchor, 'the state is kept before the first step');
    this.restore(this.anchor);
    let [sound, last]: [Anchor, number] = [this.anchor, loss];
    while (this.step < until) {
      sound = { ...this.position, tensors: this.residents() };
      last = (await this.takeStep()).loss;
      if (!Number.isFinite(last) || !allFinite(this.residents())) break;
      if (this.rows >= this.rowsOfEpoch().length)
        this.moveTo({ epoch: this.epoch + 1, rows: 0, step: this.step, mean: new MeanMetrics().sums });
    }
    this.restore(sound);
    const { document, data } = this.programs;
    const step = { document, backend: this.backend, data, rows: this.nextRows(), seed: this.seed, parameters: this.current() };
    throw await diagnoseStep({ ...step, steps: sound.step, epoch: sound.epoch, loss: last }, this.wholeStep);
  }

  /** Writes the state down where that is wanted now; what is not sound is never written. */
  private async checkpoint(when: 'epoch' | 'end'): Promise<void> {
    const { checkpoints } = this.options;
    if (!checkpoints) return;
    const due =
      checkpoints.every === undefined ? performance.now() - this.written > CHECKPOINT_MS : (this.epoch - 1) % checkpoints.every === 0;
    if (when === 'epoch' && !due) return;
    await this.dropAnchor();
    const { tensors, ...position } = this.anchor!;
    const { identity, reports } = this;
    await checkpoints.write({ ...position, identity, reports: [...reports], seconds: this.seconds(), at: Date.now(), tensors });
    this.written = performance.now();
  }

  private seconds(): number {
    return this.before + (performance.now() - this.started) / 1000;
  }

  private tell(epoch: number, loss: number, report?: EpochReport): void {
    const now = performance.now();
    if (!report && now - this.lastSnapshot < SNAPSHOT_MS) return;
    this.lastSnapshot = now;
    const seconds = this.seconds();
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
