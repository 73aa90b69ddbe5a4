/** The generated NumPy code, run by Python, against the engine's own run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTensor, type Tensor, type TensorJson } from '../../../engine/base/tensors';
import { parseDocument } from '../../../engine/document/parse';
import type { Document } from '../../../engine/document/types';
import { Backends } from '../../../engine/session/backends';
import { execute } from '../../../engine/session/execute';
import { exportDocument } from '../../../engine/session/export';
import { hasPython, runPython } from '../formats/python';

const { examples } = JSON.parse(readFileSync(new URL('../../golden/lecture.json', import.meta.url), 'utf8')) as {
  examples: { document: { name: string } }[];
};
const folder = mkdtempSync(join(tmpdir(), 'wiregrad-numpy-'));
afterAll(() => rmSync(folder, { recursive: true }));

function documentOf(json: unknown): Document {
  const { document, diagnostics } = parseDocument(JSON.stringify(json));
  if (!document) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return document;
}

const codeOf = (document: Document) => new TextDecoder().decode(exportDocument(document, 'numpy')[0]!.bytes);

type Weights = ReadonlyMap<string, Tensor>;

interface Line {
  readonly values: Record<string, TensorJson>;
  readonly gradients: Record<string, TensorJson>;
  readonly wires: readonly { from: string; to: string; value: TensorJson; gradient?: TensorJson }[];
}

function runExported(document: Document, weights?: Weights): Line {
  const files = exportDocument(document, 'numpy', { stem: 'graph', ...(weights && { weights }) });
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  return runPython('import runpy, sys; runpy.run_path(sys.argv[1], run_name="__main__")', join(folder, 'graph.py')) as Line;
}

function numbers(json: TensorJson): number[] {
  if (Array.isArray(json)) return json.flatMap(numbers);
  return typeof json === 'object' ? numbers(json.data) : [Number(json)];
}

/** Both sides compute in float64; a sum may be taken in another order. */
function expectClose(found: TensorJson | undefined, wanted: TensorJson, name: string): void {
  expect(found, name).toBeDefined();
  const [a, b] = [numbers(found!), numbers(wanted)];
  expect(a.length, name).toBe(b.length);
  b.forEach((value, index) =>
    expect(Math.abs(a[index]! - value), `${name}[${index}]: ${a[index]} for ${value}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(value))
    )
  );
}

async function expectAgreement(document: Document, weights?: Weights): Promise<void> {
  const found = runExported(document, weights);
  const wanted = await execute(document, {
    backends: new Backends(),
    precision: 'float64',
    backward: true,
    mode: 'eval',
    ...(weights && { weights })
  });
  expect(Object.keys(found.values)).toEqual([...wanted.values.keys()]);
  expect(Object.keys(found.gradients)).toEqual([...wanted.gradients.keys()]);
  for (const [name, tensor] of wanted.values) expectClose(found.values[name], writeTensor(tensor), `value ${name}`);
  for (const [name, tensor] of wanted.gradients) expectClose(found.gradients[name], writeTensor(tensor), `gradient ${name}`);
  wanted.wires.forEach(({ from, to, gradient }, index) => {
    expect(found.wires[index]).toMatchObject({ from, to });
    if (gradient) expectClose(found.wires[index]!.gradient, writeTensor(gradient), `wire ${from} → ${to}`);
    else expect(found.wires[index]!.gradient).toBeUndefined();
  });
}

const net = (extra: object = {}) => ({
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

const running = (values: readonly number[]): Tensor => ({ dtype: 'float', shape: [values.length], data: Float64Array.from(values) });

/** A chain of gates, each fed by the one before at its first port; others by what their records name. */
function chain(
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

const drawn = (...shape: readonly number[]) => ({ shape, init: { kind: 'normal' } });

const network = () =>
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
    ['mp', 'max_pool2d', { kernel_size: 3, stride: 2, padding: 1, ceil_mode: true }, { x: 'd' }],
    ['up', 'max_unpool2d', { kernel_size: 3, stride: 2, padding: 1, output_size: [4, 6] }, { x: 'mp', indices: 'mp.indices' }],
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

const random = () =>
  chain(
    'L',
    ['x', 'parameter', drawn(1, 2, 7, 7)],
    ['d', 'dropout', { training: true, p: 0.25 }, { x: 'x' }],
    ['r', 'rrelu', { training: true }, { x: 'd' }],
    ['p', 'fractional_max_pool2d', { kernel_size: 2, output_size: 4 }, { x: 'r' }],
    ['L', 'norm', {}, { x: 'p' }]
  );

describe('the NumPy export', () => {
  it('writes the sigmoid neuron as the lecture does', () => {
    const neuron = examples.find(({ document }) => document.name === 'neuron')!.document;
    const lines = codeOf(documentOf(neuron))
      .split('\n')
      .map((line) => line.trim());
    const forward = ['s0 = w0 * x0', 's1 = w1 * x1', 's2 = s0 + s1', 's3 = s2 + w2', 'L = sigmoid(s3)'];
    const backward = [
      'grad_L = 1.0',
      'grad_s3 = grad_L * (1.0 - L) * L',
      'grad_s2 = grad_s3',
      'grad_w2 = grad_s3',
      'grad_s0 = grad_s2',
      'grad_s1 = grad_s2',
      'grad_w1 = grad_s1 * x1',
      'grad_x1 = grad_s1 * w1',
      'grad_w0 = grad_s0 * x0',
      'grad_x0 = grad_s0 * w0'
    ];
    const from = lines.indexOf(forward[0]!);
    expect(lines.slice(from, from + forward.length)).toEqual(forward);
    const back = lines.indexOf(backward[0]!);
    expect(back).toBeGreaterThan(from);
    expect(lines.slice(back, back + backward.length)).toEqual(backward);
  });

  it('renames what Python reserves, says so, and keeps the ids in its results', () => {
    const code = codeOf(documentOf(net()));
    expect(code).toContain('#   lambda is lambda_');
    expect(code).toContain('"lambda": lambda_,');
    expect(code).not.toMatch(/^ *lambda =/m);
  });

  it('puts more than 10,000 numbers into a file beside it', () => {
    const big = documentOf({
      format: 'wiregrad',
      version: 1,
      name: 'big',
      nodes: [
        { id: 'W', gate: 'parameter', params: { shape: [101, 100], init: { kind: 'normal' } } },
        { id: 's', gate: 'sum' }
      ],
      wires: [{ from: 'W', to: 's.x' }],
      objective: 's'
    });
    expect(exportDocument(big, 'numpy', { stem: 'graph' }).map(({ name }) => name)).toEqual(['graph.py', 'graph.npz']);
  });

  describe.skipIf(!hasPython('numpy', 'Running the NumPy export'))('run by Python', () => {
    it.each(examples.map((example) => [example.document.name, example.document] as const))('agrees on %s', async (_, document) => {
      await expectAgreement(documentOf(document));
    });
    it('agrees on a net with broadcasting, fan-out, reserved names and a regularizer', async () => {
      await expectAgreement(documentOf(net()));
    });
    it('agrees on an objective of several terms, one of which feeds on', async () => {
      await expectAgreement(documentOf(net({ objective: [{ from: 'L', upstream: 3 }, { from: 'a' }, { from: 'twice' }] })));
    });
    it('agrees on a gradient as a tensor of the graph, differentiated again', async () => {
      const { nodes, wires } = net();
      const penalty = {
        nodes: [...nodes, { id: 'g', gate: 'gradient' }, { id: 'P', gate: 'l2_regularization', params: { strength: 2 } }],
        wires: [...wires, { from: 'data', to: 'g.y' }, { from: 'a', to: 'g.x' }, { from: 'g', to: 'P.x' }]
      };
      await expectAgreement(
        documentOf(
          net({
            ...penalty,
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
          })
        )
      );
    });
    it('agrees on convolutions, pools, normalisation and resampling, with running statistics', async () => {
      await expectAgreement(
        documentOf(network()),
        new Map([
          ['bn.running_mean', running([0.25, -0.5, 1, 2])],
          ['bn.running_var', running([1, 2, 0.5, 4])]
        ])
      );
    });
    it('agrees on what is drawn at random', async () => {
      await expectAgreement(documentOf(random()));
    });
    it('agrees where the numbers lie in a file beside it', async () => {
      const wide = { id: 'W', gate: 'parameter', params: { shape: [2, 6000], init: { kind: 'normal' } } };
      const { nodes, ...rest } = net();
      await expectAgreement(
        documentOf({
          ...rest,
          nodes: nodes.map((node) =>
            node.id === 'W' ? wide : node.id === 'np' ? { ...node, params: { shape: [6000], init: { kind: 'ones' } } } : node
          )
        })
      );
    });
  });
});
