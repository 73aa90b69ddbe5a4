import {
  EngineError,
  emptyDocument,
  parseDocument,
  serializeDocument,
  type InterruptedTraining,
  type TrainNews,
  type TrainOutcome
} from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useFilesStore } from '../../../renderer/stores/files';
import { useNoticesStore } from '../../../renderer/stores/notices';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { useTrainingStore } from '../../../renderer/stores/training';
import { SIMPLE } from '../summaries';

const LEARNING = SIMPLE.replace('"gate":"variable","params":{"value":-2}', '"gate":"parameter","params":{"value":-2}');
const progress = (epoch: number, epochs = 2): TrainNews => ({
  epoch,
  epochs,
  step: epoch * 10,
  totalSteps: epochs * 10,
  loss: 1 / epoch,
  seconds: epoch,
  eta: epochs - epoch,
  reports: [
    {
      epoch,
      steps: epoch * 10,
      seconds: epoch,
      train: { loss: 1 / epoch, accuracy: 0.5 },
      validation: { loss: 2 / epoch, accuracy: 0.4 }
    }
  ]
});

let host: MemoryHost;
let finish: (outcome: TrainOutcome) => void;
beforeEach(() => {
  vi.useFakeTimers();
  host = memoryHost({ train: () => new Promise((resolve) => (finish = resolve)), stop: async () => undefined });
  setHost(host);
  setActivePinia(createPinia());
  useDocumentStore().open(parseDocument(LEARNING).document!);
});
/** Lets the time of a frame pass. */
const shown = () => vi.advanceTimersByTimeAsync(100);

const epochs = (...numbers: number[]) => numbers.flatMap((epoch) => progress(epoch).reports);
const outcome = (numbers: number[], stopped = false): TrainOutcome => ({
  revision: 1,
  run: 1,
  stopped,
  backend: 'wasm',
  epochs: epochs(...numbers)
});

it('training reports every epoch while it goes, and that it is finished', async () => {
  const training = useTrainingStore();
  const done = training.train();
  host.progress.emit(progress(1));
  await shown();
  expect(training.running).toBe(true);
  expect(training.epochs.map(({ epoch }) => epoch)).toEqual([1]);
  host.progress.emit(progress(2));
  finish(outcome([1, 2]));
  await done;
  expect([training.running, training.outcome, training.epochs.length]).toEqual([false, 'finished', 2]);
});

it('training that goes on counts its epochs on', async () => {
  const training = useTrainingStore();
  const first = training.train();
  finish(outcome([1, 2]));
  await first;
  const second = training.train('weights');
  host.progress.emit(progress(1));
  await shown();
  expect(training.progress?.epoch).toBe(3);
  finish(outcome([1, 2]));
  await second;
  expect(training.epochs.map(({ epoch, steps, seconds }) => [epoch, steps, seconds])).toEqual([
    [1, 10, 1],
    [2, 20, 2],
    [3, 30, 3],
    [4, 40, 4]
  ]);
  // Minibatches lie where they were, not at the run's begin.
  expect(training.curve.batches()[0]).toEqual([3]);
});

it('nothing arrives of training whose document was closed', async () => {
  const training = useTrainingStore();
  const done = training.train();
  await training.abandon();
  host.progress.emit(progress(1));
  finish(outcome([1, 2]));
  await done;
  expect([training.running, training.epochs.length, training.outcome]).toEqual([false, 0, null]);
});

