/** The generated PyTorch module, run by Python, against the engine's own run. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { sizeOf } from '../../../engine/base/shapes';
import { writeTensor, type Tensor } from '../../../engine/base/tensors';
import type { Document } from '../../../engine/document/types';
import { exportPytorch } from '../../../engine/exporters/pytorch';
import { readSafetensors } from '../../../engine/formats/safetensors';
import type { Gate, Sample } from '../../../engine/gates/gate';
import { resolveParams } from '../../../engine/gates/params';
import { registry } from '../../../engine/gates/registry';
import { lower } from '../../../engine/lower/lower';
import { Backends } from '../../../engine/session/backends';
import { execute } from '../../../engine/session/execute';
import { exportDocument } from '../../../engine/session/export';
import { loadData } from '../../../engine/training/feed';
import { initialParameters } from '../../../engine/training/parameters';
import { train } from '../../../engine/training/train';
import { hasPython, runPython } from '../formats/python';
import { draws } from '../gates/compiled';
import {
  chain,
  codeOf,
  drawn,
  examples,
  expectLine,
  net,
  network,
  penalized,
  reference,
  statistics,
  wide,
  workFolder,
  writeExport,
  type Line,
  type Weights
} from './judged';
import { documentOf } from '../documentOf';

const folder = workFolder();
/** Both sides compute in float64, by other formulas. */
const TOLERANCE = 1e-9;

/** A gate alone on a sample's operands, under random upstream gradients. */
function sampleDocument({ name, inputs, outputs, ...gate }: Gate, sample: Sample): Document {
  const { params } = resolveParams({ name, inputs, outputs, ...gate }, sample.params);
  const ports = inputs(params).filter((port) => port.name in sample.inputs);
  const document = (objective: object[]) =>
    documentOf({
      format: 'wiregrad',
      version: 1,
      name,
      nodes: [
        ...ports.map((port) => ({
          id: `x_${port.name}`,
          gate: 'variable',
          params: { value: sample.inputs[port.name], ...(port.dtype === 'int32' && { dtype: 'int32' }) }
        })),
        { id: 'y', gate: name, params: sample.params ?? {} }
      ],
      wires: ports.map((port) => ({ from: `x_${port.name}`, to: `y.${port.name}` })),
      ...(objective.length > 0 && { objective })
    });
  const { types } = lower(document([]));
  const floats = [...types].filter(([reference, { dtype }]) => dtype === 'float' && !reference.startsWith('x_'));
  return document(floats.map(([from, { shape }], at) => ({ from, upstream: writeTensor({ shape, data: draws(sizeOf(shape), 7 + at) }) })));
}

/** All files in one process: a list of lines, or of what went wrong. */
const RUN_ALL = `
import contextlib, io, json, runpy, sys, traceback, warnings
warnings.simplefilter("ignore")
def run(path):
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            runpy.run_path(path, run_name="__main__")
        return json.loads(out.getvalue())
    except Exception:
        return traceback.format_exc(limit=-1)
print(json.dumps([run(path) for path in json.load(open(sys.argv[1]))]))
`;

/**
 * Where torch does not do what it documents: it has another gradient for targets that make its logarithms infinite, leaves
 * the sum of no margins uninitialised, and refuses windows as large as a volume.
 */
const APART = new Set(['bce_loss #3', 'kl_div_loss #4', 'multi_margin_loss #5', 'fractional_max_pool3d #2']);

const gates = [...registry.values()].filter(({ samples }) => samples.length > 0);
const cases = gates.flatMap((gate) => gate.samples.map((sample, at) => ({ name: `${gate.name} #${at}`, gate, sample })));
const isDrawn = (document: Document) => lower(document, { mode: 'eval' }).graph.operations.some(({ primitive }) => primitive === 'random');

const parameter = (id: string, ...shape: readonly number[]) => ({ id, gate: 'parameter', params: drawn(...shape) });
const wiresOf = (wires: readonly string[]) => wires.map((wire) => ({ from: wire.split(' ')[0], to: wire.split(' ')[1] }));

