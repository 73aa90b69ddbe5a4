import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../engine/backends/backend';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { wasmWorkers } from './artifacts';
import { execute } from './execute';
import { PRIMITIVE_CASES } from './primitiveCases';

let backend: Backend;
beforeAll(async () => {
  backend = await createWasmBackend({ workers: await wasmWorkers(), threads: 1 });
}, 120_000);
afterAll(() => backend.dispose());

describe('the wasm backend', () => {
  it.each(PRIMITIVE_CASES.map((one) => [one.name, one] as const))('computes %s', async (_, one) => {
    const result = await execute(backend, one);
    expect(result).toHaveLength(one.expected.length);
    one.expected.forEach((value, index) => {
      const nearest = Math.fround(value);
      // Two units in the last place of float32, or half a unit of the smallest.
      if (Number.isFinite(nearest))
        expect(Math.abs(result[index]! - value), `entry ${index}: ${result[index]} for ${value}`).toBeLessThanOrEqual(
          2 ** -22 * Math.abs(value) + 2 ** -149
        );
      else expect(result[index]).toBe(nearest);
    });
  });
});
