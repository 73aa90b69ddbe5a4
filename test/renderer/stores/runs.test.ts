import { emptyDocument, parseDocument, type EpochReport, type TrainOutcome } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { nextTick } from 'vue';
import { beforeEach, expect, it, vi } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { MOST_RUNS, readRuns } from '../../../renderer/stores/runRecord';
import { compareSettings, differences } from '../../../renderer/stores/runSettings';
import { useRunsStore } from '../../../renderer/stores/runs';
import { useTrainingSetupStore } from '../../../renderer/stores/trainingSetup';
import { SIMPLE } from '../summaries';

let host: MemoryHost;
const taken: number[] = [];
const settle = () => vi.waitFor(() => Promise.resolve());
beforeEach(() => {
  taken.length = 0;
  host = memoryHost({ takeRun: async (run) => void taken.push(run) });
  setHost(host);
  begin();
});
/** As a window that was loaded again. */
function begin(): void {
  setActivePinia(createPinia());
  useRunsStore();
  useDocumentStore().open(parseDocument(SIMPLE).document!, 'net.wiregrad');
}

const reports = (...losses: number[]): EpochReport[] =>
  losses.map((loss, at) => ({ epoch: at + 1, steps: at, seconds: at, train: { loss }, validation: { loss: loss * 2, accuracy: 0.5 } }));
const outcome = (run: number): TrainOutcome => ({ revision: 1, stopped: false, backend: 'wasm', epochs: [], run });
function record(run: number, ...losses: number[]): void {
  const runs = useRunsStore();
  runs.current = null;
  runs.record(runs.settingNow(useTrainingSetupStore().setup), 'finished', reports(...losses), outcome(run));
}

it('runs are kept with their settings and their best epoch, and are there again after a reload', async () => {
  record(1, 3, 1, 2);
  useTrainingSetupStore().configure('slower', { optimizer: { kind: 'sgd', learning_rate: 0.5 } });
  record(2, 4);
  await settle();
  begin();
  await settle();
  const { runs } = useRunsStore();
  expect(runs.map(({ name, best, epochs }) => [name, best, epochs])).toEqual([
    ['run 2', { epoch: 1, loss: 8 }, 1],
    ['run 1', { epoch: 2, loss: 2 }, 3]
  ]);
  expect(differences(runs)).toEqual([
    ['Optimizer SGD', 'Learning rate 0.5'],
    ['Optimizer Adam', 'Learning rate 0.01']
  ]);
  expect(
    compareSettings(runs)
      .filter(({ differs }) => !differs)
      .map(({ name }) => name)
  ).toContain('Batch size');
});

it('runs of another document are not shown, and come back with theirs', async () => {
  record(1, 1);
  await settle();
  useDocumentStore().open(emptyDocument(), 'other.wiregrad');
  await settle();
  expect(useRunsStore().runs).toEqual([]);
  useDocumentStore().open(parseDocument(SIMPLE).document!, 'net.wiregrad');
  await settle();
  expect(useRunsStore().runs).toHaveLength(1);
});

it('runs go along when the document is saved under another name', async () => {
  record(1, 1);
  useDocumentStore().markSaved('better.wiregrad', null);
  await nextTick();
  await settle();
  useDocumentStore().open(parseDocument(SIMPLE).document!, 'better.wiregrad');
  await settle();
  expect(useRunsStore().runs).toHaveLength(1);
});

it('a run that ends before those that were kept are read loses none of them', async () => {
  record(1, 1);
  await settle();
  begin();
  record(2, 2);
  await settle();
  expect(useRunsStore().runs).toHaveLength(2);
  begin();
  await settle();
  expect(useRunsStore().runs).toHaveLength(2);
});

it('only the latest are kept', () => {
  for (let run = 1; run <= MOST_RUNS + 3; run++) record(run, run);
  const { runs } = useRunsStore();
  expect([runs.length, runs[0]!.name]).toEqual([MOST_RUNS, `run ${MOST_RUNS + 3}`]);
});

it('a run that goes on with nothing changed is the same run', () => {
  const runs = useRunsStore();
  record(1, 1);
  runs.record(runs.settingNow(useTrainingSetupStore().setup), 'stopped', reports(1, 2), outcome(2));
  expect(runs.runs.map(({ name, epochs, state }) => [name, epochs, state])).toEqual([['run 1', 2, 'stopped']]);
});

it('the settings of a run are taken up as an edit, and its weights where they are still to be had', async () => {
  const runs = useRunsStore();
  const documents = useDocumentStore();
  record(7, 1);
  useTrainingSetupStore().configure('longer', { epochs: 999 });
  runs.useSettings(runs.runs[0]!);
  expect(useTrainingSetupStore().setup.epochs).toBe(100);
  documents.undo();
  expect(useTrainingSetupStore().setup.epochs).toBe(999);

  expect(runs.hasWeights(runs.runs[0]!)).toBe(true);
  await runs.takeWeights(runs.runs[0]!);
  expect(taken).toEqual([7]);
  runs.forgetWeights();
  expect(runs.hasWeights(runs.runs[0]!)).toBe(false);
});

it('runs are renamed, drawn over each other and deleted', () => {
  const runs = useRunsStore();
  for (let run = 1; run <= 8; run++) record(run, run);
  const ids = runs.runs.map(({ id }) => id);
  ids.forEach((id) => runs.overlay(id, true));
  expect(runs.overlaid).toEqual(ids.slice(2));
  runs.overlay(ids[3]!, false);
  runs.rename(ids[2]!, 'the good one');
  runs.remove(ids[4]!);
  expect(runs.others.map(({ name }) => name)).toEqual(['the good one', 'run 3', 'run 2', 'run 1']);
});

it('what is no run is left out of what is read', () => {
  record(1, 1);
  const [run] = useRunsStore().runs;
  const broken = [null, 3, {}, { ...run, columns: { epochs: [1, 2], of: { 'train.loss': [1] } } }, { ...run, training: 'sgd' }, run];
  expect(readRuns(JSON.stringify(broken))).toHaveLength(1);
  expect([readRuns('{'), readRuns('{}'), readRuns(null)]).toEqual([[], [], []]);
});