/** A shared definition within an own one, each used more than once, one with two outputs, one repeated. */
const defined = () => ({
  format: 'wiregrad',
  version: 1,
  name: 'defined',
  definitions: {
    shared: {
      inputs: ['x'],
      outputs: { out: 'a' },
      nodes: [parameter('V', 3, 3), { id: 'h', gate: 'matmul' }, { id: 'a', gate: 'tanh' }],
      wires: wiresOf(['x h.a', 'V h.b', 'h a.x']),
      parameters: 'shared'
    },
    block: {
      inputs: ['x', 'y'],
      outputs: { first: 'out', second: 's' },
      nodes: [
        parameter('W', 3),
        { id: 'c', gate: 'constant', params: { value: 0.5 } },
        { id: 's', gate: 'shared' },
        { id: 'bn', gate: 'batch_norm' },
        { id: 'm', gate: 'mul' },
        { id: 'n', gate: 'mul' },
        { id: 'out', gate: 'add' }
      ],
      wires: wiresOf(['x s.x', 's bn.x', 'bn m.a', 'W m.b', 'm n.a', 'c n.b', 'n out.a', 'y out.b'])
    }
  },
  nodes: [
    {
      id: 'x',
      gate: 'variable',
      params: {
        value: [
          [0.5, -1, 2],
          [1, 0.25, -0.75]
        ]
      }
    },
    { id: 'b1', gate: 'block' },
    { id: 'b2', gate: 'block', params: { repeat: 3 } },
    { id: 'again', gate: 'shared' },
    { id: 'z', gate: 'sub' },
    { id: 'L', gate: 'sum' }
  ],
  wires: wiresOf(['x b1.x', 'x b1.y', 'b1.first b2.x', 'b1.second b2.y', 'b2.first again.x', 'again z.a', 'b2.second z.b', 'z L.x']),
  objective: 'L'
});

/** Points around three centres that overlap, and their classes. */
const rows = Array.from({ length: 90 }, (_, at) => {
  const kind = at % 3;
  const [dx, dy] = draws(2, at + 1) as unknown as [number, number];
  return [2 * Math.cos(2 * kind) + dx, 2 * Math.sin(2 * kind) + dy, kind];
});

function clusters() {
  const text = ['u,v,kind', ...rows.map(([u, v, kind]) => `${u},${v},${kind}`)].join('\n');
  const document = documentOf({
    ...chain(
      'L',
      ['x', 'data', { dataset: 'points', field: 'x', shape: [2] }],
      ['y', 'data', { dataset: 'points', field: 'y', dtype: 'int32' }],
      ['W', 'parameter', drawn(2, 8)],
      ['b', 'parameter', { shape: [8], init: { kind: 'zeros' } }],
      ['V', 'parameter', drawn(8, 3)],
      ['h', 'linear', {}, { x: 'x', weight: 'W', bias: 'b' }],
      ['a', 'relu', {}, { x: 'h' }],
      ['scores', 'linear', {}, { x: 'a', weight: 'V' }],
      ['L', 'cross_entropy', {}, { input: 'scores', target: 'y' }]
    ),
    name: 'clusters',
    datasets: { points: { source: 'points.csv', fields: { x: { columns: ['u', 'v'] }, y: { columns: ['kind'], type: 'class' } } } },
    training: {
      optimizer: { kind: 'adam', learning_rate: 0.02 },
      batch_size: 16,
      metrics: [{ kind: 'accuracy', input: 'scores', target: 'y' }]
    }
  });
  return { document, data: () => new TextEncoder().encode(text) };
}

/** What a file of weights holds of `wide`: float32. */
const rounded = (): Weights =>
  new Map(
    [...initialParameters(lower(documentOf(wide())), 0)].map(([id, { shape, data }]): [string, Tensor] => [
      id,
      { dtype: 'float', shape, data: Float64Array.from(data, Math.fround) }
    ])
  );

const custom = () =>
  chain(
    'L',
    ['x', 'variable', { value: [0.5, -1, 2] }],
    ['f', 'custom', { inputs: 'x', forward: 'let s = 1 / (1 + exp(-x));\nx * s' }, { x: 'x' }],
    ['g', 'custom', { inputs: 'a, b', forward: 'a * b', backward: 'grad_a = grad * b;\ngrad_b = grad * a' }, { a: 'f', b: 'x' }],
    ['L', 'sum', {}, { x: 'g' }]
  );

