/** What the tests of exported Python share: documents to export, and the comparison of a line of results with the engine's own run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { writeTensor, type Tensor, type TensorJson } from '../../../engine/base/tensors';
import type { Document } from '../../../engine/document/types';
import { Backends } from '../../../engine/session/backends';
import { execute, type Execution } from '../../../engine/session/execute';
import { exportDocument } from '../../../engine/session/export';
import { runPython } from '../formats/python';

export const { examples } = JSON.parse(readFileSync(new URL('../../golden/lecture.json', import.meta.url), 'utf8')) as {
  examples: { document: { name: string } }[];
};

export type Weights = ReadonlyMap<string, Tensor>;
export type Code = 'numpy' | 'pytorch';

export const codeOf = (document: Document, format: Code) => new TextDecoder().decode(exportDocument(document, format)[0]!.bytes);

export interface Line {
  readonly values: Record<string, TensorJson>;
  readonly gradients: Record<string, TensorJson>;
  readonly wires: readonly { from: string; to: string; value: TensorJson; gradient?: TensorJson }[];
}

function numbers(json: TensorJson): number[] {
  if (Array.isArray(json)) return json.flatMap(numbers);
  return typeof json === 'object' ? numbers(json.data) : [Number(json)];
}

function expectClose(found: TensorJson | undefined, tensor: Tensor, tolerance: number, name: string): void {
  expect(found, name).toBeDefined();
  const [a, b] = [numbers(found!), numbers(writeTensor(tensor))];
  expect(a.length, name).toBe(b.length);
  b.forEach((value, index) => {
    const near = Object.is(a[index], value) || Math.abs(a[index]! - value) <= tolerance * Math.max(1, Math.abs(value));
    if (!near) expect.fail(`${name}[${index}]: ${a[index]} for ${value}`);
  });
}

/** The names in their order, and every number: both sides compute in float64. */
export function expectLine(found: Line, wanted: Execution, tolerance: number): void {
  expect(Object.keys(found.values)).toEqual([...wanted.values.keys()]);
  expect(Object.keys(found.gradients)).toEqual([...wanted.gradients.keys()]);
  for (const [name, tensor] of wanted.values) expectClose(found.values[name], tensor, tolerance, `value ${name}`);
  for (const [name, tensor] of wanted.gradients) expectClose(found.gradients[name], tensor, tolerance, `gradient ${name}`);
  wanted.wires.forEach(({ from, to, gradient }, index) => {
    expect(found.wires[index]).toMatchObject({ from, to });
    if (gradient) expectClose(found.wires[index]!.gradient, gradient, tolerance, `wire ${from} → ${to}`);
    else expect(found.wires[index]!.gradient).toBeUndefined();
  });
}

export function reference(document: Document, weights?: Weights): Promise<Execution> {
  const backward = document.objective !== undefined;
  return execute(document, { backends: new Backends(), precision: 'float64', backward, mode: 'eval', ...(weights && { weights }) });
}

/** A folder that lasts as long as the file's tests. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wiregrad-exporters-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Exports to files `name.…` of `folder`. */
export function writeExport(document: Document, format: Code, folder: string, name: string, weights?: Weights): void {
  const files = exportDocument(document, format, { stem: name, ...(weights && { weights }) });
  for (const file of files) writeFileSync(join(folder, file.name), file.bytes);
}

/** Fails unless the exported file prints what a run of `document` gives. */
export async function expectAgreement(
  document: Document,
  format: Code,
  folder: string,
  tolerance: number,
  weights?: Weights
): Promise<void> {
  writeExport(document, format, folder, 'graph', weights);
  const script = 'import runpy, sys; runpy.run_path(sys.argv[1], run_name="__main__")';
  expectLine(runPython(script, join(folder, 'graph.py')) as Line, await reference(document, weights), tolerance);
}

export const net = (extra: object = {}) => ({
  format: 'wiregrad',
  version: 1,
  name: 'net',
  nodes: [
    {
      id: 'lambda',
      gate: 'constant',
      params: {
        value: [
          [1, 2],
          [0.5, -1],
          [3, 0.25]
        ]
      }
    },
    { id: 'W', gate: 'parameter', params: { shape: [2, 4], init: { kind: 'normal' } } },
    { id: 'np', gate: 'parameter', params: { shape: [4], init: { kind: 'ones' } } },
    { id: 'h', gate: 'linear' },
    { id: 'a', gate: 'tanh' },
    { id: 'twice', gate: 'mul' },
    { id: 'p', gate: 'log_softmax' },
    { id: 'y', gate: 'constant', params: { value: [0, 3, 1], dtype: 'int32' } },
    { id: 'data', gate: 'cross_entropy' },
    { id: 'R', gate: 'l2_regularization', params: { strength: 0.1 } },
    { id: 'L', gate: 'add' }
  ],
  wires: [
    { from: 'lambda', to: 'h.x' },
    { from: 'W', to: 'h.weight' },
    { from: 'np', to: 'h.bias' },
    { from: 'h', to: 'a.x' },
    { from: 'a', to: 'twice.a' },
    { from: 'a', to: 'twice.b' },
    { from: 'twice', to: 'p.x' },
    { from: 'p', to: 'data.input' },
    { from: 'y', to: 'data.target' },
    { from: 'W', to: 'R.x' },
    { from: 'data', to: 'L.a' },
    { from: 'R', to: 'L.b' }
  ],
  objective: 'L',
  ...extra
});

