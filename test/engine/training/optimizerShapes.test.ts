/** Steps of every optimizer in float32, on tensors of several shapes and on single numbers, beside those in float64. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createScalarBackend } from '../../../engine/backends/scalar/scalar';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { sizeOf } from '../../../engine/base/shapes';
import type { Document, TrainingRecord } from '../../../engine/document/types';
import { train } from '../../../engine/training/train';
import { wasmWorkers } from '../backends/artifacts';
import { draw, type Drawn } from '../lower/draw';

const float64 = referenceBackend();
let tensors: Backend;
let single: Backend;
beforeAll(async () => {
  const workers = await wasmWorkers();
  tensors = await createWasmBackend({ workers, threads: 2 });
  single = await createScalarBackend({ kernels: workers.kernels, precision: 'float32' });
}, 120_000);
afterAll(() => [tensors, single].forEach((backend) => backend.dispose()));

/** 100 steps down Σ (p + sin(3p)/4): its slope changes and is never 0, so that no rounding is amplified. */
function descent(shapes: readonly (readonly number[])[], training: TrainingRecord): Document {
  const nodes: Drawn[] = [
    ['three', 'constant', { value: 3 }],
    ['four', 'constant', { value: 4 }]
  ];
  const wires: string[] = [];
  shapes.forEach((shape, at) => {
    const data = Array.from({ length: sizeOf(shape) }, (_, entry) => 2 * Math.sin(7 * entry + at + 1));
    nodes.push([`p${at}`, 'parameter', { value: { shape: [...shape], data } }]);
    nodes.push([`m${at}`, 'mul'], [`s${at}`, 'sin'], [`d${at}`, 'div'], [`a${at}`, 'add'], [`l${at}`, 'sum']);
    wires.push(
      `p${at}>m${at}.a three>m${at}.b m${at}>s${at}.x s${at}>d${at}.a four>d${at}.b d${at}>a${at}.a p${at}>a${at}.b a${at}>l${at}.x`
    );
  });
  return draw(nodes, wires.join(' '), { objective: shapes.map((_, at) => ({ from: `l${at}` })), training: { ...training, epochs: 100 } });
}

const setups: TrainingRecord[] = [
  { optimizer: { kind: 'sgd', learning_rate: 0.01, momentum: 0.5, nesterov: true, weight_decay: 0.1 } },
  { optimizer: { kind: 'adagrad', learning_rate: 0.1, learning_rate_decay: 0.05, weight_decay: 0.1 } },
  { optimizer: { kind: 'rmsprop', learning_rate: 0.01 } },
  { optimizer: { kind: 'rmsprop', learning_rate: 0.01, momentum: 0.5 } },
  { optimizer: { kind: 'rmsprop', learning_rate: 0.01, centered: true } },
  { optimizer: { kind: 'adam', learning_rate: 0.01, weight_decay: 0.1 } },
  { optimizer: { kind: 'adamw', learning_rate: 0.02, weight_decay: 0.3 }, schedule: { kind: 'cosine', warmup_steps: 10 } },
  { optimizer: { kind: 'sgd', learning_rate: 0.02 }, clip_norm: 0.5 },
  { optimizer: { kind: 'adam', learning_rate: 0.01 }, clip_value: 0.7, clip_norm: 1.1 }
];

describe.each(setups)('$optimizer.kind', (setup) => {
  it.each([
    ['tensors', [[], [5], [3, 4], [2, 3, 2, 3], [1, 257]]],
    ['single numbers', [[], [1], [1, 1]]]
  ] as const)(`moves %s as in float64: ${JSON.stringify(setup)}`, async (_, shapes) => {
    const document = descent(shapes, setup);
    const exact = await train(document, { backend: float64 });
    for (const backend of shapes.length === 3 ? [tensors, single] : [tensors]) {
      const { parameters } = await train(document, { backend });
      for (const [id, { data }] of exact.parameters) {
        const found = parameters.get(id)!.data;
        // 100 roundings of numbers of about 1.
        data.forEach((value, at) => expect(Math.abs(found[at]! - value), `${id}[${at}], ${backend.name}`).toBeLessThan(1e-5));
      }
    }
  });
});