interface Agreement {
  readonly name: string;
  readonly document: Document;
  readonly weights?: Weights;
}
const agreements: readonly Agreement[] = [
  ...cases.map(({ name, gate, sample }) => ({ name, document: sampleDocument(gate, sample) })),
  ...examples.map(({ document }) => ({ name: document.name, document: documentOf(document) })),
  { name: 'a net with broadcasting, fan-out, reserved names and a regularizer', document: documentOf(net()) },
  {
    name: 'an objective of several terms, one of which feeds on',
    document: documentOf(net({ objective: [{ from: 'L', upstream: 3 }, { from: 'a' }, { from: 'twice' }] }))
  },
  { name: 'a gradient as a tensor of the graph, differentiated again', document: documentOf(penalized()) },
  {
    name: 'convolutions, pools, normalisation and resampling, with running statistics',
    document: documentOf(network({ kernel_size: 2, stride: 2 })),
    weights: statistics
  },
  { name: 'weights in a file beside it', document: documentOf(wide()), weights: rounded() },
  { name: 'definitions: own, shared, nested and repeated ones', document: documentOf(defined()) },
  { name: 'gates that the user wrote, with and without a backward', document: documentOf(custom()) }
];

describe('the PyTorch export', () => {
  it('is a module with the names of the document, a line a gate', () => {
    const code = codeOf(documentOf(net({ training: { metrics: [{ kind: 'accuracy', input: 'p', target: 'y' }] } })), 'pytorch');
    expect(code.slice(code.indexOf('class Net('), code.indexOf('def own'))).toMatchInlineSnapshot(`
      "class Net(nn.Module):
          def __init__(self):
              super().__init__()
              self.register_buffer("lambda_", torch.tensor([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]), persistent=False)
              self.W = nn.Parameter(torch.tensor([[0.10136555182125398, -0.7084668140549784, -0.31009088168001814, -1.4361716932868656], [0.9979656040036865, -0.47286793761071483, 0.994825412656927, -0.5012264395907658]]))
              self.np = nn.Parameter(torch.tensor([1.0, 1.0, 1.0, 1.0]))
              self.register_buffer("y", torch.tensor([0, 3, 1]), persistent=False)

          def forward(self):
              """nothing → p [3,4], L scalar"""
              R = 0.1 * torch.sum(torch.square(self.W))
              h = F.linear(self.lambda_, self.W.T, self.np)
              a = torch.tanh(h)
              twice = torch.mul(a, a)
              p = F.log_softmax(twice, dim=-1)
              data = F.cross_entropy(p, self.y)
              L = torch.add(data, R)
              return {"p": p, "L": L}


      "
    `);
  });

  it('puts more than 10,000 numbers into a file beside it', () => {
    const files = exportDocument(documentOf(wide()), 'pytorch', { stem: 'graph' });
    expect(files.map(({ name }) => name)).toEqual(['graph.py', 'graph-weights.safetensors']);
    expect([...readSafetensors(files[1]!.bytes).keys()]).toEqual(['lambda', 'W', 'np', 'y']);
  });
  it('has a name that Python can import', () => {
    const named = documentOf({ ...net(), name: 'My net 2.0' });
    expect(exportDocument(named, 'pytorch')[0]!.name).toBe('My_net_2_0.py');
    expect(codeOf(named, 'pytorch')).toContain('class MyNet20(nn.Module):');
  });
  it('refuses data inside a definition, which no argument could bring there', () => {
    const definition = {
      inputs: ['x'],
      outputs: { out: 'm' },
      nodes: [
        { id: 'd', gate: 'data', params: { dataset: 'points', field: 'x', shape: [2] } },
        { id: 'm', gate: 'mul' }
      ],
      wires: wiresOf(['x m.a', 'd m.b'])
    };
    const document = documentOf({
      ...chain('L', ['x', 'variable', { value: 2 }], ['b', 'scaled', {}, { x: 'x' }], ['L', 'sum', {}, { x: 'b' }]),
      definitions: { scaled: definition },
      datasets: { points: { source: 'points.csv', fields: { x: { columns: ['u', 'v'] } } } }
    });
    expect(() => exportPytorch(document, new Map(), 2, { stem: 'graph' })).toThrow(/gate b\/d \(data\): .*move it out/);
  });

  describe.skipIf(!hasPython('torch', 'Running the PyTorch export'))('run by Python', () => {
    // Importing torch takes a second: one process runs all files.
    let lines: readonly (Line | string)[] = [];
    beforeAll(() => {
      const paths = agreements.map(({ document, weights }, at) => {
        writeExport(document, 'pytorch', folder, `case${at}`, weights);
        return join(folder, `case${at}.py`);
      });
      writeFileSync(join(folder, 'cases.json'), JSON.stringify(paths));
      lines = runPython(RUN_ALL, join(folder, 'cases.json')) as (Line | string)[];
    }, 120_000);

    it.each(agreements.map(({ name }, at) => [name, at] as const))('agrees on %s', async (name, at) => {
      if (APART.has(name)) return;
      const line = lines[at]!;
      if (typeof line === 'string') expect.fail(line);
      const { document, weights } = agreements[at]!;
      // What torch draws at random is its own.
      if (!isDrawn(document)) expectLine(line, await reference(document, weights), TOLERANCE);
    });
    it('draws and learns running statistics in training alone, unless a gate is told to', () => {
      const document = documentOf(
        chain(
          's',
          [
            'x',
            'variable',
            {
              value: [
                [1, 2],
                [3, 4],
                [5, 7]
              ]
            }
          ],
          ['b', 'batch_norm', { momentum: 0.5 }, { x: 'x' }],
          ['always', 'dropout', { p: 1, training: true }, { x: 'b' }],
          ['d', 'dropout', { p: 1 }, { x: 'b' }],
          ['s', 'stack', {}, { x0: 'always', x1: 'd' }]
        )
      );
      writeExport(document, 'pytorch', folder, 'modes');
      const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
from modes import Chain
net, x = Chain(), torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
def state():
    return net.b_running_mean.tolist()
trained, learned = net.train()(x).abs().sum(dim=(1, 2)).tolist(), state()
print(json.dumps([trained, learned, [value > 0 for value in net.eval()(x).abs().sum(dim=(1, 2)).tolist()], state() == learned]))`;
      expect(runPython(script, folder)).toEqual([[0, 0], [1.5, expect.closeTo(13 / 6, 5)], [false, true], true]);
    });
    it('trains in PyTorch, and keeps its weights under the ids of the document', () => {
      const document = documentOf({
        ...chain(
          'L',
          [
            'x',
            'variable',
            {
              value: [
                [1, 2],
                [0.5, -1],
                [3, 0.25]
              ]
            }
          ],
          ['y', 'variable', { value: [0, 3, 1], dtype: 'int32' }],
          ['W', 'parameter', drawn(2, 4)],
          ['train', 'parameter', { value: [1, 1, 1, 2], trainable: false }],
          ['_np', 'parameter', { shape: [4], init: { kind: 'zeros' } }],
          ['h', 'linear', {}, { x: 'x', weight: 'W', bias: '_np' }],
          ['s', 'mul', {}, { a: 'h', b: 'train' }],
          ['p', 'log_softmax', {}, { x: 's' }],
          ['L', 'nll_loss', {}, { input: 'p', target: 'y' }]
        ),
        training: { metrics: [{ kind: 'accuracy', input: 'p', target: 'y' }] }
      });
      expect(codeOf(document, 'pytorch')).toContain('#   self.train is self.train_');
      writeExport(document, 'pytorch', folder, 'trainable');
      const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
from trainable import Chain
net, x, y = Chain(), torch.tensor([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]), torch.tensor([0, 3, 1])
optimizer = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
losses = []
for _ in range(20):
    optimizer.zero_grad()
    loss = net(x, y)["L"]
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(json.dumps({
    "falls": losses[-1] < losses[0],
    "float32": net(x, y)["p"].dtype == torch.float32,
    "state": list(net.state_dict()),
    "trainable": [name for name, p in net.named_parameters() if p.requires_grad]
}))`;
      const state = ['W', 'train_', 'p_np'];
      expect(runPython(script, folder)).toEqual({ falls: true, float32: true, state, trainable: ['W', 'p_np'] });
    });
    it('gives the accuracy of the trained net on the same rows', async () => {
      const { document, data } = clusters();
      const { parameters } = await train(document, { data, backend: referenceBackend(), epochs: 3, seed: 1 });
      const weights = new Map([...parameters].map(([id, tensor]) => [id, { ...tensor, data: Float64Array.from(tensor.data) }]));
      const { metrics } = await execute(document, {
        backends: new Backends(),
        data,
        weights,
        mode: 'eval',
        precision: 'float64',
        rows: [0, 90]
      });
      expect(metrics!.accuracy).toBeGreaterThan(0.5);
      const loaded = await loadData(document, data);
      for (const { name, bytes } of exportDocument(document, 'pytorch', { stem: 'clusters', weights, data: loaded }))
        writeFileSync(join(folder, name), bytes);
      writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows));
      const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
from clusters import Clusters
rows = json.load(open(sys.argv[1] + "/rows.json"))
x, y = torch.tensor([row[:2] for row in rows]), torch.tensor([row[2] for row in rows])
with torch.no_grad():
    scores = Clusters().eval()(x, y)["scores"]
print(json.dumps((scores.argmax(-1) == y).double().mean().item()))`;
      expect(runPython(script, folder)).toBeCloseTo(metrics!.accuracy!, 12);
    });
  });
});
