import { parseDocument, type TrainOutcome, type TrainProgress } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { Curve } from '../../../renderer/stores/curve';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useTrainingStore } from '../../../renderer/stores/training';
import { SIMPLE } from '../summaries';

const LEARNING = SIMPLE.replace('"gate":"variable","params":{"value":-2}', '"gate":"parameter","params":{"value":-2}');
const progress = (epoch: number, epochs = 2): TrainProgress => ({
  epoch,
  epochs,
  step: epoch * 10,
  totalSteps: epochs * 10,
  loss: 1 / epoch,
  seconds: epoch,
  eta: epochs - epoch,
  report: {
    epoch,
    steps: epoch * 10,
    seconds: epoch,
    train: { loss: 1 / epoch, accuracy: 0.5 },
    validation: { loss: 2 / epoch, accuracy: 0.4 }
  }
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
const shown = () => vi.advanceTimersByTimeAsync(40);

const outcome = (epochs: number[], stopped = false): TrainOutcome => ({
  revision: 1,
  stopped,
  backend: 'wasm',
  epochs: epochs.map((epoch) => progress(epoch).report!)
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
  const second = training.train(true);
  host.progress.emit(progress(1));
  await shown();
  expect(training.progress?.epoch).toBe(3);
  finish(outcome([1, 2]));
  await second;
  expect(training.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
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

it('training without a parameter says what is missing', async () => {
  useDocumentStore().open(parseDocument(SIMPLE).document!);
  expect(useTrainingStore().obstacle).toContain('parameter');
});

it('a curve keeps x in order and every report, however many steps it hears of', () => {
  const curve = new Curve();
  const epochs = 50;
  const steps = 200;
  for (let step = 1; step <= epochs * steps; step++) {
    const epoch = Math.ceil(step / steps);
    const told = progress(epoch, epochs);
    curve.add({ ...told, step, totalSteps: epochs * steps, report: step % steps === 0 ? told.report : undefined });
  }
  const [x, batch, train, validation] = curve.loss();
  expect(x.every((at, index) => index === 0 || at >= x[index - 1]!)).toBe(true);
  expect(x.length).toBeLessThan(2_100);
  expect(batch.length).toBe(x.length);
  expect(train.filter((loss) => loss !== null).length).toBe(epochs);
  expect(validation.filter((loss) => loss !== null).length).toBe(epochs);
  expect(curve.accuracy()[1].length).toBe(epochs);
});
