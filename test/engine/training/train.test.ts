import { describe, expect, it } from 'vitest';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { Clock } from '../../../engine/base/clock';
import type { Document, OptimizerRecord, TrainingRecord } from '../../../engine/document/types';
import { Backends } from '../../../engine/session/backends';
import { execute } from '../../../engine/session/execute';
import type { TrainProgress } from '../../../engine/session/messages';
import { epochOrder } from '../../../engine/training/batches';
import { loadData } from '../../../engine/training/feed';
import { train, type TrainOptions, type TrainResult } from '../../../engine/training/train';
import { hasPython, runPython } from '../formats/python';
import { draw, type Drawn } from '../lower/draw';

const withTorch = hasPython('torch', 'whole training runs beside PyTorch');
const backend = referenceBackend();
const run = (document: Document, options: Partial<TrainOptions> = {}): Promise<TrainResult> =>
  train(document, { backend, data: () => CSV, ...options });
const weights = ({ parameters }: TrainResult) => Object.fromEntries([...parameters].map(([id, { data }]) => [id, [...data]]));

/** 23 rows of two numbers and a class that follows from them, near enough. */
const ROWS = Array.from({ length: 23 }, (_, at) => {
  const [u, v] = [Math.sin(3 * at) + at / 20, Math.cos(5 * at)];
  return { u, v, y: 2 * u - v + 0.5 + Math.sin(11 * at) / 10, kind: u + v > 0.5 ? 'red' : 'blue' };
});
const CSV = new TextEncoder().encode(['u,v,y,kind', ...ROWS.map(({ u, v, y, kind }) => [u, v, y, kind].join())].join('\n'));
const FIELDS = new Map([
  ['x', { columns: ['u', 'v'] }],
  ['y', { columns: ['y'] }],
  ['kind', { columns: ['kind'], type: 'class' as const }]
]);
const datasets = (split = {}) => new Map([['table', { source: 'table.csv', fields: FIELDS, split }]]);
const data = (id: string, field: string, rest: Record<string, unknown>): Drawn => [id, 'data', { dataset: 'table', field, ...rest }];
const sgd = (rate: number, rest: Partial<OptimizerRecord> = {}): OptimizerRecord => ({ kind: 'sgd', learning_rate: rate, ...rest });

/** mean (x·w + b − y)², from w = (0.5, −0.25), b = 0.1. */
function regression(training: TrainingRecord, split = {}): Document {
  return draw(
    [
      data('x', 'x', { shape: [2] }),
      data('y', 'y', { shape: [1] }),
      ['w', 'parameter', { value: [[0.5], [-0.25]] }],
      ['b', 'parameter', { value: [0.1] }],
      ['h', 'linear'],
      ['loss', 'mse_loss']
    ],
    'x>h.x w>h.weight b>h.bias h>loss.input y>loss.target',
    { objective: 'loss', training, datasets: datasets(split) }
  );
}

/** The same regression in a few lines: the losses and parameters that a run of it should have. */
function byHand(batches: readonly (readonly number[])[], rate: number, momentum = 0) {
  const p = [0.5, -0.25, 0.1];
  const velocity = [0, 0, 0];
  const losses = batches.map((batch) => {
    let loss = 0;
    const g = [0, 0, 0];
    for (const row of batch) {
      const { u, v, y } = ROWS[row]!;
      const error = p[0]! * u + p[1]! * v + p[2]! - y;
      loss += error ** 2 / batch.length;
      [u, v, 1].forEach((input, at) => (g[at]! += (2 * error * input) / batch.length));
    }
    g.forEach((slope, at) => {
      velocity[at] = momentum * velocity[at]! + slope;
      p[at]! -= rate * velocity[at]!;
    });
    return loss;
  });
  return { losses, p };
}
/** The batches that epochs 1 … `epochs` are made of. */
function batchesOf(rows: Int32Array, size: number, epochs: number, seed = 0): number[][] {
  return Array.from({ length: epochs }, (_, at) => {
    const order = [...epochOrder(rows, seed, at + 1)];
    return Array.from({ length: Math.ceil(order.length / size) }, (__, batch) => order.slice(batch * size, (batch + 1) * size));
  }).flat();
}
const ALL = Int32Array.from(ROWS.keys());
/** A loop in float64 sums in another order: hundreds of roundings of 1e-16. */
const DIGITS = 9;

