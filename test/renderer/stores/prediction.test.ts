import { EngineError, type DatasetRows, type Evaluation, type Prediction, type PredictRequest } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { examples } from '../../../renderer/examples/examples';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useEvaluationStore } from '../../../renderer/stores/evaluation';
import { CELLS, usePlaneStore } from '../../../renderer/stores/plane';
import { usePredictionStore } from '../../../renderer/stores/prediction';

const ROWS = 4;
const asked: PredictRequest[] = [];
let host: MemoryHost;

/** Rows [i, 10 i], of class i % 2; the last one is held out. */
async function datasetRows(_document: string, _dataset: string, from: number, to: number): Promise<DatasetRows> {
  const rows = Array.from({ length: Math.min(to, ROWS) - from }, (_, at) => from + at);
  const x = Float64Array.from(rows.flatMap((row) => [row, 10 * row]));
  const y = Int32Array.from(rows, (row) => row % 2);
  return {
    from,
    rows: ROWS,
    parts: Uint8Array.from(rows, (row) => (row === ROWS - 1 ? 1 : 0)),
    fields: new Map([
      ['x', { dtype: 'float', shape: [rows.length, 2], data: x, entries: ['x1', 'x2'] }],
      ['y', { dtype: 'int32', shape: [rows.length], data: y, classes: ['first', 'second'] }]
    ])
  };
}
async function predict(request: PredictRequest): Promise<Prediction> {
  asked.push(request);
  const rows = request.inputs.get('spirals.x')!.shape[0]!;
  const values = { dtype: 'float' as const, shape: [rows, 2], data: new Float64Array(rows * 2) };
  const probabilities = { ...values, data: Float64Array.from({ length: rows * 2 }, (_, at) => (at % 2 === 0 ? 0.75 : 0.25)) };
  return { output: 'scores', values, classes: ['first', 'second'], probabilities };
}
beforeEach(() => {
  asked.length = 0;
  host = memoryHost({ datasetRows, predict });
  setHost(host);
  setActivePinia(createPinia());
  useDocumentStore().open(examples.find(({ name }) => name === 'spirals')!.document);
});
const entriesAsked = () => [...asked.at(-1)!.inputs.get('spirals.x')!.data];

it('a prediction begins with the mean of each column, and follows what is typed', async () => {
  const prediction = usePredictionStore();
  await prediction.begin();
  await vi.waitFor(() => expect(prediction.found).not.toBeNull());
  expect(prediction.fields.map(({ key, entries, means }) => [key, entries, means])).toEqual([['spirals.x', ['x1', 'x2'], [1.5, 15]]]);
  expect(entriesAsked()).toEqual([1.5, 15]);
  prediction.setField('spirals.x', [7, 15]);
  await vi.waitFor(() => expect(entriesAsked()).toEqual([7, 15]));
  expect([prediction.taken, prediction.right]).toEqual([null, null]);
});

it('a row that is asked for before the fields are known is taken as soon as they are', async () => {
  const prediction = usePredictionStore();
  void prediction.takeRow(3);
  // As the panel does when it opens.
  await prediction.begin();
  await vi.waitFor(() => expect([prediction.taken, prediction.right]).toEqual([3, 'second']));
  expect(entriesAsked()).toEqual([3, 30]);
});

it('what changes while a prediction is under way is predicted next, and nothing in between', async () => {
  const prediction = usePredictionStore();
  await prediction.begin();
  await vi.waitFor(() => expect(prediction.found).not.toBeNull());
  const before = asked.length;
  for (let stroke = 0; stroke < 50; stroke++) prediction.setField('spirals.x', [stroke, 0]);
  await vi.waitFor(() => expect(entriesAsked()).toEqual([49, 0]));
  expect(asked.length - before).toBeLessThanOrEqual(2);
});

it('data that cannot be read is said, and so is a graph that does not run', async () => {
  const fail = () => Promise.reject(new EngineError({ code: 'missing-data', message: 'spirals.csv is not open', hint: 'choose the file' }));
  host.engine.datasetRows = fail;
  const prediction = usePredictionStore();
  await prediction.begin();
  expect(prediction.problem).toBe('spirals.csv is not open; choose the file');
  host.engine.datasetRows = datasetRows;
  host.engine.predict = fail;
  await prediction.begin();
  await vi.waitFor(() => expect(prediction.problem).toContain('choose the file'));
});

it('the plane has the points of the data, trained on or held out, and a prediction for each of its cells', async () => {
  const plane = usePlaneStore();
  await plane.look();
  expect(plane.points).toMatchObject({ names: ['x1', 'x2'], x: [0, 1, 2, 3], target: [0, 1, 0, 1], trained: [true, true, true, false] });
  expect([plane.grid!.classes, plane.grid!.probabilities!.length]).toEqual([2, CELLS * CELLS * 2]);
  expect(asked.at(-1)!.inputs.get('spirals.x')!.shape).toEqual([CELLS * CELLS, 2]);
  useDocumentStore().open(examples.find(({ name }) => name === 'xor')!.document);
  expect([plane.points, plane.grid]).toEqual([null, null]);
});

it('an evaluation is stale once the document has changed, and one that is overtaken counts for nothing', async () => {
  const evaluation = useEvaluationStore();
  const answers: ((found: Evaluation) => void)[] = [];
  host.engine.evaluate = () => new Promise((resolve) => answers.push(resolve));
  const found = (part: Evaluation['part']): Evaluation => ({ part, rows: 2, metrics: { loss: 1 } });
  const first = evaluation.evaluate('train');
  const second = evaluation.evaluate('validation');
  answers[1]!(found('validation'));
  answers[0]!(found('train'));
  await Promise.all([first, second]);
  expect([evaluation.found?.part, evaluation.running, evaluation.stale]).toEqual(['validation', null, false]);
  useDocumentStore().apply('bypass', (document) => ({ ...document, nodes: document.nodes.slice(1) }));
  expect(evaluation.stale).toBe(true);
});
