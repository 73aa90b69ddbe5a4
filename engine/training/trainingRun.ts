/**
 * One run of training, step by step. Its whole state is a position and the resident tensors, so that it can be written down
 * between two steps and gone on from. A sound copy of it is kept in memory: when the loss leaves the numbers, the steps since
 * then are taken again up to the one at fault, which costs nothing while all is well.
 */
import { Clock } from '../base/clock';
import { EngineError, invariant } from '../base/errors';
import type { EpochReport, Metrics } from '../base/report';
import type { Tensor } from '../base/tensors';
import type { Backend, Executable } from '../backends/backend';
import type { Program } from '../plan/program';
import { Audience, type News } from './audience';
import { epochOrder } from './batches';
import type { Position } from './checkpoint';
import { Checkpoints } from './checkpoints';
import { EarlyStopping } from './earlyStopping';
import { MeanMetrics, type Measured } from './evaluate';
import { Evaluator } from './evaluator';
import { epochsOf, feedLeaves } from './feed';
import { checkGivenRules } from './givenRules';
import { identityOf, requireSame, type Identity } from './identity';
import { diagnoseStep, TrainingFailure, unfitToBegin } from './notFinite';
import { Pace } from './pace';
import { initialParameters, seedOf } from './parameters';
import { optimizerOf, type TrainingPrograms } from './programs';
import { Sampler } from './sampler';
import { Schedule, scheduleOf } from './schedule';
import { Residents } from './residents';
import { prepareRunner, type Runner } from './runner';
import type { TrainOptions, TrainResult } from './train';

/** Copies in memory are at least so far apart, and take at most this share of the time. */
const ANCHOR_MS = 250;
const ANCHOR_SHARE = 0.01;

/** The state of a run, in memory. Always sound. */
interface Anchor extends Position {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Of the best epoch until then, where that is asked for. */
  readonly best: ReadonlyMap<string, Tensor>;
}

export class TrainingRun {
  private readonly clock: Clock;
  /** For what must not be cut short: a step that was moves some parameters and others not. */
  private readonly wholeStep: Clock;
  private readonly seed: number;
  private readonly epochs: number;
  private readonly identity: Identity;
  private readonly main: Runner;
  private readonly steps: ReadonlyMap<number, Runner>;
  private readonly evaluator: Evaluator;
  private readonly residents: Residents;
  private readonly reports: EpochReport[];
  private readonly anchoring = new Pace(ANCHOR_SHARE);
  private readonly checkpoints: Checkpoints | undefined;
  private readonly schedule: Schedule;
  private readonly stopping: EarlyStopping | undefined;
  private readonly sampler: Sampler | undefined;
  private readonly audience: Audience;
  private mean = new MeanMetrics();
  /** Of the step that was taken last. */
  private loss = NaN;
  private step = 0;
  private epoch = 1;
  private rows = 0;
  private order: { readonly epoch: number; readonly rows: Int32Array } | undefined;
  private anchor: Anchor | undefined;

  constructor(
    private readonly programs: TrainingPrograms,
    private readonly backend: Backend,
    private readonly options: TrainOptions
  ) {
    const { document, lowered, steps, data, batchSize, optimizer } = programs;
    const { resume, checkpoints } = options;
    this.clock = options.clock ?? new Clock();
    this.wholeStep = this.clock.withoutCancel();
    this.seed = options.seed ?? resume?.identity.seed ?? seedOf(document);
    this.epochs = options.epochs ?? epochsOf(document);
    const schedule = scheduleOf(document, this.epochs);
    this.identity = identityOf(document, data, batchSize, schedule, this.seed, backend.precision);
    if (resume) requireSame(resume.identity, this.identity);
    if (checkpoints) this.checkpoints = new Checkpoints(checkpoints);
    this.audience = new Audience(options, this.clock, resume?.seconds ?? 0);
    this.reports = [...(resume?.reports ?? [])];
    const parameters = initialParameters(lowered, this.seed, resume?.tensors ?? options.weights);
    const [main, ...others] = [...steps.values()];
    this.main = this.prepare(main!);
    feedLeaves(main!, this.main.executable, parameters, this.seed);
    this.residents = new Residents(this.main, parameters, optimizer.rule.memory);
    const runners = [this.main, ...others.map((program) => this.prepare(program, this.main.executable))];
    this.evaluator = new Evaluator(programs, (program) => this.prepare(program, this.main.executable));
    this.steps = new Map([...steps.keys()].map((size, at) => [size, runners[at]!]));
    this.schedule = new Schedule(schedule, optimizerOf(document).learning_rate);
    const stopping = document.training?.early_stopping;
    if (stopping) this.stopping = new EarlyStopping(stopping, this.reports, resume?.tensors);
    if (options.samples) this.sampler = new Sampler(programs, backend, this.seed);
    if (resume) this.restore(resume);
  }

