/**
 * What a window works with: one document at a time, run and re-run as it is edited, trained, its weights kept in hand.
 * Interactive runs use one thread of their own, so that they go on beside a training run.
 */
import { Clock } from '../base/clock';
import { EngineError, invariant, refuseErrors } from '../base/errors';
import type { Tensor } from '../base/tensors';
import type { Executable } from '../backends/backend';
import { describe, describeGenerated } from '../data/describe';
import { requireCapacity } from '../backends/capacity';
import { parseDocument } from '../document/parse';
import { serializeDocument } from '../document/serialize';
import type { Document } from '../document/types';
import { readSafetensors, writeSafetensors } from '../formats/safetensors';
import { importOnnx } from '../importers/onnx';
import { lower, type Lowered } from '../lower/lower';
import { compileProgram, type Program } from '../plan/program';
import { batchSizeOf, feedLeaves, feedRows, loadData, NO_DATA, type LoadedData } from '../training/feed';
import { checkGivenRules } from '../training/givenRules';
import { evaluatePart } from '../training/evaluatePart';
import type { Dataset } from '../training/dataset';
import { initialParameters, seedOf, weightShapes } from '../training/parameters';
import { Backends, type BackendOptions } from './backends';
import { check } from './check';
import { chooseRows, usesData } from './execute';
import { exportDocument } from './export';
import { runJacobian } from './jacobian';
import { datasetRows } from './datasetRows';
import { Datasets, summarizeDataset } from './datasets';
import { InteractiveRuns } from './interactiveRuns';
import { KeptTraining, type TrainingKeeper } from './keptTraining';
import { compareWeights, foreignWeights } from './loadWeights';
import { Predictor } from './predict';
import { Sources } from './sources';
import type {
  CheckEntry,
  CheckRequest,
  DataPart,
  DataSummary,
  DatasetRows,
  DatasetSummary,
  EvaluateRequest,
  Evaluation,
  ImportedModel,
  Prediction,
  PredictRequest,
  WeightsReport,
  EngineCalls,
  ExportFile,
  ExportRequest,
  InspectRequest,
  InterruptedTraining,
  JacobianRequest,
  RunRequest,
  RunResult,
  TrainingInHand,
  TrainingNeeds,
  TrainNews,
  TrainOutcome,
  TrainRequest,
  WholeTensor
} from './messages';
import { Trainer } from './trainer';

export interface SessionOptions extends BackendOptions {
  readonly onTrainProgress: (news: TrainNews) => void;
  /** Where training is written down while it goes on; without it a crash loses what was not asked for. */
  readonly keeper?: TrainingKeeper;
  /** Told of what concerns no call. */
  readonly report?: (message: string) => void;
}

export class Session implements EngineCalls {
  private readonly interactive: Backends;
  private readonly sources = new Sources();
  private readonly datasets = new Datasets(this.sources.provide);
  private readonly predictor = new Predictor();
  private readonly runs: InteractiveRuns;
  private readonly trainer: Trainer;
  private readonly keptTraining: KeptTraining | undefined;
  /** Trained or loaded parameters by id. */
  private weights: ReadonlyMap<string, Tensor> = new Map();
  private runClock: Clock | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor({ onTrainProgress, keeper, report = () => undefined, ...backends }: SessionOptions) {
    if (keeper) this.keptTraining = new KeptTraining(keeper, report);
    this.interactive = new Backends({ ...backends, threads: 1 });
    this.runs = new InteractiveRuns(this.interactive, (...run) => this.feed(...run));
    this.trainer = new Trainer({
      backends,
      data: this.datasets,
      kept: this.keptTraining,
      notify: onTrainProgress,
      weightsOf: (document) => this.weightsOf(document),
      onParameters: (parameters) => (this.weights = parameters)
    });
  }

  dispose(): void {
    void this.stop();
    this.interactive.dispose();
    this.trainer.dispose();
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.alone(async (clock) => {
      const document = read(request.document);
      return this.runs.run(document, await this.dataOf(document), request, clock);
    });
  }