export const running = (values: readonly number[]): Tensor => ({ dtype: 'float', shape: [values.length], data: Float64Array.from(values) });

/** A chain of gates, each fed by the one before at its first port; others by what their records name. */
export function chain(
  objective: string,
  ...records: readonly (readonly [id: string, gate: string, params: object, inputs?: Record<string, string>])[]
) {
  return {
    format: 'wiregrad',
    version: 1,
    name: 'chain',
    nodes: records.map(([id, gate, params]) => ({ id, gate, params })),
    wires: records.flatMap(([id, , , inputs = {}]) => Object.entries(inputs).map(([port, from]) => ({ from, to: `${id}.${port}` }))),
    objective,
    training: { seed: 4294967301 }
  };
}

export const drawn = (...shape: readonly number[]) => ({ shape, init: { kind: 'normal' } });

/** `pool`: of the maximum that is undone again; PyTorch leaves open what becomes of an entry that two windows chose. */
export const network = (pool: object = { kernel_size: 3, stride: 2, padding: 1 }) =>
  chain(
    'L',
    ['x', 'parameter', drawn(2, 3, 7, 6)],
    ['k1', 'parameter', drawn(4, 3, 3, 2)],
    ['b1', 'parameter', drawn(4)],
    ['c1', 'conv2d', { stride: [2, 1], padding: 1, dilation: [1, 2] }, { x: 'x', weight: 'k1', bias: 'b1' }],
    ['g', 'parameter', drawn(4)],
    ['bn', 'batch_norm', {}, { x: 'c1', weight: 'g' }],
    ['r', 'rrelu', {}, { x: 'bn' }],
    ['d', 'dropout', {}, { x: 'r' }],
    ['mp', 'max_pool2d', { ...pool, ceil_mode: true }, { x: 'd' }],
    ['up', 'max_unpool2d', { ...pool, output_size: [4, 6] }, { x: 'mp', indices: 'mp.indices' }],
    ['k2', 'parameter', drawn(4, 1, 2, 2)],
    ['c2', 'conv_transpose2d', { stride: 2, groups: 2, output_padding: 1 }, { x: 'up', weight: 'k2' }],
    ['ap', 'avg_pool2d', { kernel_size: 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false }, { x: 'c2' }],
    ['aa', 'adaptive_avg_pool2d', { output_size: [3, 4] }, { x: 'ap' }],
    ['am', 'adaptive_max_pool2d', { output_size: 2 }, { x: 'ap' }],
    ['us', 'upsample', { mode: 'bilinear', scale_factor: 1.5 }, { x: 'aa' }],
    ['un', 'upsample', { scale_factor: 2 }, { x: 'am' }],
    ['uf', 'unfold', { kernel_size: 2, stride: 2 }, { x: 'us' }],
    ['f', 'fold', { output_size: [4, 6], kernel_size: 2, stride: 2 }, { x: 'uf' }],
    ['sf', 'sum', {}, { x: 'f' }],
    ['sn', 'norm', {}, { x: 'un' }],
    ['L', 'mul', {}, { a: 'sf', b: 'sn' }]
  );

/** A net whose objective holds the gradient of another. */
export function penalized() {
  const { nodes, wires } = net();
  return net({
    nodes: [...nodes, { id: 'g', gate: 'gradient' }, { id: 'P', gate: 'l2_regularization', params: { strength: 2 } }],
    wires: [...wires, { from: 'data', to: 'g.y' }, { from: 'a', to: 'g.x' }, { from: 'g', to: 'P.x' }],
    objective: [
      { from: 'P' },
      {
        from: 'a',
        upstream: [
          [1, 2, 3, 4],
          [0, 0, 0, 0],
          [-1, -1, 0, 1]
        ]
      }
    ]
  });
}

/** A net of more than 10,000 parameters. */
export function wide() {
  const { nodes, ...rest } = net();
  const params: Record<string, object> = { W: drawn(2, 6000), np: { shape: [6000], init: { kind: 'ones' } } };
  return { ...rest, nodes: nodes.map((node) => (params[node.id] ? { ...node, params: params[node.id] } : node)) };
}

/** What training has left in `network`. */
export const statistics: Weights = new Map([
  ['bn.running_mean', running([0.25, -0.5, 1, 2])],
  ['bn.running_var', running([1, 2, 0.5, 4])]
]);