function expectAgreement({ epochs, parameters }: TrainResult, { losses, p }: ReturnType<typeof byHand>, sizes: readonly number[]): void {
  const perEpoch = losses.length / epochs.length;
  epochs.forEach(({ train: { loss } }, epoch) => {
    const [from, to] = [epoch * perEpoch, (epoch + 1) * perEpoch];
    const rows = sizes.slice(from, to).reduce((sum, size) => sum + size, 0);
    expect(loss).toBeCloseTo(losses.slice(from, to).reduce((sum, value, at) => sum + value * sizes[from + at]!, 0) / rows, DIGITS);
  });
  [...parameters.get('w')!.data, ...parameters.get('b')!.data].forEach((value, at) => expect(value).toBeCloseTo(p[at]!, DIGITS));
}

describe('a linear regression', () => {
  it('on whole data equals a loop written by hand', async () => {
    const batches = batchesOf(ALL, ROWS.length, 50);
    const result = await run(regression({ optimizer: sgd(0.1), batch_size: 1000, epochs: 50 }));
    expectAgreement(
      result,
      byHand(batches, 0.1),
      batches.map((batch) => batch.length)
    );
    expect(result.epochs.at(-1)).toMatchObject({ epoch: 50, steps: 50 });
    expect(result.epochs.at(-1)!.train.loss).toBeLessThan(0.1);
  });
  it('in minibatches, the last of them smaller, equals a loop written by hand and sees every row once an epoch', async () => {
    const batches = batchesOf(ALL, 5, 10);
    expect(
      batches
        .slice(0, 5)
        .flat()
        .sort((a, b) => a - b)
    ).toEqual([...ALL]);
    expect(batches.slice(0, 5).map((batch) => batch.length)).toEqual([5, 5, 5, 5, 3]);
    const result = await run(regression({ optimizer: sgd(0.05), batch_size: 5, epochs: 10 }));
    expectAgreement(
      result,
      byHand(batches, 0.05),
      batches.map((batch) => batch.length)
    );
    expect(result.epochs.map(({ steps }) => steps)).toEqual(result.epochs.map((_, at) => 5 * (at + 1)));
  });
  it('with momentum equals a loop written by hand, velocities outliving the smaller batches', async () => {
    const batches = batchesOf(ALL, 4, 8);
    const result = await run(regression({ optimizer: sgd(0.02, { momentum: 0.9 }), batch_size: 4, epochs: 8 }));
    expectAgreement(
      result,
      byHand(batches, 0.02, 0.9),
      batches.map((batch) => batch.length)
    );
  });
  it('is trained on the training rows alone', async () => {
    const document = regression({ optimizer: sgd(0.05), batch_size: 4, epochs: 6 }, { validation: 0.2, test: 0.3, seed: 1 });
    const { parts } = await loadData(document, () => CSV);
    expect(parts.train.length + parts.validation.length + parts.test.length).toBe(23);
    const batches = batchesOf(parts.train, 4, 6);
    expectAgreement(
      await run(document),
      byHand(batches, 0.05),
      batches.map((batch) => batch.length)
    );
  });
});

/** Two hidden layers' worth of a classifier: tanh, then scores of two classes. */
function classifier(training: TrainingRecord, split = {}): Document {
  return draw(
    [
      data('x', 'x', { shape: [2] }),
      data('kind', 'kind', { dtype: 'int32' }),
      ['w1', 'parameter', { shape: [2, 6], init: { kind: 'normal', std: 0.7 } }],
      ['b1', 'parameter', { shape: [6], init: { kind: 'zeros' } }],
      ['w2', 'parameter', { shape: [6, 2], init: { kind: 'normal', std: 0.7 } }],
      ['l1', 'linear'],
      ['h', 'tanh'],
      ['scores', 'linear'],
      ['loss', 'cross_entropy']
    ],
    'x>l1.x w1>l1.weight b1>l1.bias l1>h.x h>scores.x w2>scores.weight scores>loss.input kind>loss.target',
    {
      objective: 'loss',
      training: { metrics: [{ kind: 'accuracy', input: 'scores', target: 'kind' }], ...training },
      datasets: datasets(split)
    }
  );
}
const ADAM: OptimizerRecord = { kind: 'adam', learning_rate: 0.05 };

