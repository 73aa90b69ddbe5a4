/** Graphs as training compiles them, chains and products fused: the same numbers as the reference, the same bits on any number of threads. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../../engine/base/clock';
import { sizeOf } from '../../../engine/base/shapes';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { compileProgram } from '../../../engine/plan/program';
import { feedLeaves } from '../../../engine/training/feed';
import { documentOf } from '../documentOf';
import { wasmWorkers } from './artifacts';

const reference = referenceBackend();
const threads = [1, 2, 4] as const;
let wasm: readonly Backend[];
beforeAll(async () => {
  const workers = await wasmWorkers();
  wasm = await Promise.all(threads.map((count) => createWasmBackend({ workers, threads: count })));
}, 120_000);
afterAll(() => wasm.forEach((backend) => backend.dispose()));

/** Numbers in ±1 that look random. */
function numbers(shape: readonly number[], seed: number) {
  return {
    shape: [...shape],
    data: Array.from({ length: sizeOf(shape) }, (_, at) => 2 * (((at + 31 * seed + 1) * 0.6180339887498949) % 1) - 1)
  };
}

/** Values and leaves' gradients of `json`, whose gates `keep` are asked for. */
async function run(backend: Backend, json: object, keep: readonly string[]): Promise<Map<string, number[]>> {
  const document = documentOf(json);
  const leaves = document.nodes.filter(({ gate }) => gate === 'variable').map(({ id }) => id);
  const purpose = { mode: 'train' as const, batch: 1, values: new Set(keep), gradients: new Set(leaves) };
  const program = compileProgram(document, purpose, backend);
  const executable = backend.compile(program.plan);
  feedLeaves(program, executable, new Map(), 0);
  await executable.run(new Clock());
  const results = [...program.values, ...[...program.gradients].map(([id, slot]) => [`gradient ${id}`, slot] as const)].map(
    ([name, { value }]) => [name, Array.from(executable.view(value))] as const
  );
  executable.dispose();
  return new Map(results);
}

async function agree(json: object, keep: readonly string[]): Promise<void> {
  const exact = await run(reference, json, keep);
  const [alone, ...others] = await Promise.all(wasm.map((backend) => run(backend, json, keep)));
  expect([...alone!.keys()]).toEqual([...exact.keys()]);
  for (const [name, entries] of exact) {
    const scale = entries.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 1);
    alone!.get(name)!.forEach((value, at) => {
      if (!(Math.abs(value - entries[at]!) <= 3e-5 * scale)) expect.fail(`${name}[${at}] is ${value}, the reference has ${entries[at]}`);
    });
    for (const [place, other] of others.entries())
      expect(other.get(name), `${name} on ${threads[place + 1]} threads`).toEqual(alone!.get(name));
  }
}

const convolution = (axes: number) =>
  fc.record({
    images: fc.integer({ min: 1, max: 3 }),
    inner: fc.integer({ min: 1, max: 5 }),
    outer: fc.integer({ min: 1, max: 9 }),
    groups: fc.constantFrom(1, 1, 1, 2),
    spatial: fc.array(fc.integer({ min: 6, max: 17 }), { minLength: axes, maxLength: axes }),
    kernel: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: axes, maxLength: axes }),
    stride: fc.array(fc.constantFrom(1, 1, 2), { minLength: axes, maxLength: axes }),
    padding: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: axes, maxLength: axes }),
    dilation: fc.array(fc.constantFrom(1, 1, 2), { minLength: axes, maxLength: axes }),
    activation: fc.constantFrom('relu', 'tanh', 'sigmoid')
  });

describe('fused training steps agree with the reference', () => {
  it.each([1, 2, 3] as const)('on convolutions over %i axes of any stride, padding and dilation', async (axes) => {
    await fc.assert(
      fc.asyncProperty(
        convolution(axes),
        async ({ images, inner, outer, groups, spatial, kernel, stride, padding, dilation, activation }) => {
          const json = {
            nodes: [
              { id: 'x', gate: 'variable', params: { value: numbers([images, inner * groups, ...spatial], 1) } },
              { id: 'w', gate: 'variable', params: { value: numbers([outer * groups, inner, ...kernel], 2) } },
              { id: 'b', gate: 'variable', params: { value: numbers([outer * groups], 3) } },
              { id: 'c', gate: `conv${axes}d`, params: { stride, padding, dilation, groups } },
              { id: 'a', gate: activation },
              { id: 's', gate: 'square' },
              { id: 'f', gate: 'mean' }
            ],
            wires: [
              { from: 'x', to: 'c.x' },
              { from: 'w', to: 'c.weight' },
              { from: 'b', to: 'c.bias' },
              { from: 'c', to: 'a.x' },
              { from: 'a', to: 's.x' },
              { from: 's', to: 'f.x' }
            ],
            objective: [{ from: 'f', upstream: 100 }]
          };
          await agree(json, ['f']);
        }
      ),
      { numRuns: 25 }
    );
  });

  it('on max pools, of windows at the edges and in the middle', async () => {
    const pool = fc.record({
      size: fc.array(fc.integer({ min: 1, max: 18 }), { minLength: 2, maxLength: 2 }),
      kernel: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padded: fc.boolean()
    });
    await fc.assert(
      fc.asyncProperty(pool, async ({ size, kernel, stride, padded }) => {
        const padding = padded ? kernel >> 1 : 0;
        fc.pre(size.every((length) => length + 2 * padding >= kernel));
        const json = {
          nodes: [
            { id: 'x', gate: 'variable', params: { value: numbers([2, 3, ...size], 5) } },
            { id: 'p', gate: 'max_pool2d', params: { kernel_size: kernel, stride, padding } },
            { id: 's', gate: 'square' },
            { id: 'f', gate: 'sum' }
          ],
          wires: [
            { from: 'x', to: 'p.x' },
            { from: 'p', to: 's.x' },
            { from: 's', to: 'f.x' }
          ],
          objective: 'f'
        };
        await agree(json, ['p', 'p.indices', 'f']);
      }),
      { numRuns: 60 }
    );
  });

  it('on layers of any size with a bias and an activation', async () => {
    const layer = fc.record({
      rows: fc.integer({ min: 1, max: 140 }),
      sizes: fc.tuple(
        ...[0, 1, 2].map(() => fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 530 })))
      ),
      activation: fc.constantFrom('relu', 'tanh', 'softmax', 'layer_norm')
    });
    await fc.assert(
      fc.asyncProperty(layer, async ({ rows, sizes: [inner, middle, outer], activation }) => {
        const json = {
          nodes: [
            { id: 'x', gate: 'variable', params: { value: numbers([rows, inner!], 1) } },
            { id: 'w', gate: 'variable', params: { value: numbers([inner!, middle!], 2) } },
            { id: 'b', gate: 'variable', params: { value: numbers([middle!], 3) } },
            { id: 'v', gate: 'variable', params: { value: numbers([middle!, outer!], 4) } },
            { id: 'h', gate: 'linear' },
            { id: 'a', gate: activation },
            { id: 'y', gate: 'linear' },
            { id: 's', gate: 'square' },
            { id: 'f', gate: 'mean' }
          ],
          wires: [
            { from: 'x', to: 'h.x' },
            { from: 'w', to: 'h.weight' },
            { from: 'b', to: 'h.bias' },
            { from: 'h', to: 'a.x' },
            { from: 'a', to: 'y.x' },
            { from: 'v', to: 'y.weight' },
            { from: 'y', to: 's.x' },
            { from: 's', to: 'f.x' }
          ],
          objective: 'f'
        };
        await agree(json, ['f']);
      }),
      { numRuns: 25 }
    );
  });
});
