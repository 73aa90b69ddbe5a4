/** What the ONNX export and import are tried on: every gate by itself, and whole networks. */
import { readFileSync } from 'node:fs';
import { parseDocument } from '../../../engine/document/parse';
import { registry } from '../../../engine/gates/registry';
import { resolveParams } from '../../../engine/gates/params';
import { documentOf } from '../documentOf';
import { chain, drawn, net, network, penalized, statistics } from './judged';
import type { Judged } from './onnxRuntime';

export interface Case {
  readonly name: string;
  readonly gate: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const { cases } = JSON.parse(readFileSync(new URL('../../golden/gates.json', import.meta.url), 'utf8')) as {
  cases: readonly (Omit<Case, 'name'> & { readonly id: string })[];
};
export const golden: readonly Case[] = cases.filter(({ gate }) => registry.has(gate)).map(({ id, ...rest }) => ({ name: id, ...rest }));

/** Of every gate in the registry: scalars, empty tensors and numbers of all sizes among them. */
export const samples: readonly Case[] = [...registry.values()].flatMap((gate) =>
  gate.samples.map(({ inputs, params = {} }, at) => ({ name: `${gate.name} #${at}`, gate: gate.name, params, inputs }))
);

/** A gate, its operands typed in, as nodes and wires whose ids begin with `prefix`. */
function partOf({ gate: name, params, inputs }: Case, prefix: string) {
  const gate = registry.get(name)!;
  const ports = gate.inputs(resolveParams(gate, params).params).filter((port) => port.name in inputs);
  return {
    nodes: [
      ...ports.map(({ name: port, dtype }) => ({
        id: `${prefix}x_${port}`,
        gate: 'variable',
        params: { value: inputs[port], ...(dtype === 'int32' && { dtype: 'int32' }) }
      })),
      { id: `${prefix}y`, gate: name, params }
    ],
    wires: ports.map(({ name: port }) => ({ from: `${prefix}x_${port}`, to: `${prefix}y.${port}` }))
  };
}

export const gateDocument = (one: Case): Judged => ({ document: documentOf({ name: one.name, ...partOf(one, '') }) });

/** Many gates side by side: a model is loaded in no less time than hundreds of gates take. */
export function together(ones: readonly Case[]): Judged {
  const parts = ones.map((one, at) => partOf(one, prefixOf(at)));
  return { document: documentOf({ nodes: parts.flatMap(({ nodes }) => nodes), wires: parts.flatMap(({ wires }) => wires) }) };
}

export const prefixOf = (at: number): string => `g${at}_`;

const texts = import.meta.glob<string>('../../../renderer/examples/*.wiregrad', { eager: true, query: '?raw', import: 'default' });

/** The gallery, but for AlexNet: a model of 240 MB is written and read in no time that a test should take. */
const gallery = Object.entries(texts)
  .map(([path, text]) => ({ name: path.split('/').at(-1)!, document: parseDocument(text).document! }))
  .filter(({ name }) => name !== 'alexnet.wiregrad');

const wired = (...wires: readonly string[]) => wires.map((wire) => ({ from: wire.split(' ')[0], to: wire.split(' ')[1] }));

/** A shared definition in an own one that is repeated, and a gate that the user wrote, on rows of data. */
const defined = documentOf({
  definitions: {
    shared: {
      inputs: ['x'],
      outputs: { out: 'a' },
      nodes: [
        { id: 'V', gate: 'parameter', params: drawn(3, 3) },
        { id: 'h', gate: 'matmul' },
        { id: 'a', gate: 'custom', params: { inputs: 'x', forward: 'let s = 1 / (1 + exp(-x));\nx * s' } }
      ],
      wires: wired('x h.a', 'V h.b', 'h a.x'),
      parameters: 'shared'
    },
    block: {
      inputs: ['x'],
      outputs: { out: 'sum' },
      nodes: [
        { id: 's', gate: 'shared' },
        { id: 'bn', gate: 'batch_norm' },
        { id: 'g', gate: 'parameter', params: drawn(3) },
        { id: 'm', gate: 'mul' },
        { id: 'sum', gate: 'add' }
      ],
      wires: wired('x s.x', 's bn.x', 'bn m.a', 'g m.b', 'm sum.a', 'x sum.b'),
      parameters: 'own'
    }
  },
  datasets: { points: { source: 'points.csv', fields: { x: { columns: ['a', 'b', 'c'] }, y: { columns: ['k'], type: 'class' } } } },
  nodes: [
    { id: 'x', gate: 'data', params: { dataset: 'points', field: 'x', shape: [3] } },
    { id: 'y', gate: 'data', params: { dataset: 'points', field: 'y', dtype: 'int32' } },
    { id: 'b1', gate: 'block', params: { repeat: 3 } },
    { id: 'again', gate: 'shared' },
    { id: 'skipped', gate: 'sigmoid', bypass: true },
    { id: 'scores', gate: 'dropout' },
    { id: 'best', gate: 'argmax', params: { dim: -1 } },
    { id: 'L', gate: 'cross_entropy' }
  ],
  wires: wired('x b1.x', 'b1 again.x', 'again skipped.x', 'skipped scores.x', 'scores best.x', 'scores L.input', 'y L.target'),
  objective: 'L'
});

/** Gates whose operators would say how many rows there are: statistics, products and windows over all rows. */
const overRows = documentOf({
  datasets: { points: { source: 'points.csv', fields: { x: { columns: ['a', 'b'] } } } },
  nodes: [
    { id: 'x', gate: 'data', params: { dataset: 'points', field: 'x', shape: [2] } },
    { id: 'v', gate: 'var', params: { dim: 0, correction: 0 } },
    { id: 't', gate: 'transpose' },
    { id: 'gram', gate: 'matmul' },
    { id: 'flat', gate: 'reshape', params: { shape: [-1] } },
    { id: 'rest', gate: 'slice', params: { start: 1 } },
    { id: 'both', gate: 'concat', params: { n: 2 } },
    { id: 'bn', gate: 'batch_norm', params: { training: true } },
    { id: 'scaled', gate: 'mul' }
  ],
  wires: wired(
    'x v.x',
    'x t.x',
    't gram.a',
    'x gram.b',
    'x flat.x',
    'flat rest.x',
    'rest both.x0',
    'flat both.x1',
    'x bn.x',
    'bn scaled.a',
    'v scaled.b'
  )
});

export const networks: readonly (Judged & { readonly name: string })[] = [
  ...gallery,
  { name: 'definitions, custom gates and a bypass', document: defined },
  { name: 'gates that go over all rows', document: overRows },
  { name: 'a net with broadcasting, fan-out, reserved names and a regularizer', document: documentOf(net()) },
  { name: 'a gradient as a tensor of the graph', document: documentOf(penalized()) },
  {
    name: 'convolutions, pools, normalisation and resampling, with running statistics',
    document: documentOf(network({ kernel_size: 2, stride: 2 })),
    weights: statistics
  },
  {
    name: 'a chain of layers on typed values',
    document: documentOf(
      chain(
        's',
        ['x', 'parameter', drawn(2, 3, 4)],
        ['w', 'parameter', drawn(4, 5)],
        ['b', 'parameter', drawn(5)],
        ['h', 'linear', {}, { x: 'x', weight: 'w', bias: 'b' }],
        ['n', 'layer_norm', {}, { x: 'h' }],
        ['g', 'gelu', {}, { x: 'n' }],
        ['s', 'softmax', { dim: 1 }, { x: 'g' }]
      )
    )
  }
];