describe('the seed', () => {
  it('makes runs the same to the bit', async () => {
    const document = classifier({ optimizer: ADAM, batch_size: 5, epochs: 5, seed: 3 });
    const [first, second] = [await run(document), await run(document)];
    expect(weights(second)).toEqual(weights(first));
    expect(second.epochs.map((epoch) => epoch.train)).toEqual(first.epochs.map((epoch) => epoch.train));
  });
  it('makes runs differ, in their first weights and in their batches', async () => {
    const document = classifier({ optimizer: ADAM, batch_size: 5, epochs: 5, seed: 3 });
    expect(weights(await run(document, { seed: 4 }))).not.toEqual(weights(await run(document)));
    const given = regression({ optimizer: sgd(0.05), batch_size: 5, epochs: 2 });
    expect(weights(await run(given, { seed: 1 }))).not.toEqual(weights(await run(given, { seed: 2 })));
  });
  it('that is asked for beats the document’s', async () => {
    const training = { optimizer: ADAM, batch_size: 5, epochs: 2 };
    expect(weights(await run(classifier({ ...training, seed: 9 }), { seed: 4 }))).toEqual(
      weights(await run(classifier({ ...training, seed: 4 })))
    );
  });
});

describe('loss and accuracy', () => {
  it('on held-out rows are those of a run in evaluation mode with the weights that came out', async () => {
    const document = classifier(
      { optimizer: ADAM, batch_size: 4, epochs: 30 },
      { validation: 0.25, test: 0.25, seed: 2, stratify: 'kind' }
    );
    const result = await run(document);
    const backends = new Backends();
    const evaluate = async (rows: 'validation' | 'test') =>
      (await execute(document, { backends, precision: 'float64', mode: 'eval', data: () => CSV, weights: result.parameters, rows }))
        .metrics!;
    for (const [found, wanted] of [
      [result.epochs.at(-1)!.validation!, await evaluate('validation')],
      [result.test!, await evaluate('test')]
    ] as const) {
      expect(found.loss).toBeCloseTo(wanted.loss, 12);
      expect(found.accuracy).toBe(wanted.accuracy);
      expect(found.accuracy).toBeGreaterThan(0.5);
    }
  });
  it('are the means over the rows as they were trained on', async () => {
    const { epochs } = await run(classifier({ optimizer: sgd(0), batch_size: 5, epochs: 1 }));
    const { metrics } = await execute(classifier({ batch_size: 23 }), { backends: new Backends(), precision: 'float64', data: () => CSV });
    expect(epochs[0]!.train.loss).toBeCloseTo(metrics!.loss, 12);
    expect(epochs[0]!.train.accuracy).toBeCloseTo(metrics!.accuracy!, 12);
  });
  it('are absent where there are no such rows, and accuracy where it is not asked for', async () => {
    const result = await run(regression({ epochs: 1 }));
    expect(result.test).toBeUndefined();
    expect(Object.keys(result.epochs[0]!)).not.toContain('validation');
    expect(Object.keys(result.epochs[0]!.train)).toEqual(['loss']);
  });
});

