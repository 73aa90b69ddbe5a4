/**
 * What a window works with: one document at a time, run and re-run as it is edited, trained, its weights kept in hand.
 * Interactive runs use one thread of their own, so that they go on beside a training run.
 */
import { Clock } from '../base/clock';
import { EngineError, InvariantError, invariant, refuseErrors, type Diagnostic } from '../base/errors';
import type { Tensor } from '../base/tensors';
import type { Executable } from '../backends/backend';
import { availableBytes, bytesOf, requireCapacity } from '../backends/capacity';
import { parseDocument } from '../document/parse';
import { nodesAlong, computingNodes } from '../document/definitions';
import type { Document } from '../document/types';
import { viewDefinition } from '../document/view';
import { readSafetensors } from '../formats/safetensors';
import { lower, type Lowered } from '../lower/lower';
import { compileProgram, type Program, type Slot } from '../plan/program';
import { summarize as summarizeSource } from '../training/summarize';
import { batchSizeOf, feedLeaves, feedRows, loadData, NO_DATA, type LoadedData } from '../training/feed';
import { checkGivenRules } from '../training/givenRules';
import { initialParameters, seedOf, weightShapes } from '../training/parameters';
import { TrainingFailure } from '../training/notFinite';
import { train, trainingNeeds } from '../training/train';
import { Backends, type BackendOptions } from './backends';
import { check } from './check';
import { chooseRows, readSlot, usesData } from './execute';
import { exportDocument } from './export';
import { runJacobian } from './jacobian';
import { describeInterrupted, KeptTraining, type TrainingKeeper } from './keptTraining';
import type {
  BackendName,
  CheckEntry,
  CheckRequest,
  DataSummary,
  DatasetSummary,
  Evaluation,
  ImportedModel,
  Prediction,
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
import { structureOf, withNumbersOf } from './structure';
import { summarize } from './summarize';
import { TrainingLog } from './trainingLog';

export interface SessionOptions extends BackendOptions {
  readonly onTrainProgress: (news: TrainNews) => void;
  /** Where training is written down while it goes on; without it a crash loses what was not asked for. */
  readonly keeper?: TrainingKeeper;
  /** Told of what concerns no call. */
  readonly report?: (message: string) => void;
}

/** The last interactive run, kept so that its tensors can be looked at and its program used again. */
interface Kept {
  readonly key: string;
  readonly program: Program;
  readonly executable: Executable;
  readonly backend: BackendName;
  readonly bytes: number;
}

interface TrainingRun {
  readonly request: TrainRequest;
  readonly document: Document;
  readonly clock: Clock;
  readonly log: TrainingLog;
}

export class Session implements EngineCalls {
  private readonly interactive: Backends;
  private training: Backends;
  private readonly sources = new Map<string, Uint8Array>();
  private readonly notify: (news: TrainNews) => void;
  private readonly keptTraining: KeptTraining | undefined;
  /** Trained or loaded parameters by id. */
  private weights: ReadonlyMap<string, Tensor> = new Map();
  private kept: Kept | undefined;
  private loaded: { readonly key: string; readonly data: LoadedData } | undefined;
  private runClock: Clock | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private inHand: TrainingRun | undefined;
  /** Of the training run in hand, or the last one. */
  private ended: Promise<TrainOutcome> | undefined;

  constructor({ onTrainProgress, keeper, report = () => undefined, ...backends }: SessionOptions) {
    this.notify = onTrainProgress;
    if (keeper) this.keptTraining = new KeptTraining(keeper, report);
    this.interactive = new Backends({ ...backends, threads: 1 });
    this.training = new Backends(backends);
  }

  dispose(): void {
    void this.stop();
    this.interactive.dispose();
    this.training.dispose();
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.alone((clock) => this.perform(request, clock));
  }

  async inspect(request: InspectRequest): Promise<WholeTensor> {
    const slot = this.kept && findSlot(this.kept.program, request);
    if (!slot)
      throw new EngineError({ code: 'not-computed', message: 'this tensor is not part of the last run', hint: 'run the graph again' });
    return readSlot(this.kept!.executable, slot);
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
      return check(document, { ...(all && { all }), data: this.provide, weights: this.weightsOf(document), clock });
    });
  }

  async train(request: TrainRequest): Promise<TrainOutcome> {
    if (this.inHand) throw new EngineError({ code: 'busy', message: 'a training run is under way', hint: 'stop it first' });
    const run = { request, document: read(request.document), clock: new Clock(), log: new TrainingLog(this.notify) };
    this.inHand = run;
    this.ended = this.performTraining(run).finally(() => (this.inHand = undefined));
    return this.ended;
  }

  async trainingNeeds({ document, backend, threads }: TrainRequest): Promise<TrainingNeeds> {
    const needs = await trainingNeeds(read(document), { backend: this.trainers(threads).choice(backend), data: this.provide });
    return { ...needs, available: availableBytes() };
  }

  async trainingInHand(): Promise<TrainingInHand | null> {
    if (!this.inHand) return null;
    const { request, document, log } = this.inHand;
    const names = new Set([...(document.datasets ?? [])].map(([, { source }]) => source));
    const sources = new Map([...this.sources].filter(([name]) => names.has(name)));
    return { document: request.document, sources, epochs: [...log.epochs], ...(log.progress && { progress: log.progress }) };
  }

  async trainingEnd(): Promise<TrainOutcome> {
    if (!this.ended) throw new EngineError({ code: 'not-training', message: 'nothing was trained yet' });
    return this.ended;
  }

  async interruptedTraining(text: string): Promise<InterruptedTraining | null> {
    const { document } = parseDocument(text);
    if (this.inHand || !document) return null;
    const checkpoint = await this.keptTraining?.read(document);
    return checkpoint ? describeInterrupted(checkpoint) : null;
  }

  async dropInterrupted(text: string): Promise<void> {
    const { document } = parseDocument(text);
    if (document) await this.keptTraining?.drop(document);
  }

  async stop(): Promise<void> {
    this.runClock?.cancel();
    this.inHand?.clock.cancel();
  }

  async openData(source: string, bytes: Uint8Array): Promise<DataSummary> {
    const summary = summarizeSource(source, bytes);
    this.sources.set(source, bytes);
    this.loaded = undefined;
    return summary;
  }

  pauseTraining(): Promise<void> {
    throw new InvariantError('soon');
  }
  continueTraining(): Promise<void> {
    throw new InvariantError('soon');
  }
  giveData(): Promise<void> {
    throw new InvariantError('soon');
  }
  describeData(): Promise<DataSummary> {
    throw new InvariantError('soon');
  }
  describeDataset(): Promise<DatasetSummary> {
    throw new InvariantError('soon');
  }
  evaluate(): Promise<Evaluation> {
    throw new InvariantError('soon');
  }
  predict(): Promise<Prediction> {
    throw new InvariantError('soon');
  }
  parameter(): Promise<WholeTensor> {
    throw new InvariantError('soon');
  }
  takeRun(): Promise<void> {
    throw new InvariantError('soon');
  }
  importOnnx(): Promise<ImportedModel> {
    throw new InvariantError('soon');
  }

  async exportWeights({ document: text, format }: ExportRequest): Promise<readonly ExportFile[]> {
    const document = read(text);
    // Only code holds a batch; weights can be had without the data that they were learnt from.
    const data = format === 'numpy' ? await this.dataOf(document) : NO_DATA;
    return exportDocument(document, format, { data, weights: this.weightsOf(document) });
  }

  async loadWeights(text: string, bytes: Uint8Array): Promise<readonly string[]> {
    const document = read(text);
    const { lowered } = compileProgram(document, { mode: 'eval', batch: batchSizeOf(document) });
    const weights = readSafetensors(bytes);
    initialParameters(lowered, 0, weights);
    const matched = [...weightShapes(lowered).keys()].filter((id) => weights.has(id));
    this.weights = new Map([...this.weights, ...matched.map((id) => [id, weights.get(id)!] as const)]);
    return matched;
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
    this.kept = undefined;
    this.interactive.drop();
  }

  /** The backends of training runs, on so many threads: other ones where that is another number than the last. */
  private trainers(threads: number | undefined): Backends {
    if (threads !== this.training.options.threads && threads !== undefined) {
      this.training.dispose();
      this.training = new Backends({ ...this.training.options, threads });
    }
    return this.training;
  }

  private async performTraining({ request, document, clock, log }: TrainingRun): Promise<TrainOutcome> {
    const { epochs, seed, backend, threads, revision, resume } = request;
    const kept = this.keptTraining;
    try {
      const interrupted = resume === 'interrupted' ? await kept?.read(document) : null;
      if (interrupted === null && resume === 'interrupted')
        throw new EngineError({ code: 'no-checkpoint', message: 'there is no interrupted training of this graph', hint: 'train it anew' });
      const result = await train(document, {
        backend: this.trainers(threads).choice(backend),
        data: this.provide,
        clock,
        onProgress: (progress) => log.hear(progress),
        ...(epochs !== undefined && { epochs }),
        ...(seed !== undefined && { seed }),
        ...(resume === 'weights' && { weights: this.weightsOf(document) }),
        ...(interrupted && { resume: interrupted }),
        ...(kept && { checkpoints: { write: (checkpoint) => kept.write(checkpoint) } })
      });
      this.weights = result.parameters;
      return {
        revision,
        stopped: result.stopped,
        backend: result.backend,
        epochs: result.epochs,
        ...(result.test && { test: result.test })
      };
    } catch (error) {
      if (error instanceof EngineError && error.code === 'worker-died') this.training.drop();
      if (error instanceof TrainingFailure) this.weights = error.parameters;
      throw error;
    } finally {
      log.flush();
    }
  }

  private async perform(request: RunRequest, clock: Clock): Promise<RunResult> {
    const started = performance.now();
    const document = read(request.document);
    const data = await this.dataOf(document);
    const rows = chooseRows(document, data, request.rows);
    const choice = this.interactive.choice(request.backend, request.precision);
    const { mode = 'train', backward, revision, inside } = request;
    const key = JSON.stringify([request.backend, request.precision, mode, backward, rows.length, inside, structureOf(document)]);
    const program =
      this.kept?.key === key
        ? withNumbersOf(document, this.kept.program)
        : compileProgram(
            document,
            { mode, batch: rows.length, ...(backward && { gradients: 'all' as const }), ...(inside !== undefined && { inside }) },
            choice
          );
    if (this.kept?.key !== key) {
      await checkGivenRules(program.lowered.graph, clock);
      this.kept?.executable.dispose();
      this.kept = undefined;
      const { name, precision, compile } = await choice.for([program.plan]);
      requireCapacity([program.plan], precision);
      this.kept = { key, program, executable: compile(program.plan), backend: name, bytes: bytesOf([program.plan], precision) };
    }
    const { executable, backend, bytes } = this.kept;
    this.feed(document, program, executable, data, rows);
    const pending = executable.run(clock);
    if (pending) await pending;
    const summaries = (slots: ReadonlyMap<string, Slot>) =>
      new Map([...slots].map(([name, { type, value }]) => [name, summarize(type, executable.view(value))]));
    const results = ({ values, gradients, wires }: Pick<Program, 'values' | 'gradients' | 'wires'>, records: Document['wires']) => ({
      values: summaries(values),
      gradients: summaries(gradients),
      wires: records.map(({ from, to }, index) => {
        const slot = wires[index];
        return { from, to, ...(slot && { gradient: summarize(slot.type, executable.view(slot.value)) }) };
      })
    });
    const result = results(program, document.wires);
    const opened = inside === undefined ? undefined : nodesAlong(document, inside)?.at(-1);
    return {
      revision,
      ...result,
      ...(program.inside && opened && { inside: results(program.inside, viewDefinition(document, opened.gate).wires) }),
      backend,
      bytes,
      milliseconds: performance.now() - started,
      warnings: [...program.lowered.diagnostics, ...firstNonFinite(document, result.values)]
    };
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

  private readonly provide = (source: string): Uint8Array => {
    const bytes = this.sources.get(source);
    if (!bytes) throw new EngineError({ code: 'missing-data', message: `the data source ${source} is not open`, hint: 'open the file' });
    return bytes;
  };

  private async dataOf(document: Document): Promise<LoadedData> {
    if (!usesData(document)) return NO_DATA;
    const key = JSON.stringify([
      [...(document.datasets ?? [])].map(([name, { fields, ...rest }]) => [name, [...fields], rest]),
      computingNodes(document)
        .filter(({ gate }) => gate === 'data')
        .map(({ params }) => params?.['dataset'])
    ]);
    if (this.loaded?.key !== key) this.loaded = { key, data: await loadData(document, this.provide) };
    return this.loaded.data;
  }
}

function read(text: string): Document {
  const { document, diagnostics } = parseDocument(text);
  refuseErrors(diagnostics);
  invariant(document, 'a text without errors is a document');
  return document;
}

function findSlot(whole: Program, request: InspectRequest): Slot | undefined {
  const program = request.inside ? whole.inside : whole;
  if (!program) return undefined;
  switch (request.kind) {
    case 'value':
      return program.values.get(request.output);
    case 'gradient':
      return program.gradients.get(request.output);
    case 'wire':
      return program.wires[request.wire];
    default:
      throw request satisfies never;
  }
}

/** Where the first NaN or infinity was born, in topological order. */
function firstNonFinite(document: Document, values: RunResult['values']): Diagnostic[] {
  for (const [name, { nonFinite }] of values) {
    if (nonFinite === 0) continue;
    const id = name.split('.')[0]!;
    const kind = document.nodes.find((node) => node.id === id)?.gate;
    return [
      {
        code: 'not-finite',
        severity: 'warning',
        gate: id,
        ...(kind && { kind }),
        message: `${nonFinite} of its entries are NaN or infinite, the first in the graph that are`,
        hint: 'look at its inputs'
      }
    ];
  }
  return [];
}