  async inspect(request: InspectRequest): Promise<WholeTensor> {
    return this.runs.inspect(request);
  }

  jacobian({ of, wrt, ...request }: JacobianRequest): Promise<WholeTensor> {
    return this.alone(async (clock) => {
      const document = read(request.document);
      const data = await this.dataOf(document);
      const rows = chooseRows(document, data, request.rows);
      const choice = this.interactive.choice(request.backend, request.precision);
      const purpose = { mode: request.mode ?? 'train', batch: rows.length, values: new Set<string>(), jacobian: { of, wrt } };
      const program = compileProgram(document, purpose, choice);
      await checkGivenRules(program.lowered.graph, clock);
      const { precision, compile } = await choice.for([program.plan]);
      requireCapacity([program.plan], precision);
      const executable = compile(program.plan);
      try {
        this.feed(document, program, executable, data, rows);
        return await runJacobian(program, executable, clock);
      } finally {
        executable.dispose();
      }
    });
  }

  check({ document: text, all }: CheckRequest): Promise<readonly CheckEntry[]> {
    return this.alone(async (clock) => {
      const document = read(text);
      return check(document, { ...(all && { all }), data: this.datasets, weights: this.weightsOf(document), clock });
    });
  }

  async train(request: TrainRequest): Promise<TrainOutcome> {
    return this.trainer.train(request, read(request.document));
  }

  async trainingNeeds(request: TrainRequest): Promise<TrainingNeeds> {
    return this.trainer.needs(request, read(request.document));
  }

  async trainingInHand(): Promise<TrainingInHand | null> {
    const { inHand } = this.trainer;
    return inHand && { ...inHand, sources: this.sources.names };
  }

  async trainingEnd(): Promise<TrainOutcome> {
    return this.trainer.end();
  }

  async interruptedTraining(text: string): Promise<InterruptedTraining | null> {
    const { document } = parseDocument(text);
    return document ? this.trainer.interrupted(document) : null;
  }

  async dropInterrupted(text: string): Promise<void> {
    const { document } = parseDocument(text);
    if (document) await this.keptTraining?.drop(document);
  }

  async stop(): Promise<void> {
    this.runClock?.cancel();
    this.trainer.stop();
  }

  async pauseTraining(): Promise<void> {
    this.trainer.pause();
  }

  async continueTraining(steps?: number): Promise<void> {
    this.trainer.continue(steps);
  }

  async takeRun(run: number): Promise<void> {
    this.weights = this.trainer.resultOf(run);
  }

  async openData(source: string, bytes: Uint8Array): Promise<DataSummary> {
    const summary = await describe(source, () => bytes);
    this.sources.give(source, bytes);
    this.forgetData();
    return summary;
  }

  async giveData(part: DataPart): Promise<void> {
    this.sources.add(part);
    this.forgetData();
  }

  async describeData(source: Parameters<EngineCalls['describeData']>[0]): Promise<DataSummary> {
    return typeof source === 'string' ? describe(source, this.sources.provide) : describeGenerated(source);
  }

  async describeDataset(text: string, name: string): Promise<DatasetSummary> {
    return summarizeDataset(await this.dataset(text, name));
  }

  async datasetRows(text: string, name: string, from: number, to: number): Promise<DatasetRows> {
    return datasetRows(await this.dataset(text, name), from, to);
  }

  evaluate({ document: text, part, backend }: EvaluateRequest): Promise<Evaluation> {
    return this.alone(async (clock) => {
      const document = read(text);
      const data = await this.dataOf(document);
      const rows = data.parts[part];
      if (rows.length === 0)
        throw new EngineError({
          code: 'no-rows',
          message: `the split leaves no rows for ${part}`,
          hint: `give the ${part} part a share of the rows`
        });
      const choice = this.interactive.choice(backend);
      const evaluation = await evaluatePart(document, { choice, data, rows, parameters: this.weightsOf(document), clock });
      return { part, ...evaluation };
    });
  }

  predict(request: PredictRequest): Promise<Prediction> {
    return this.alone(async (clock) => {
      const document = read(request.document);
      const data = await this.dataOf(document);
      return this.predictor.predict(document, request, data, this.weightsOf(document), this.interactive.choice(), clock);
    });
  }