describe('without a data set', () => {
  const xor = (training: TrainingRecord): Document =>
    draw(
      [
        [
          'x',
          'constant',
          {
            value: [
              [0, 0],
              [0, 1],
              [1, 0],
              [1, 1]
            ]
          }
        ],
        ['y', 'constant', { value: [0, 1, 1, 0], dtype: 'int32' }],
        ['w1', 'parameter', { shape: [2, 8], init: { kind: 'normal' } }],
        ['b1', 'parameter', { shape: [8], init: { kind: 'zeros' } }],
        ['w2', 'parameter', { shape: [8, 2], init: { kind: 'normal' } }],
        ['l1', 'linear'],
        ['h', 'tanh'],
        ['scores', 'linear'],
        ['loss', 'cross_entropy']
      ],
      'x>l1.x w1>l1.weight b1>l1.bias l1>h.x h>scores.x w2>scores.weight scores>loss.input y>loss.target',
      { objective: 'loss', training: { metrics: [{ kind: 'accuracy', input: 'scores', target: 'y' }], ...training } }
    );

  it('every step sees the constants whole, and XOR is learnt', async () => {
    const { epochs } = await run(xor({ optimizer: ADAM, epochs: 300 }));
    expect(epochs.at(-1)!.steps).toBe(300);
    expect(epochs.at(-1)!.train.loss).toBeLessThan(0.01);
    expect(epochs.at(-1)!.train.accuracy).toBe(1);
    expect(epochs[0]!.train.accuracy).toBeLessThanOrEqual(1);
  });
});

describe('what training changes', () => {
  it('is not a parameter that is frozen, nor one that the objective does not depend on', async () => {
    const document = regression({ optimizer: sgd(0.1), epochs: 3 });
    const frozen = {
      ...document,
      nodes: [
        ...document.nodes.map((node) => (node.id === 'b' ? { ...node, params: { ...node.params!, trainable: false } } : node)),
        { id: 'idle', gate: 'parameter', params: { value: [7, 8] } }
      ]
    };
    const { b, w, idle } = weights(await run(frozen));
    expect(b).toEqual([0.1]);
    expect(idle).toEqual([7, 8]);
    expect(w).not.toEqual([0.5, -0.25]);
  });
  it('is nothing where nothing is trainable', async () => {
    const document = regression({});
    const nodes = document.nodes.map((node) =>
      node.gate === 'parameter' ? { ...node, params: { ...node.params!, trainable: false } } : node
    );
    await expect(run({ ...document, nodes })).rejects.toMatchObject({ code: 'nothing-to-train' });
  });
  it('begins at weights that are given', async () => {
    const document = regression({ optimizer: sgd(0), epochs: 1 });
    const given = new Map([['w', { dtype: 'float' as const, shape: [2, 1], data: Float64Array.of(2, -1) }]]);
    expect(weights(await run(document, { weights: given }))).toEqual({ w: [2, -1], b: [0.1] });
    await expect(run(document, { weights: new Map([['w', { ...given.get('w')!, shape: [1, 2] }]]) })).rejects.toMatchObject({
      code: 'weights-shape'
    });
    expect([...given.get('w')!.data]).toEqual([2, -1]);
  });
});

describe('a run that goes wrong', () => {
  it('names the step at which the loss left the numbers', async () => {
    const failed = run(regression({ optimizer: sgd(1e80), batch_size: 23, epochs: 50 }));
    await expect(failed).rejects.toMatchObject({ code: 'not-finite' });
    await expect(failed).rejects.toThrow(/at step 3 \(epoch 3\)/);
  });
  it('needs data and an objective', async () => {
    await expect(train(regression({}), { backend })).rejects.toMatchObject({ code: 'missing-data' });
    const { objective: _, ...rest } = regression({});
    await expect(run(rest)).rejects.toMatchObject({ code: 'no-objective' });
  });
});

