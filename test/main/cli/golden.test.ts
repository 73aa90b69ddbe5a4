/** Every reference case as a document of its own, through `wiregrad run`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTensor, registry, resolveParams } from '../../../engine';
import { lines, wiregrad } from './wiregrad';

interface Case {
  readonly id: string;
  readonly gate: string;
  readonly params: Record<string, unknown>;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly upstream: Record<string, unknown>;
  readonly gradients: Record<string, unknown>;
}
interface Line {
  readonly values: Record<string, unknown>;
  readonly gradients: Record<string, unknown>;
}
interface Golden {
  readonly tolerance: Record<'float32' | 'float64', { readonly rtol: number; readonly atol: number }>;
  readonly cases: readonly Case[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/gates.json', import.meta.url), 'utf8')) as Golden;

const folder = mkdtempSync(join(tmpdir(), 'wiregrad-golden-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The case's gate on variables named `in_PORT`, its upstream gradients the objective's. */
function documentOf({ id, gate: name, params, inputs, upstream }: Case): object {
  const gate = registry.get(name)!;
  const ports = new Map(gate.inputs(resolveParams(gate, params).params).map((port) => [port.name, port]));
  return {
    format: 'wiregrad',
    version: 1,
    name: id,
    nodes: [
      ...Object.entries(inputs).map(([port, value]) => ({
        id: `in_${port}`,
        gate: 'variable',
        params: { value, dtype: ports.get(port)!.dtype === 'int32' ? 'int32' : 'float32' }
      })),
      { id: 'g', gate: name, params }
    ],
    wires: Object.keys(inputs).map((port) => ({ from: `in_${port}`, to: `g.${port}` })),
    objective: Object.entries(upstream).map(([port, tensor]) => ({ from: port === 'out' ? 'g' : `g.${port}`, upstream: tensor }))
  };
}

const files = golden.cases.map((one) => {
  const path = join(folder, `${one.id}.wiregrad`);
  writeFileSync(path, JSON.stringify(documentOf(one)));
  return path;
});

function tensor(json: unknown): { shape: readonly number[]; data: ArrayLike<number> } {
  const read = readTensor(json);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

describe.each(['float32', 'float64'] as const)('wiregrad run --dtype %s', (dtype) => {
  const { rtol, atol } = golden.tolerance[dtype];
  const differences = (found: unknown, wanted: unknown, what: string): string[] => {
    if (found === undefined) return tensor(wanted).data.length === 0 ? [] : [`${what} is absent`];
    const [a, b] = [tensor(found), tensor(wanted)];
    if (a.shape.join() !== b.shape.join()) return [`${what} has shape [${a.shape.join()}], not [${b.shape.join()}]`];
    return Array.from(b.data).flatMap((value, index) => {
      const other = a.data[index]!;
      return Object.is(other, value) || Math.abs(other - value) <= atol + rtol * Math.abs(value)
        ? []
        : [`${what}[${index}] is ${other}, not ${value}`];
    });
  };

  it(`agrees with PyTorch on all ${golden.cases.length} cases`, async () => {
    const { stdout, stderr } = await wiregrad(['run', ...files, '--backward', '--dtype', dtype, '--json'], folder);
    expect(stderr).toBe('');
    const results = new Map(lines(stdout).map((line) => [line.name, line as unknown as Line]));
    const problems = golden.cases.flatMap(({ id, outputs, gradients }) => {
      const line = results.get(id);
      if (!line) return [`${id}: no result`];
      return [
        ...Object.entries(outputs).flatMap(([port, wanted]) =>
          differences(line.values[port === 'out' ? 'g' : `g.${port}`], wanted, `${id}: ${port}`)
        ),
        ...Object.entries(gradients).flatMap(([port, wanted]) =>
          differences(line.gradients[`in_${port}`], wanted, `${id}: gradient of ${port}`)
        )
      ];
    });
    expect(problems).toEqual([]);
  });
});