  async parameter(text: string, id: string): Promise<WholeTensor> {
    const document = read(text);
    const lowered = lower(document, { batch: batchSizeOf(document) });
    const found = initialParameters(lowered, seedOf(document), this.fitting(lowered)).get(id);
    if (!found) throw new EngineError({ code: 'unknown-leaf', message: `there is no parameter ${id}`, hint: 'choose one of the document' });
    return found;
  }

  async importOnnx(name: string, bytes: Uint8Array): Promise<ImportedModel> {
    const { document, weights, notes } = importOnnx(bytes, name.replace(/\.onnx$/i, ''));
    return { document: serializeDocument(document), weights: writeSafetensors(weights), notes };
  }

  async exportWeights({ document: text, format }: ExportRequest): Promise<readonly ExportFile[]> {
    const document = read(text);
    // Only code holds a batch; weights can be had without the data that they were learnt from.
    const data = format === 'numpy' || format === 'pytorch-project' ? await this.dataOf(document) : NO_DATA;
    return exportDocument(document, format, { data, weights: this.weightsOf(document) });
  }

  async loadWeights(text: string, bytes: Uint8Array): Promise<WeightsReport> {
    const document = read(text);
    const { lowered } = compileProgram(document, { mode: 'eval', batch: batchSizeOf(document) });
    const weights = readSafetensors(bytes);
    const report = compareWeights(weightShapes(lowered), weights);
    if (report.matched.length === 0) throw foreignWeights(report);
    this.weights = new Map([...this.weights, ...report.matched.map((id) => [id, weights.get(id)!] as const)]);
    return report;
  }

  async resetWeights(): Promise<void> {
    this.weights = new Map();
  }

  /** One interactive job at a time: a new one cancels the one in hand and waits for it to end. */
  private async alone<T>(job: (clock: Clock) => Promise<T>): Promise<T> {
    this.runClock?.cancel();
    const clock = new Clock();
    this.runClock = clock;
    const result = this.running.then(async () => {
      clock.check();
      try {
        return await job(clock);
      } catch (error) {
        if (error instanceof EngineError && error.code === 'worker-died') this.dropInteractive();
        throw error;
      }
    });
    this.running = result.catch(() => undefined);
    return result;
  }

  /** The next run starts a new backend; what was compiled for this one died with it. */
  private dropInteractive(): void {
    this.runs.forget();
    this.predictor.forget();
    this.interactive.drop();
  }

  private feed(document: Document, program: Program, executable: Executable, data: LoadedData, rows: Int32Array): void {
    const seed = seedOf(document);
    feedLeaves(program, executable, initialParameters(program.lowered, seed, this.fitting(program.lowered)), seed);
    feedRows(program, executable, data, rows);
  }

  /** The weights in hand whose shape is still the document's: an edit may have changed a parameter since. */
  private fitting(lowered: Lowered): ReadonlyMap<string, Tensor> {
    const shapes = weightShapes(lowered);
    return new Map([...this.weights].filter(([id, { shape }]) => shapes.get(id)?.join() === shape.join()));
  }

  private weightsOf(document: Document): ReadonlyMap<string, Tensor> {
    return this.fitting(lower(document, { batch: batchSizeOf(document) }));
  }

  private async dataset(text: string, name: string): Promise<Dataset> {
    const record = read(text).datasets?.get(name);
    if (!record)
      throw new EngineError({ code: 'unknown-dataset', message: `there is no data set ${name}`, hint: 'choose one of the document' });
    return this.datasets.load(name, record);
  }

  private forgetData(): void {
    this.datasets.forget();
  }

  private dataOf(document: Document): Promise<LoadedData> {
    return usesData(document) ? loadData(document, this.datasets) : Promise.resolve(NO_DATA);
  }
}

function read(text: string): Document {
  const { document, diagnostics } = parseDocument(text);
  refuseErrors(diagnostics);
  invariant(document, 'a text without errors is a document');
  return document;
}