describe('progress', () => {
  it('tells of every epoch once, and of steps in order', async () => {
    const seen: TrainProgress[] = [];
    await run(regression({ optimizer: sgd(0.05), batch_size: 5, epochs: 12 }), { onProgress: (progress) => seen.push(progress) });
    expect(seen.flatMap(({ report }) => (report ? [report.epoch] : []))).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
    seen.forEach(({ epoch, epochs, step, totalSteps, seconds, eta, loss }, at) => {
      expect({ epochs, totalSteps }).toEqual({ epochs: 12, totalSteps: 60 });
      expect(step).toBeGreaterThanOrEqual(seen[at - 1]?.step ?? 1);
      expect(epoch).toBe(Math.ceil(step / 5));
      expect(seconds).toBeGreaterThan(0);
      expect(eta).toBeCloseTo((seconds / step) * (60 - step), 9);
      expect(Number.isFinite(loss)).toBe(true);
    });
    expect(seen.at(-1)).toMatchObject({ step: 60, eta: 0 });
  });
  it('can stop the run: within a step, keeping what was learnt until then', async () => {
    const clock = new Clock();
    const whole = await run(regression({ optimizer: sgd(0.05), batch_size: 5, epochs: 7 }));
    const result = await run(regression({ optimizer: sgd(0.05), batch_size: 5, epochs: 1000 }), {
      clock,
      onProgress: ({ report }) => {
        if (report?.epoch === 7) clock.cancel();
      }
    });
    expect(result.stopped).toBe(true);
    expect(result.epochs).toHaveLength(7);
    expect(weights(result)).toEqual(weights(whole));
    expect(whole.stopped).toBe(false);
  });
  it('is stopped before it began where the clock was', async () => {
    const clock = new Clock();
    clock.cancel();
    const result = await run(regression({ epochs: 3 }), { clock });
    expect(result).toMatchObject({ stopped: true, epochs: [] });
    expect(weights(result)).toEqual({ w: [0.5, -0.25], b: [0.1] });
  });
});

describe.skipIf(!withTorch)('beside PyTorch, with the same batches and first weights', () => {
  const SCRIPT = `
import json, sys, torch
job = json.loads(sys.argv[1])
torch.set_default_dtype(torch.float64)
x, y = torch.tensor(job['x']), torch.tensor(job['y'])
p = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in job['parameters'].items()}
o = {k: v for k, v in job['optimizer'].items() if k != 'kind'}
optimizer = (torch.optim.Adam if job['optimizer']['kind'] == 'adam' else torch.optim.SGD)(list(p.values()), **o)
losses = []
for batch in job['batches']:
    optimizer.zero_grad()
    h = torch.tanh(x[batch] @ p['w1'] + p['b1'])
    loss = torch.nn.functional.cross_entropy(h @ p['w2'], y[batch])
    loss.backward()
    optimizer.step()
    losses.append(loss.item() * len(batch))
print(json.dumps({'losses': losses, 'parameters': {k: v.flatten().tolist() for k, v in p.items()}}))
`;
  it.each([
    ['sgd with momentum and decay', sgd(0.1, { momentum: 0.9, weight_decay: 0.01 }), { lr: 0.1, momentum: 0.9, weight_decay: 0.01 }],
    ['adam', ADAM, { lr: 0.05 }]
  ] as const)('a whole run of %s has the same losses and weights', async (_, optimizer, options) => {
    const document = classifier({ optimizer, batch_size: 5, epochs: 10 });
    const first = await run({ ...document, training: { ...document.training!, optimizer: sgd(0), epochs: 1 } });
    const shaped = ({ shape, data: entries }: { shape: readonly number[]; data: ArrayLike<number> }): unknown =>
      shape.length === 1
        ? Array.from(entries)
        : Array.from({ length: shape[0]! }, (__, row) => Array.from(entries).slice(row * shape[1]!, (row + 1) * shape[1]!));
    const batches = batchesOf(ALL, 5, 10);
    const result = await run(document);
    const job = {
      x: ROWS.map(({ u, v }) => [u, v]),
      y: ROWS.map(({ kind }) => (kind === 'red' ? 1 : 0)),
      parameters: Object.fromEntries([...first.parameters].map(([id, tensor]) => [id, shaped(tensor)])),
      optimizer: { kind: optimizer.kind, ...options },
      batches
    };
    const torch = runPython(SCRIPT, JSON.stringify(job)) as { losses: number[]; parameters: Record<string, number[]> };
    result.epochs.forEach(({ train: { loss } }, epoch) => {
      // 50 steps, both in float64; orders of summation differ.
      expect(loss).toBeCloseTo(torch.losses.slice(5 * epoch, 5 * epoch + 5).reduce((sum, value) => sum + value, 0) / 23, DIGITS);
    });
    for (const [id, entries] of Object.entries(weights(result)))
      entries.forEach((value, at) => expect(value).toBeCloseTo(torch.parameters[id]![at]!, DIGITS));
  });
});
