/** Every example that can be trained, trained as it stands to what its card promises. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import type { Backend } from '../../../engine/backends/backend';
import { Clock } from '../../../engine/base/clock';
import { sizeOf } from '../../../engine/base/shapes';
import { lower } from '../../../engine/lower/lower';
import { compileProgram } from '../../../engine/plan/program';
import { only } from '../../../engine/backends/backend';
import { bytesOf } from '../../../engine/backends/capacity';
import { evaluatePart } from '../../../engine/training/evaluatePart';
import { feedLeaves, feedRows, loadData } from '../../../engine/training/feed';
import { initialParameters } from '../../../engine/training/parameters';
import { train, trainingNeeds, type TrainResult } from '../../../engine/training/train';
import { examples, type Example } from '../../../renderer/examples/examples';
import { wasmWorkers } from '../../engine/backends/artifacts';

let backend: Backend;
beforeAll(async () => {
  backend = await createWasmBackend({ workers: await wasmWorkers(), threads: 2 });
}, 120_000);
afterAll(() => backend.dispose());

function exampleOf(name: string): Example {
  const found = examples.find((example) => example.name === name);
  if (!found) throw new Error(`there is no example ${name}`);
  return found;
}

interface Promised {
  readonly name: string;
  /** Seconds that it may take here, several times what it takes alone. */
  readonly seconds: number;
  reaches(result: TrainResult): void;
}
const lastOf = ({ epochs }: TrainResult) => epochs.at(-1)!;

const promised: readonly Promised[] = [
  { name: 'linear-regression', seconds: 5, reaches: ({ test }) => expect(test!.r2).toBeGreaterThan(0.95) },
  { name: 'logistic-regression', seconds: 5, reaches: ({ test }) => expect(test!.accuracy).toBeGreaterThan(0.84) },
  { name: 'xor', seconds: 5, reaches: (result) => expect(lastOf(result).train.loss).toBeLessThan(0.01) },
  { name: 'spirals', seconds: 5, reaches: (result) => expect(lastOf(result).validation!.accuracy).toBeGreaterThan(0.97) },
  { name: 'residual', seconds: 10, reaches: (result) => expect(lastOf(result).validation!.accuracy).toBeGreaterThan(0.95) },
  { name: 'autoencoder', seconds: 30, reaches: ({ test }) => expect(test!.r2).toBeGreaterThan(0.75) },
  { name: 'lenet', seconds: 300, reaches: ({ test }) => expect(test!.accuracy).toBeGreaterThan(0.98) },
  { name: 'character-rnn', seconds: 20, reaches: (result) => expect(lastOf(result).train.accuracy).toBeGreaterThan(0.95) },
  { name: 'attention', seconds: 10, reaches: ({ test }) => expect(test!.accuracy).toBeGreaterThan(0.99) }
];

describe('an example', () => {
  it.each(promised.map((one) => [one.name, one] as const))(
    '%s learns what it says',
    async (name, { seconds, reaches }) => {
      const { document, sources } = exampleOf(name);
      const data = sources();
      const result = await train(document, { backend, data: (source) => data.get(source)! });
      reaches(result);
      expect(lastOf(result).seconds).toBeLessThan(seconds);
    },
    300_000
  );

  it('gradient-penalty tells two sets apart with a slope near 1', async () => {
    const { document } = exampleOf('gradient-penalty');
    const { parameters, epochs } = await train(document, { backend });
    expect(epochs.at(-1)!.train.loss).toBeLessThan(-0.4);
    const data = await loadData(document);
    const rows = data.parts.train;
    const program = compileProgram(document, { mode: 'eval', batch: rows.length, values: new Set(['penalty', 'gap']) }, backend);
    const executable = backend.compile(program.plan);
    feedLeaves(program, executable, parameters, 0);
    feedRows(program, executable, data, rows);
    await executable.run(new Clock());
    const [penalty, gap] = ['penalty', 'gap'].map((output) => executable.view(program.values.get(output)!.value)[0]!);
    // Ten times the mean square of what the slope's length is off 1.
    expect(Math.sqrt(penalty! / 10)).toBeLessThan(0.15);
    expect(gap).toBeLessThan(-0.4);
    executable.dispose();
  });

  it('lenet confuses few of the digits in typefaces that it never saw', async () => {
    const { document } = exampleOf('lenet');
    const shorter = { ...document, training: { ...document.training!, epochs: 2 } };
    const { parameters } = await train(shorter, { backend });
    const data = await loadData(document);
    const { confusion, mistakes, metrics } = await evaluatePart(document, {
      choice: only(backend),
      data,
      rows: data.parts.test,
      parameters,
      clock: new Clock()
    });
    const total = confusion!.counts.flat().reduce((sum, count) => sum + count);
    const right = confusion!.counts.reduce((sum, line, index) => sum + line[index]!, 0);
    expect(confusion!.classes).toEqual([...'0123456789']);
    expect(total).toBe(data.parts.test.length);
    expect(right / total).toBeCloseTo(metrics.accuracy!, 6);
    expect(mistakes).toHaveLength(Math.min(50, total - right));
  }, 60_000);
});

describe('alexnet', () => {
  it('has the parameters of the paper, runs forward, and tells the memory of both ways', async () => {
    const { document } = exampleOf('alexnet');
    const { leaves, graph, diagnostics } = lower(document);
    expect(diagnostics).toEqual([]);
    const counts = leaves
      .filter(({ source, id }) => source === 'parameter' && id !== 'image')
      .map(({ value }) => sizeOf(graph.shape(value)));
    // Krizhevsky, Sutskever and Hinton 2012: 60 million.
    expect(counts.reduce((sum, count) => sum + count)).toBe(60_965_224);
    const forward = compileProgram(document, { mode: 'eval', batch: 1, values: new Set(['scores']) }, backend);
    const once = bytesOf([forward.plan], 'float32');
    expect(once).toBeGreaterThan(4 * 60_965_224);
    expect(once).toBeLessThan(1.1 * 4 * 60_965_224);
    // A step holds the largest gradient too, that of 9216 × 4096 weights.
    expect((await trainingNeeds(document, { backend })).bytes).toBeGreaterThan(once + 4 * 9216 * 4096);
    const executable = backend.compile(forward.plan);
    feedLeaves(forward, executable, initialParameters(forward.lowered, 0), 0);
    await executable.run(new Clock());
    const scores = executable.view(forward.values.get('scores')!.value);
    expect([scores.length, scores.every(Number.isFinite)]).toEqual([1000, true]);
    executable.dispose();
  }, 60_000);
});
