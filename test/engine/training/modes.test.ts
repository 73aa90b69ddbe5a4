/** Gates that do otherwise in training than after it, and what they keep from step to step. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../../engine/base/tensors';
import { documentOf } from '../documentOf';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { Backends } from '../../../engine/session/backends';
import { check } from '../../../engine/session/check';
import { execute, type ExecuteOptions } from '../../../engine/session/execute';
import { Session } from '../../../engine/session/session';
import { exportDocument } from '../../../engine/session/export';
import { epochOrder } from '../../../engine/training/batches';
import { train, type TrainOptions } from '../../../engine/training/train';
import { wasmWorkers } from '../backends/artifacts';
import { hasPython, runPython } from '../formats/python';

let backends: Backends;
beforeAll(async () => {
  backends = new Backends({ workers: await wasmWorkers(), threads: 2 });
}, 120_000);
afterAll(() => backends.dispose());

const run = (document: Document, options: Partial<ExecuteOptions> = {}) =>
  execute(document, { backends, precision: 'float64', ...options });
const learn = (document: Document, options: Partial<TrainOptions> = {}) => train(document, { backend: referenceBackend(), ...options });

describe('dropout', () => {
  const ones = Array.from({ length: 1000 }, () => 1);
  const dropping = (params: object = {}) =>
    documentOf({
      nodes: [
        { id: 'w', gate: 'parameter', params: { value: ones } },
        { id: 'd', gate: 'dropout', params: { p: 0.3, ...params } },
        { id: 'other', gate: 'dropout', params: { p: 0.3, ...params } },
        { id: 'L', gate: 'sum' }
      ],
      wires: [
        { from: 'w', to: 'd.x' },
        { from: 'w', to: 'other.x' },
        { from: 'd', to: 'L.x' }
      ],
      objective: 'L',
      training: { optimizer: { kind: 'sgd', learning_rate: 1 }, epochs: 1 }
    });
  const entries = ({ values }: { values: ReadonlyMap<string, Tensor> }, id = 'd') => [...values.get(id)!.data];

  it('drops about its share in training, scales the rest up, and hands the same entries’ gradient back', async () => {
    const result = await run(dropping(), { backward: true });
    const kept = entries(result);
    expect(new Set(kept)).toEqual(new Set([0, 1 / 0.7]));
    // 1,000 draws of 0.3: the standard deviation is 14.5, and five of them are never met by chance.
    expect(Math.abs(kept.filter((value) => value === 0).length - 300)).toBeLessThan(73);
    expect([...result.gradients.get('w')!.data]).toEqual(kept);
  });
  it('hands x on after training', async () => {
    expect(entries(await run(dropping(), { mode: 'eval' }))).toEqual(ones);
  });
  it('goes by its own training parameter first', async () => {
    expect(entries(await run(dropping({ training: false })))).toEqual(ones);
    expect(entries(await run(dropping({ training: true }), { mode: 'eval' }))).toEqual(entries(await run(dropping())));
  });
  it('draws by the seed and the node, the same in every precision', async () => {
    const first = await run(dropping());
    expect(entries(await run(dropping()))).toEqual(entries(first));
    expect(entries(await run(dropping(), { seed: 1 }))).not.toEqual(entries(first));
    expect(entries(first, 'other')).not.toEqual(entries(first));
    const single = entries(await run(dropping(), { precision: 'float32', backend: 'wasm' }));
    expect(single.map((value) => value > 0)).toEqual(entries(first).map((value) => value > 0));
  });
  it('drops others in every step of training', async () => {
    const { parameters } = await learn(dropping(), { epochs: 2 });
    // Kept in neither step, in one, or in both.
    const counts = [...parameters.get('w')!.data].map((value) => Math.round((1 - value) * 0.7));
    expect(new Set(counts)).toEqual(new Set([0, 1, 2]));
  });
  it('is the same in a check of its gradient throughout', async () => {
    expect(await check(dropping())).toMatchObject([{ id: 'w', ok: true, kinks: 0 }]);
  });
});

describe('rrelu', () => {
  const leaking = documentOf({
    nodes: [
      { id: 'x', gate: 'variable', params: { value: [-1, -1, -1, 2] } },
      { id: 'y', gate: 'rrelu' }
    ],
    wires: [{ from: 'x', to: 'y.x' }]
  });

  it('draws a slope for every entry within its range, and takes the mean after training', async () => {
    const drawn = [...(await run(leaking)).values.get('y')!.data];
    expect(drawn[3]).toBe(2);
    expect(new Set(drawn).size).toBe(4);
    for (const value of drawn.slice(0, 3)) expect(value <= -1 / 8 && value > -1 / 3).toBe(true);
    const after = [...(await run(leaking, { mode: 'eval' })).values.get('y')!.data];
    for (const value of after.slice(0, 3)) expect(value).toBeCloseTo(-(1 / 8 + 1 / 3) / 2, 15);
  });
});

describe('fractional_max_pool2d', () => {
  const pooling = documentOf({
    nodes: [
      {
        id: 'x',
        gate: 'variable',
        params: { value: [Array.from({ length: 9 }, (_, row) => Array.from({ length: 9 }, (__, column) => row * 9 + column))] }
      },
      { id: 'y', gate: 'fractional_max_pool2d', params: { kernel_size: 2, output_size: 5 } }
    ],
    wires: [{ from: 'x', to: 'y.x' }]
  });

  it('draws its windows by the seed where no samples are given', async () => {
    const places = async (seed: number) => [...(await run(pooling, { seed })).values.get('y.indices')!.data];
    expect(await places(3)).toEqual(await places(3));
    expect(new Set((await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(places))).map(String)).size).toBeGreaterThan(1);
  });
});

describe('batch_norm', () => {
  const rows = [
    [1, -2, 3],
    [4, 0.5, 6],
    [-1, 2, 0.25],
    [3, 3, -1],
    [0.5, 8, 2]
  ];
  const normalizing = (params: object = {}) =>
    documentOf({
      nodes: [
        { id: 'x', gate: 'data', params: { dataset: 'd', field: 'x', shape: [3] } },
        { id: 'weight', gate: 'parameter', params: { value: [1, 2, -1] } },
        { id: 'bias', gate: 'parameter', params: { value: [0.5, 0, 1] } },
        { id: 'bn', gate: 'batch_norm', params },
        { id: 'sq', gate: 'square' },
        { id: 'L', gate: 'sum' }
      ],
      wires: [
        { from: 'x', to: 'bn.x' },
        { from: 'weight', to: 'bn.weight' },
        { from: 'bias', to: 'bn.bias' },
        { from: 'bn', to: 'sq.x' },
        { from: 'sq', to: 'L.x' }
      ],
      objective: 'L',
      datasets: { d: { source: 'd.csv', fields: { x: { columns: ['a', 'b', 'c'] } } } },
      training: { optimizer: { kind: 'sgd', learning_rate: 0.01 }, batch_size: 3, epochs: 3, seed: 5 }
    });
  const data = () => new TextEncoder().encode(['a,b,c', ...rows.map(String)].join('\n'));
  const STATE = ['bn.running_mean', 'bn.running_var'];

  it('takes the batch’s statistics in a run and leaves the running ones alone', async () => {
    const { values } = await run(normalizing(), { data, rows: [0, 5] });
    for (const channel of [0, 1, 2]) {
      const column = [...values.get('bn')!.data].filter((_, at) => at % 3 === channel);
      const mean = column.reduce((sum, value) => sum + value, 0) / 5;
      expect(mean).toBeCloseTo([0.5, 0, 1][channel]!, 12);
    }
    expect([...values.keys()].some((name) => STATE.includes(name))).toBe(false);
  });

  it('takes running means of 0 and variances of 1 where nothing was trained', async () => {
    const { values } = await run(normalizing({ eps: 0 }), { data, mode: 'eval', rows: [0, 1] });
    expect([...values.get('bn')!.data]).toEqual([1.5, -4, -2]);
  });

  it('refuses to train on a batch of one row, with what to do', async () => {
    await expect(run(normalizing(), { data, rows: [0, 1] })).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: expect.stringMatching(/gate bn \(batch_norm\).* choose a batch size/)
    });
  });

  it('keeps its state in the files of weights', async () => {
    const { parameters } = await learn(normalizing(), { data });
    const [file] = exportDocument(normalizing(), 'safetensors', {
      weights: parameters,
      data: { datasets: new Map(), rows: 0, parts: { train: new Int32Array(), validation: new Int32Array(), test: new Int32Array() } }
    });
    const read = readSafetensors(file!.bytes);
    expect([...read.keys()].sort()).toEqual(['bias', ...STATE, 'weight']);
    for (const id of STATE) expect([...read.get(id)!.data]).toEqual([...Float32Array.from(parameters.get(id)!.data)]);
  });

  it('is trained and then evaluated by a session with the state that it was left with', async () => {
    const session = new Session({ onTrainProgress: () => undefined });
    const document = serializeDocument(normalizing());
    await session.openData('d.csv', data());
    await session.train({ document, revision: 1, backend: 'reference' });
    const rowRange: [number, number] = [0, 5];
    const request = { document, revision: 1, mode: 'eval', backend: 'reference', backward: false, rows: rowRange } as const;
    const { values } = await session.run(request);
    const { parameters } = await learn(normalizing(), { data });
    const wanted = await run(normalizing(), { data, mode: 'eval', rows: [0, 5], weights: parameters });
    expect([...values.get('bn')!.data]).toEqual([...wanted.values.get('bn')!.data]);
    const [file] = await session.exportWeights({ document, format: 'safetensors' });
    expect([...readSafetensors(file!.bytes).keys()]).toEqual(expect.arrayContaining(STATE));
    await session.resetWeights();
    expect((await session.loadWeights(document, file!.bytes)).matched).toEqual(expect.arrayContaining(STATE));
    const again = await session.run(request);
    // The file holds float32.
    [...again.values.get('bn')!.data].forEach((value, at) => expect(value).toBeCloseTo(values.get('bn')!.data[at]!, 5));
    session.dispose();
  });

  it('goes on from the state that it is given', async () => {
    const once = await learn(normalizing(), { data, epochs: 1 });
    const again = await learn(normalizing({ momentum: 0 }), { data, epochs: 1, weights: once.parameters });
    for (const id of STATE) expect([...again.parameters.get(id)!.data]).toEqual([...once.parameters.get(id)!.data]);
  });

  describe.skipIf(!hasPython('torch', 'Comparing the running statistics'))('as PyTorch', () => {
    const script = `
import json, sys, torch
batches, rows, momentum = json.loads(sys.argv[1])
torch.set_default_dtype(torch.float64)
bn = torch.nn.BatchNorm1d(3, momentum=momentum)
bn.weight.data, bn.bias.data = torch.tensor([1., 2., -1.]), torch.tensor([.5, 0., 1.])
optimizer = torch.optim.SGD(bn.parameters(), lr=0.01)
for batch in batches:
    optimizer.zero_grad()
    bn(torch.tensor(batch)).square().sum().backward()
    optimizer.step()
bn.eval()
print(json.dumps({"bn.running_mean": bn.running_mean.tolist(), "bn.running_var": bn.running_var.tolist(), "weight": bn.weight.tolist(), "bias": bn.bias.tolist(), "out": bn(torch.tensor(rows)).flatten().tolist()}))
`;
    const every = Int32Array.from(rows.keys());
    const batches = [1, 2, 3].flatMap((epoch) => {
      const order = [...epochOrder(every, 5, epoch)].map((row) => rows[row]!);
      return [order.slice(0, 3), order.slice(3)];
    });

    it.each([
      ['reference', 1e-12, 0.1],
      ['reference', 1e-12, 1],
      ['wasm', 1e-5, 0.1]
    ] as const)(
      'moves its running statistics by every step, the last smaller one too, and uses them afterwards: %s',
      async (name, tolerance, momentum) => {
        const wanted = runPython(script, JSON.stringify([batches, rows, momentum])) as Record<string, number[]>;
        const { parameters } = await learn(normalizing({ momentum }), { data, backend: backends.choice(name) });
        const { values } = await run(normalizing({ momentum }), { data, mode: 'eval', rows: [0, 5], weights: parameters });
        const found = new Map([...parameters, ['out', values.get('bn')!] as const]);
        for (const [id, list] of Object.entries(wanted)) {
          // Rounding of some ten operations, on numbers of about this size.
          list.forEach((value, at) =>
            expect(Math.abs(found.get(id)!.data[at]! - value), `${id}[${at}]`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)))
          );
        }
      }
    );
  });
});
