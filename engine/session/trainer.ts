/** Training as a session does it: one run at a time, written down while it goes on, its last few results kept. */
import { Clock } from '../base/clock';
import { EngineError } from '../base/errors';
import type { Tensor } from '../base/tensors';
import { availableBytes } from '../backends/capacity';
import type { Document } from '../document/types';
import { TrainControl } from '../training/control';
import type { Data } from '../training/feed';
import { TrainingFailure } from '../training/notFinite';
import { train, trainingNeeds, type TrainResult } from '../training/train';
import { Backends, type BackendOptions } from './backends';
import { describeInterrupted, type KeptTraining } from './keptTraining';
import type { InterruptedTraining, TrainingInHand, TrainingNeeds, TrainNews, TrainOutcome, TrainRequest } from './messages';
import { trainWithTorch, type TorchResult } from './torch/trainWithTorch';
import { TrainingLog } from './trainingLog';

/** Results of runs that can be taken again; the oldest go first. */
const MOST_RUNS = 20;
const MOST_BYTES = 2 ** 28;

export interface TrainerOptions {
  readonly backends: BackendOptions;
  readonly data: Data;
  readonly kept: KeptTraining | undefined;
  readonly notify: (news: TrainNews) => void;
  /** The parameters in hand that fit a document. */
  readonly weightsOf: (document: Document) => ReadonlyMap<string, Tensor>;
  /** Parameters as training has them now. */
  readonly onParameters: (parameters: ReadonlyMap<string, Tensor>) => void;
}

interface Running {
  readonly request: TrainRequest;
  readonly document: Document;
  readonly clock: Clock;
  readonly control: TrainControl;
  readonly log: TrainingLog;
}

export class Trainer {
  private backends: Backends;
  private running: Running | undefined;
  /** Of the training run in hand, or the last one. */
  private ended: Promise<TrainOutcome> | undefined;
  private runs = 0;
  private readonly results = new Map<number, ReadonlyMap<string, Tensor>>();

  constructor(private readonly options: TrainerOptions) {
    this.backends = new Backends(options.backends);
  }

  dispose(): void {
    this.stop();
    this.backends.dispose();
  }

  train(request: TrainRequest, document: Document): Promise<TrainOutcome> {
    if (this.running) throw new EngineError({ code: 'busy', message: 'a training run is under way', hint: 'stop it first' });
    const run = { request, document, clock: new Clock(), control: new TrainControl(), log: new TrainingLog(this.options.notify) };
    this.running = run;
    this.ended = this.perform(run).finally(() => (this.running = undefined));
    return this.ended;
  }

  async needs({ backend, threads, engine }: TrainRequest, document: Document): Promise<TrainingNeeds> {
    const needs = await trainingNeeds(document, { backend: this.trainers(threads).choice(backend), data: this.options.data });
    return { ...needs, available: engine === 'torchrun' ? Infinity : availableBytes() };
  }

  get inHand(): Omit<TrainingInHand, 'sources'> | null {
    if (!this.running) return null;
    const { request, log } = this.running;
    return {
      document: request.document,
      ...(log.progress && { progress: log.progress }),
      epochs: log.epochs
    };
  }

  async end(): Promise<TrainOutcome> {
    if (!this.ended) throw new EngineError({ code: 'not-training', message: 'nothing was trained yet' });
    return this.ended;
  }

  async interrupted(document: Document): Promise<InterruptedTraining | null> {
    if (this.running) return null;
    const checkpoint = await this.options.kept?.read(document);
    return checkpoint ? describeInterrupted(checkpoint) : null;
  }

  stop(): void {
    this.running?.clock.cancel();
  }

  pause(): void {
    this.requireRunning().pause();
  }

  continue(steps?: number): void {
    this.requireRunning().continue(steps);
  }