it('a window that is loaded again follows the training that goes on, each epoch once, to its end', async () => {
  let end: (outcome: TrainOutcome) => void;
  host = memoryHost({
    trainingInHand: async () => ({ document: LEARNING, sources: [], progress: progress(2, 4), epochs: epochs(1, 2) }),
    trainingEnd: () => new Promise((resolve) => (end = resolve))
  });
  setHost(host);
  const training = useTrainingStore();
  useDocumentStore().open(emptyDocument());
  expect(await useFilesStore().pickUpTraining()).toBe(true);
  expect(useDocumentStore().nodesById.has('x')).toBe(true);
  expect([training.running, training.progress?.epoch, training.epochs.length]).toEqual([true, 2, 2]);
  // The second was passed on just when the window asked.
  host.progress.emit({ ...progress(3, 4), reports: epochs(2, 3) });
  await shown();
  expect(training.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  end!(outcome([1, 2, 3], true));
  await shown();
  expect([training.running, training.outcome, training.curve.columns().epochs.length]).toEqual([false, 'stopped', 3]);
});

it('a window in which something was opened leaves the training of another alone', async () => {
  setHost(
    memoryHost({
      trainingInHand: async () => ({ document: LEARNING, sources: [], epochs: [] }),
      stop: async () => undefined,
      resetWeights: async () => undefined
    })
  );
  await useFilesStore().openText(SIMPLE, null);
  expect(await useFilesStore().pickUpTraining()).toBe(false);
  expect(useTrainingStore().running).toBe(false);
});

it('training without a parameter says what is missing', async () => {
  useDocumentStore().open(parseDocument(SIMPLE).document!);
  expect(useTrainingStore().obstacle).toContain('parameter');
});

it('a run that was interrupted is offered, and goes on with the epochs that it had', async () => {
  const asked: unknown[] = [];
  let interrupted: InterruptedTraining | null = { epochs: epochs(1), at: 5 };
  host.engine.interruptedTraining = async () => interrupted;
  host.engine.dropInterrupted = async () => void (interrupted = null);
  host.engine.train = (request) => (asked.push(request.resume), new Promise((resolve) => (finish = resolve)));
  const training = useTrainingStore();
  await training.findInterrupted();
  expect(training.interrupted?.epochs).toHaveLength(1);
  const done = training.train('interrupted');
  await shown();
  expect([training.running, training.interrupted, training.progress?.epoch]).toEqual([true, null, 1]);
  expect(training.epochs.map(({ epoch }) => epoch)).toEqual([1]);
  host.progress.emit(progress(2));
  await shown();
  expect(training.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  finish(outcome([1, 2]));
  await done;
  expect(training.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(asked).toEqual(['interrupted']);

  await training.findInterrupted();
  await training.dropInterrupted();
  expect([training.interrupted, interrupted]).toEqual([null, null]);
});

it('a run that was interrupted is told of where any of it is left, and forgotten by its document', async () => {
  const dropped: string[] = [];
  let found: InterruptedTraining = { epochs: [], at: 5 };
  host.engine.interruptedTraining = async () => found;
  host.engine.dropInterrupted = async (document) => void dropped.push(document);
  const training = useTrainingStore();
  const notices = () => useNoticesStore().notices.map(({ text }) => text);
  await training.findInterrupted();
  expect(notices()).toEqual(['Training was interrupted in its first epoch. The Training panel can continue it.']);
  // All hundred epochs that the document asks for.
  found = { epochs: epochs(...Array.from({ length: 100 }, (_, at) => at + 1)), at: 5 };
  await training.findInterrupted();
  expect([training.canContinue, training.reached, notices().length]).toEqual([false, 'after epoch 100', 1]);
  await training.dropInterrupted();
  expect(dropped).toEqual([serializeDocument(useDocumentStore().whole)]);
});

it('an interrupted run that could not be gone on with is offered again', async () => {
  host.engine.interruptedTraining = async () => ({ epochs: epochs(1), at: 5 });
  host.engine.train = () => Promise.reject(new EngineError({ code: 'missing-data', message: 'the data source is not open' }));
  const training = useTrainingStore();
  await training.findInterrupted();
  await training.train('interrupted');
  await shown();
  expect([training.running, training.interrupted?.epochs.length]).toEqual([false, 1]);
});

it('training that leaves the numbers selects the gate where it did, and offers nothing', async () => {
  host.engine.interruptedTraining = async () => ({ epochs: epochs(1), at: 5 });
  host.engine.train = () => Promise.reject(new EngineError({ code: 'not-finite', gate: 'q', message: 'the loss is NaN at step 3' }));
  const training = useTrainingStore();
  await training.train();
  await shown();
  expect([useSelectionStore().primary, training.interrupted]).toEqual(['q', null]);
  expect(useNoticesStore().notices[0]!.text).toContain('gate q: the loss is NaN at step 3');
});

it('an engine that is lost in mid-training leaves the offer to go on', async () => {
  host.engine.interruptedTraining = async () => ({ epochs: epochs(1), at: 5 });
  host.engine.train = () => Promise.reject(new EngineError({ code: 'engine-lost', message: 'the engine process ended' }));
  const training = useTrainingStore();
  await training.train();
  await shown();
  expect([training.running, training.interrupted?.epochs.length]).toEqual([false, 1]);
});

it('training stands still when asked, takes steps, and goes on', async () => {
  const asked: unknown[] = [];
  host.engine.pauseTraining = async () => void asked.push('pause');
  host.engine.continueTraining = async (steps) => void asked.push(steps ?? 'go on');
  const training = useTrainingStore();
  const done = training.train();
  await training.pauseOrGo();
  host.progress.emit({ ...progress(1), paused: true });
  await shown();
  expect(training.paused).toBe(true);
  await training.step(3);
  await training.pauseOrGo();
  host.progress.emit(progress(2));
  await shown();
  expect(training.paused).toBe(false);
  finish(outcome([1, 2]));
  await done;
  expect(asked).toEqual(['pause', 3, 'go on']);
});

it('a step without a run begins one that stands before it', async () => {
  const asked: unknown[] = [];
  host.engine.train = ({ paused }) => (asked.push(paused), new Promise((resolve) => (finish = resolve)));
  host.engine.continueTraining = async (steps) => void asked.push(steps);
  const training = useTrainingStore();
  await training.step();
  expect([asked, training.running]).toEqual([[true, 1], true]);
  finish(outcome([1]));
  await shown();
});

it('a step is refused, with the reason, where training cannot begin', async () => {
  useDocumentStore().open(parseDocument(SIMPLE).document!);
  await useTrainingStore().step();
  expect([useTrainingStore().running, useNoticesStore().notices.length]).toEqual([false, 1]);
});
