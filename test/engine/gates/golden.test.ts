import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTensor, type Tensor } from '../../../engine/base/tensors';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { registry } from '../../../engine/gates/registry';
import { wasmWorkers } from '../backends/artifacts';
import { Compiled, evaluate } from './compiled';

interface Case {
  readonly id: string;
  readonly gate: string;
  readonly params: Record<string, unknown>;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly upstream: Record<string, unknown>;
  readonly gradients: Record<string, unknown>;
}
interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}
interface Golden {
  readonly made_by: string;
  readonly tolerance: Readonly<Record<'float32' | 'float64', Tolerance>>;
  readonly cases: readonly Case[];
}

const golden = JSON.parse(readFileSync(new URL('../../golden/gates.json', import.meta.url), 'utf8')) as Golden;
const covered = golden.cases.filter(({ gate }) => registry.has(gate));
const absent = [...new Set(golden.cases.filter(({ gate }) => !registry.has(gate)).map(({ gate }) => gate))];

function tensor(json: unknown): Tensor {
  const read = readTensor(json);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

function expectEntries(found: ArrayLike<number>, json: unknown, { rtol, atol }: Tolerance, what: string): void {
  const { data } = tensor(json);
  expect(found.length, what).toBe(data.length);
  data.forEach((expected, index) => {
    const ok = Object.is(found[index], expected) || Math.abs(found[index]! - expected) <= atol + rtol * Math.abs(expected);
    if (!ok) expect.fail(`${what}[${index}] is ${found[index]}, ${golden.made_by} says ${expected}`);
  });
}

const backends = new Map<string, Backend>([['reference', referenceBackend()]]);
beforeAll(async () => {
  backends.set('wasm', await createWasmBackend({ workers: await wasmWorkers(), threads: 2 }));
}, 120_000);
afterAll(() => backends.forEach((backend) => backend.dispose()));

const summary = `${covered.length} of ${golden.cases.length} cases; without a gate yet: ${absent.join(', ') || 'none'}`;

describe.each([
  ['reference', 'float64'],
  ['wasm', 'float32']
] as const)(`values and gradients of ${golden.made_by} by %s in %s: ${summary}`, (name, precision) => {
  const tolerance = golden.tolerance[precision];

  it.each(covered)('$id', async ({ gate: gateName, params, inputs, outputs, upstream, gradients }) => {
    const gate = registry.get(gateName)!;
    const compiled = new Compiled(gate, inputs, params);
    const ports = gate.outputs(compiled.params);
    const feeds = compiled.feeds(
      Object.fromEntries(Object.entries(upstream).map(([port, json]) => [`u${ports.indexOf(port)}`, tensor(json).data]))
    );
    const compute = (wanted: readonly (number | undefined)[]) => evaluate(backends.get(name)!, compiled.builder, wanted, feeds);
    const values = await compute(compiled.outputs);
    for (const [port, expected] of Object.entries(outputs)) expectEntries(values[ports.indexOf(port)]!, expected, tolerance, port);
    const found = await compute(compiled.cotangents);
    for (const [port, expected] of Object.entries(gradients)) {
      const gradient = found[compiled.floats.indexOf(port)];
      expectEntries(gradient ?? new Float64Array(compiled.tensors[port]!.data.length), expected, tolerance, `gradient of ${port}`);
    }
  });
});