  /** Parameters that a run ended with. Throws EngineError `no-run` where they are not kept any more. */
  resultOf(run: number): ReadonlyMap<string, Tensor> {
    const found = this.results.get(run);
    if (found) return found;
    throw new EngineError({
      code: 'no-run',
      message: `the weights of run ${run} are not kept any more`,
      hint: 'train again with its settings: the same seed gives the same weights'
    });
  }

  private requireRunning(): TrainControl {
    if (this.running?.request.engine === 'torchrun')
      throw new EngineError({
        code: 'cannot-pause',
        message: 'PyTorch trains in processes of its own, which cannot be paused',
        hint: 'stop it, and continue from the weights in hand'
      });
    if (this.running) return this.running.control;
    throw new EngineError({ code: 'not-training', message: 'no training run is under way' });
  }

  /** The backends of training runs, on so many threads: other ones where that is another number than the last. */
  private trainers(threads: number | undefined): Backends {
    if (threads !== this.backends.options.threads && threads !== undefined) {
      this.backends.dispose();
      this.backends = new Backends({ ...this.backends.options, threads });
    }
    return this.backends;
  }

  private async perform(run: Running): Promise<TrainOutcome> {
    const { onParameters } = this.options;
    try {
      const { parameters, epochs, test, stopped, backend, best } = await this.resultOfRun(run);
      onParameters(parameters);
      this.keep(++this.runs, parameters);
      return {
        revision: run.request.revision,
        stopped,
        backend,
        epochs,
        run: this.runs,
        ...(test && { test }),
        ...(best !== undefined && { best })
      };
    } catch (error) {
      if (error instanceof EngineError && error.code === 'worker-died') this.backends.drop();
      if (error instanceof TrainingFailure) onParameters(error.parameters);
      throw error;
    } finally {
      run.log.flush();
    }
  }

  private resultOfRun(run: Running): Promise<TrainResult | (TorchResult & { readonly backend: 'torchrun' })> {
    return run.request.engine === 'torchrun' ? this.trainWithTorch(run) : this.trainHere(run);
  }

  private async trainWithTorch({ request, document, clock, log }: Running): Promise<TorchResult & { readonly backend: 'torchrun' }> {
    const { epochs, seed, resume, processes } = request;
    const result = await trainWithTorch(document, {
      data: this.options.data,
      clock,
      onProgress: (progress) => log.hear(progress),
      ...(epochs !== undefined && { epochs }),
      ...(seed !== undefined && { seed }),
      ...(processes !== undefined && { processes }),
      ...(resume === 'weights' && { weights: this.options.weightsOf(document) })
    });
    return { ...result, backend: 'torchrun' };
  }

  private async trainHere({ request, document, clock, control, log }: Running): Promise<TrainResult> {
    const { epochs, seed, backend, threads, resume, paused } = request;
    const { kept, data, weightsOf, onParameters } = this.options;
    const interrupted = resume === 'interrupted' ? await kept?.read(document) : null;
    if (resume === 'interrupted' && !interrupted)
      throw new EngineError({ code: 'no-checkpoint', message: 'there is no interrupted training of this graph', hint: 'train it anew' });
    if (paused) control.pause();
    return train(document, {
      backend: this.trainers(threads).choice(backend),
      data,
      clock,
      control,
      samples: true,
      onProgress: (progress) => log.hear(progress),
      onParameters,
      ...(epochs !== undefined && { epochs }),
      ...(seed !== undefined && { seed }),
      ...(resume === 'weights' && { weights: weightsOf(document) }),
      ...(interrupted && { resume: interrupted }),
      ...(kept && { checkpoints: { write: (checkpoint) => kept.write(checkpoint) } })
    });
  }

  private keep(run: number, parameters: ReadonlyMap<string, Tensor>): void {
    this.results.set(run, parameters);
    const total = () =>
      [...this.results.values()].flatMap((kept) => [...kept.values()]).reduce((sum, { data }) => sum + data.byteLength, 0);
    while (this.results.size > 1 && (this.results.size > MOST_RUNS || total() > MOST_BYTES))
      this.results.delete(this.results.keys().next().value!);
  }
}