  async perform(): Promise<TrainResult> {
    let test: Metrics | undefined;
    let stopped = false;
    try {
      for (const { program } of this.steps.values()) await checkGivenRules(program.lowered.graph, this.clock);
      while (this.epoch <= this.epochs && !this.stopping?.isOver) {
        await this.finishEpoch();
        if (this.epoch <= this.epochs && this.checkpoints?.isDueAfter(this.epoch - 1)) await this.keep();
      }
      await this.keep();
      if (this.stopping) this.residents.restore(this.stopping.parameters);
      test = await this.evaluator.evaluate(this.programs.data.parts.test, this.clock);
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'cancelled')) {
        await this.salvage(error);
        throw error;
      }
      stopped = true;
      await this.keep();
    }
    return {
      parameters: this.parameters(),
      epochs: this.reports,
      ...(test && { test }),
      ...(this.stopping && !stopped && { best: this.stopping.epoch }),
      stopped,
      backend: this.backend.name
    };
  }

  dispose(): void {
    for (const { executable } of this.steps.values()) executable.dispose();
    this.evaluator.dispose();
    this.sampler?.dispose();
  }

  private prepare(program: Program, sharing?: Executable): Runner {
    return prepareRunner(program, this.programs, this.backend, this.seed, sharing);
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

  private beginNextEpoch(): void {
    this.moveTo({ epoch: this.epoch + 1, rows: 0, step: this.step, mean: new MeanMetrics().sums });
  }

  /** What is left of the epoch in hand, and its report. */
  private async finishEpoch(): Promise<void> {
    await this.takeSteps();
    const [epoch, train] = [this.epoch, this.mean.value];
    const validation = await this.evaluator.evaluate(this.programs.data.parts.validation, this.clock);
    this.beginNextEpoch();
    // The loss of rows that were not trained on may be no number where all parameters are.
    if (validation && !Number.isFinite(validation.loss)) await this.dropAnchor();
    const report = {
      epoch,
      steps: this.step,
      seconds: this.audience.seconds,
      train,
      ...(validation && { validation }),
      learning_rate: this.schedule.rateAt(this.step, epoch, this.reports)
    };
    this.reports.push(report);
    this.stopping?.add(report, this.parameters);
    this.tell({ report }, { epoch, loss: train.loss });
  }

  /** The steps that are left of the epoch in hand; without data, one. */
  private async takeSteps(): Promise<void> {
    const rows = this.rowsOfEpoch();
    for (let first = this.rows === 0; first || this.rows < rows.length; first = false) {
      if (this.clock.due()) await this.clock.pause();
      this.clock.check();
      if (!this.anchor || this.anchoring.isDue(ANCHOR_MS)) {
        await this.dropAnchor();
        if (this.checkpoints?.isDueWithin) await this.write();
      }
      if (this.audience.isHolding) await this.standStill();
      const seen = this.sampler?.isDue ? await this.sampler.begin(this.nextRows(), this.step, this.residents, this.wholeStep) : undefined;
      const taken = this.takeStep();
      const { loss } = taken instanceof Promise ? await taken : taken;
      if (!Number.isFinite(loss)) await this.fail();
      this.loss = loss;
      this.audience.countStep(this.parameters);
      if (seen) this.tell({ sample: this.sampler!.end(seen, { epoch: this.epoch, step: this.step, rate: this.rate }, this.residents) });
      // The epoch's last step is told of with the epoch.
      else if (this.rows < rows.length && this.audience.isWaiting) this.tell();
    }
  }

  /** Before a step, until it may be taken. */
  private async standStill(): Promise<void> {
    await this.keep();
    await this.audience.hold(this.parameters, () => this.tell({ paused: true }));
  }

  private readonly parameters = (): ReadonlyMap<string, Tensor> => this.residents.parameters();

  /** The learning rate of the step that was taken last. */
  private get rate(): number {
    return this.schedule.rateAt(this.step, this.epoch, this.reports);
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
  private takeStep(): Measured | Promise<Measured> {
    const rows = this.nextRows();
    const runner = this.steps.get(rows.length || this.programs.batchSize);
    invariant(runner, 'every batch has one of the sizes compiled for');
    runner.feed(rows);
    runner.feedSeed(this.step);
    runner.feedScalars(this.step + 1, this.schedule.rateAt(this.step + 1, this.epoch, this.reports));
    const pending = runner.executable.run(this.wholeStep);
    return pending ? pending.then(() => this.countStep(runner, rows)) : this.countStep(runner, rows);
  }

  private countStep(runner: Runner, rows: Int32Array): Measured {
    const metrics = runner.measure();
    this.step++;
    this.rows += rows.length;
    this.mean.add(metrics, Math.max(1, rows.length));
    return metrics;
  }

  private restore({ tensors, ...position }: Position & { readonly tensors: ReadonlyMap<string, Tensor> }): void {
    this.residents.restore(tensors);
    this.moveTo(position);
  }

  /** Copies the state as it is now, if it is sound. */
  private async dropAnchor(): Promise<void> {
    const begun = performance.now();
    if (!this.residents.isFinite()) {
      if (!this.anchor) throw unfitToBegin(this.residents.all());
      await this.fail();
    }
    this.anchor = { ...this.position, tensors: this.residents.all(), best: this.stopping?.tensors ?? new Map() };
    this.anchoring.count(begun);
  }

  /** Goes back to before the step at which something left the numbers, and throws what is to be said of it. */
  private async fail(): Promise<never> {
    const loss = await this.replay(this.step, (loss) => Number.isFinite(loss) && this.residents.isFinite());
    // The last step that was taken is the one.
    await this.replay(this.step - 1, () => true);
    const { document, data } = this.programs;
    const step = { document, backend: this.backend, data, rows: this.nextRows(), seed: this.seed, parameters: this.residents.parameters() };
    throw await diagnoseStep({ ...step, steps: this.step, epoch: this.epoch, loss }, this.wholeStep);
  }

  /** Takes the steps since the anchor again, until so many were taken in all or one is not `sound`; the result is the last one's loss. */
  private async replay(until: number, sound: (loss: number) => boolean): Promise<number> {
    invariant(this.anchor && this.anchor.step <= until, 'what was sound once leaves the numbers in a step that follows');
    this.restore(this.anchor);
    let loss = NaN;
    while (this.step < until) {
      ({ loss } = await this.takeStep());
      if (!sound(loss)) break;
      if (this.rows >= this.rowsOfEpoch().length) this.beginNextEpoch();
    }
    return loss;
  }

  /** Makes sure of the state as it is now, and writes it down where that is wanted. */
  private async keep(): Promise<void> {
    await this.dropAnchor();
    await this.write();
  }

  /** Writes down the state that was copied last. */
  private async write(): Promise<void> {
    if (!this.anchor) return;
    const reports = this.reports.slice(0, this.anchor.epoch - 1);
    const { best, ...anchor } = this.anchor;
    const tensors = new Map([...anchor.tensors, ...best]);
    await this.checkpoints?.write({ ...anchor, tensors, identity: this.identity, reports, seconds: this.audience.seconds, at: Date.now() });
  }

  /** What failed for reasons outside of it, a thread that died or memory that ran out, can be gone on with. */
  private async salvage(error: unknown): Promise<void> {
    if (!(error instanceof TrainingFailure)) await this.write().catch(() => undefined);
  }

  private tell(news?: News, { epoch, loss } = { epoch: this.epoch, loss: this.loss }): void {
    const { epochs, step } = this;
    this.audience.tell({ epoch, epochs, step, totalSteps: this.stepsPerEpoch * epochs, loss }, news);
  }
}
