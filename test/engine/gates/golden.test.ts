import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTensor, type Tensor } from '../../../engine/base/tensors';
import { registry } from '../../../engine/gates/registry';
import { compile, Compiled } from './compiled';

interface Case {
  readonly id: string;
  readonly gate: string;
  readonly params: Record<string, unknown>;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly upstream: Record<string, unknown>;
  readonly gradients: Record<string, unknown>;
}
interface Golden {
  readonly made_by: string;
  readonly tolerance: { readonly float64: { readonly rtol: number; readonly atol: number } };
  readonly cases: readonly Case[];
}

const golden = JSON.parse(readFileSync(new URL('../../golden/gates.json', import.meta.url), 'utf8')) as Golden;
const { rtol, atol } = golden.tolerance.float64;
const covered = golden.cases.filter(({ gate }) => registry.has(gate));
const absent = [...new Set(golden.cases.filter(({ gate }) => !registry.has(gate)).map(({ gate }) => gate))];

function tensor(json: unknown): Tensor {
  const read = readTensor(json);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

function expectEntries(found: ArrayLike<number>, json: unknown, what: string): void {
  const { data } = tensor(json);
  expect(found.length, what).toBe(data.length);
  data.forEach((expected, index) => {
    const ok = Object.is(found[index], expected) || Math.abs(found[index]! - expected) <= atol + rtol * Math.abs(expected);
    if (!ok) expect.fail(`${what}[${index}] is ${found[index]}, ${golden.made_by} says ${expected}`);
  });
}

describe(`values and gradients of ${golden.made_by}: ${covered.length} of ${golden.cases.length} cases; without a gate yet: ${absent.join(', ') || 'none'}`, () => {
  it.each(covered)('$id', ({ gate: name, params, inputs, outputs, upstream, gradients }) => {
    const gate = registry.get(name)!;
    const compiled = new Compiled(gate, inputs, params);
    const ports = gate.outputs(compiled.params);
    const feeds = compiled.feeds(
      Object.fromEntries(Object.entries(upstream).map(([port, json]) => [`u${ports.indexOf(port)}`, tensor(json).data]))
    );
    const values = compile(compiled.builder, compiled.outputs)(feeds);
    for (const [port, expected] of Object.entries(outputs)) expectEntries(values[ports.indexOf(port)]!, expected, port);
    const found = compile(compiled.builder, compiled.cotangents)(feeds);
    for (const [port, expected] of Object.entries(gradients)) {
      const gradient = found[compiled.floats.indexOf(port)];
      expectEntries(gradient ?? new Float64Array(compiled.tensors[port]!.data.length), expected, `gradient of ${port}`);
    }
  });
});
