/** The exported PyTorch project, run by Python, against training here. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportProject } from '../../../engine/exporters/project/project';
import { exportDocument } from '../../../engine/session/export';
import { loadData } from '../../../engine/training/feed';
import { epochOrder } from '../../../engine/training/batches';
import { hasPython, runPython } from '../formats/python';
import { documentOf } from '../documentOf';
import { workFolder } from './judged';
import {
  classifier,
  DATASETS,
  expectSameCurve,
  expectSameWeights,
  parameter,
  points,
  regression,
  run,
  trainHere,
  weightsAt,
  wiresOf,
  write
} from './projects';

const top = workFolder();
let count = 0;
const newFolder = () => join(top, `project${++count}`);
const OUT = ['--out', 'trained.safetensors'];

/** Trains `json` there and here: PyTorch in float32, we in float64. */
async function expectAgreement(json: object, steps: number): Promise<void> {
  const folder = newFolder();
  const document = await write(json, folder);
  const [found, wanted] = await Promise.all([run(folder, OUT), trainHere(document)]);
  expect(found.stderr).toBe('');
  expect(wanted.epochs.at(-1)!.steps).toBe(steps);
  expectSameCurve(found.reports, wanted.epochs, 1e-4);
  expectSameWeights(weightsAt(folder), wanted.parameters, 1e-3);
}

describe.skipIf(!hasPython('torch', 'PyTorch projects'))('an exported project', () => {
  it('takes the steps that training here takes, with Adam', () => expectAgreement(classifier(), 204));

  it('takes them with momentum, a schedule with warm-up, and clipping', () =>
    expectAgreement(
      classifier({
        optimizer: { kind: 'sgd', learning_rate: 0.2, momentum: 0.9, nesterov: true, weight_decay: 1e-3 },
        schedule: { kind: 'step', step_size: 8, factor: 0.5, warmup_steps: 15 },
        clip_value: 0.5,
        clip_norm: 0.8
      }),
      204
    ));

  it('takes them in a regression that stops early', () =>
    expectAgreement(
      regression({
        optimizer: { kind: 'rmsprop', learning_rate: 0.05, momentum: 0.5 },
        schedule: { kind: 'plateau', patience: 1, factor: 0.5 },
        early_stopping: { patience: 2, min_delta: 0.01 }
      }),
      // 18 epochs of 34.
      108
    ));

  it('takes them without data, towards a sum of terms', () =>
    expectAgreement(
      {
        name: 'no rows',
        nodes: [
          { id: 'x', gate: 'variable', params: { value: [1, -2, 0.5] } },
          { id: 'lambda', gate: 'constant', params: { value: [0.5, 1, 2] } },
          parameter('w', [3], 'ones'),
          parameter('unused', [2], 'ones'),
          { id: 'd', gate: 'sub' },
          { id: 'e', gate: 'mul' },
          { id: 'S', gate: 'sum' },
          { id: 'q', gate: 'mul' }
        ],
        wires: wiresOf('w d.a', 'x d.b', 'd e.a', 'd e.b', 'e S.x', 'w q.a', 'lambda q.b'),
        objective: [{ from: 'S' }, { from: 'q', upstream: [0.1, 0.2, -0.1] }],
        training: { epochs: 50, optimizer: { kind: 'sgd', learning_rate: 0.05 } }
      },
      50
    ));

  it('takes them with batch norm, definitions and the weights that they share', () => {
    // Not Adam: it makes a direction of the rounding that is b1's whole gradient before a batch norm.
    const json = classifier({ epochs: 4, optimizer: { kind: 'sgd', learning_rate: 0.1 } });
    const normal = {
      inputs: ['x'],
      outputs: { out: 'bn' },
      nodes: [{ id: 'bn', gate: 'batch_norm' }, parameter('g', [8], 'ones')],
      wires: wiresOf('x bn.x', 'g bn.weight')
    };
    const dense = {
      inputs: ['x'],
      outputs: { out: 'z' },
      nodes: [
        parameter('W', [8, 8]),
        { id: 'c', gate: 'constant', params: { value: 0.5 } },
        { id: 'm', gate: 'matmul' },
        { id: 'z', gate: 'mul' }
      ],
      wires: wiresOf('x m.a', 'W m.b', 'm z.a', 'c z.b'),
      parameters: 'shared'
    };
    return expectAgreement(
      {
        ...json,
        definitions: { normal, dense },
        nodes: [...json.nodes, { id: 'train', gate: 'normal' }, ...['d1', 'd2'].map((id) => ({ id, gate: 'dense' }))],
        wires: [
          ...json.wires.filter(({ to }) => to !== 'a.x' && to !== 's.x'),
          ...wiresOf('h train.x', 'train a.x', 'a d1.x', 'd1 d2.x', 'd2 s.x')
        ]
      },
      24
    );
  });

  it('goes through the rows of each epoch in our order', async () => {
    const folder = newFolder();
    await write(classifier(), folder);
    const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
import data, numpy
print(json.dumps([numpy.concatenate(data.batches(numpy.arange(1000) * 3, 7, seed, epoch)).tolist() for seed, epoch in json.loads(sys.argv[2])]))`;
    const cases = [0, 1, 2 ** 32 - 1, 2 ** 32 + 5, 2 ** 53 - 1].map((seed, at) => [seed, at * 99 + 1] as const);
    const rows = Int32Array.from({ length: 1000 }, (_, row) => row * 3);
    const wanted = cases.map(([seed, epoch]) => [...epochOrder(rows, seed, epoch)]);
    expect(runPython(script, folder, JSON.stringify(cases))).toEqual(wanted);
  });

  it('goes on from a checkpoint to the bit, also from within an epoch, and with dropout', async () => {
    const json = classifier({ epochs: 200, schedule: { kind: 'cosine', warmup_steps: 9 }, early_stopping: { patience: 1000 } });
    const dropped = {
      ...json,
      nodes: [...json.nodes, { id: 'drop', gate: 'dropout', params: { p: 0.2 } }],
      wires: [...json.wires.filter(({ to }) => to !== 's.x'), ...wiresOf('a drop.x', 'drop s.x')]
    };
    const folder = newFolder();
    await write(dropped, folder);
    const whole = run(folder, ['--out', 'whole.safetensors']);
    let told = 0;
    const first = await run(folder, [...OUT, '--checkpoint', 'state', '--checkpoint-every', '1000', '--progress'], {
      // A line that is not an epoch's comes from within one.
      onLine: (line, kill) => line.includes('"step"') && ++told === 1 && kill('SIGINT')
    });
    expect([first.status, first.stderr]).toEqual([130, '']);
    expect(first.reports.length).toBeLessThan(200);
    const second = await run(folder, [...OUT, '--resume', 'state']);
    expect([second.status, second.stderr]).toEqual([0, '']);
    const { status, reports } = await whole;
    expect(status).toBe(0);
    expectSameWeights(weightsAt(folder), weightsAt(folder, 'whole.safetensors'), 0);
    const timeless = (lines: typeof reports) => lines.map(({ seconds: _, ...line }) => line);
    expect(timeless(second.reports)).toEqual(timeless(reports));
    const other = await run(folder, ['--resume', 'state', '--seed', '6']);
    expect([other.status, other.stderr]).toEqual([1, 'state is of another run: seed was 5 and is 6\n']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('says what is wrong with the loss and ends', async () => {
    const folder = newFolder();
    await write(regression({ optimizer: { kind: 'sgd', learning_rate: 1e18 } }), folder);
    const { status, stderr } = await run(folder, OUT);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^the loss is no number any more in epoch \d; .+\n$/)]);
    expect(readdirSync(folder)).not.toContain('trained.safetensors');
  });
});

describe.skipIf(!hasPython('torch', 'PyTorch projects under torchrun'))('an exported project in two processes', () => {
  it('comes to the weights and losses of one, with batch norm, a loss of means and sums, and a last batch of 3', async () => {
    const json = classifier({ epochs: 10, optimizer: { kind: 'sgd', learning_rate: 0.1 } });
    const folder = newFolder();
    await write(
      {
        ...json,
        nodes: [...json.nodes, { id: 'bn', gate: 'batch_norm' }, { id: 'R', gate: 'l2_regularization', params: { strength: 0.001 } }],
        wires: [...json.wires.filter(({ to }) => to !== 'a.x'), ...wiresOf('h bn.x', 'bn a.x', 's R.x')],
        objective: [{ from: 'L' }, { from: 'R' }]
      },
      folder
    );
    const alone = await run(folder, ['--out', 'alone.safetensors']);
    const both = await run(folder, OUT, { processes: 2 });
    expect(both.status, both.stderr).toBe(0);
    expectSameCurve(both.reports, alone.reports, 1e-5);
    expectSameWeights(weightsAt(folder), weightsAt(folder, 'alone.safetensors'), 1e-5);
  });

  it('refuses a loss that no shares of a batch add up to', async () => {
    const json = classifier();
    const folder = newFolder();
    await write(
      {
        ...json,
        nodes: [...json.nodes, { id: 'v', gate: 'var' }],
        wires: [...json.wires, ...wiresOf('s v.x')],
        objective: [{ from: 'L' }, { from: 'v' }]
      },
      folder
    );
    const { status, stderr } = await run(folder, OUT, { processes: 2 });
    expect(status).toBe(1);
    expect(stderr).toContain('the loss is neither the mean nor the sum of its parts where processes share a batch; train in one process');
  });
});

describe('the files of an exported project', () => {
  it('have safe names, whatever the document calls its data', async () => {
    const hostile = ['../../etc', 'a"b\'c', 'CON', 'x/y\\z', 'é', '__proto__', 'train'];
    const json = classifier();
    const ids = ['class', 'lambda', 'None', 'data', 'self', 'weights', 'forward'];
    const others = hostile.map((dataset, at) => ({ id: ids[at], gate: 'data', params: { dataset, field: 'x', shape: [2] } }));
    const adds = ids.map((id, at) => [at === 0 ? 'x' : `add${at}`, id, `add${at + 1}`] as const);
    const document = {
      ...json,
      name: '"""\nimport os',
      nodes: [...json.nodes, ...others, ...adds.map(([, , id]) => ({ id, gate: 'add' }))],
      wires: [
        ...json.wires.filter(({ to }) => to !== 'h.x'),
        ...adds.flatMap(([before, id, sum]) => wiresOf(`${before} ${sum}.a`, `${id} ${sum}.b`)),
        ...wiresOf(`add${ids.length} h.x`)
      ],
      // An own property, __proto__ too.
      datasets: Object.fromEntries([...hostile, 'points'].map((name) => [name, DATASETS.points]))
    };
    const parsed = documentOf(document);
    const files = exportProject(parsed, { data: await loadData(parsed, points) });
    const paths = files.map(({ path }) => path);
    for (const path of paths) expect(path).toMatch(/^(data\/)?[A-Za-z0-9_.-]+$/);
    expect(paths.filter((path) => path.includes('..'))).toEqual([]);
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
    if (!hasPython('torch', 'a project of hostile names')) return;
    const folder = newFolder();
    await write(document, folder);
    const { status, stderr } = await run(folder, ['--epochs', '1', ...OUT]);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('have rows written in pieces, each row once', async () => {
    const document = documentOf(classifier());
    const data = await loadData(document, points);
    const rows = 300_000;
    const asked: number[] = [];
    const field = data.datasets.get('points')!.fields.get('x')!;
    const large = {
      ...field,
      gather: (wanted: Int32Array, into: { [index: number]: number }) => {
        asked.push(wanted.length);
        wanted.forEach((row, at) => ([into[2 * at], into[2 * at + 1]] = [row, -row]));
      }
    };
    const dataset = { ...data.datasets.get('points')!, rows, fields: new Map([...data.datasets.get('points')!.fields, ['x', large]]) };
    const files = exportProject(document, { data: { ...data, rows, datasets: new Map([['points', dataset as never]]) } });
    // Nothing is gathered before the file is written.
    expect(asked).toEqual([]);
    const file = files.find(({ path }) => path === 'data/points.x.npy')!;
    const bytes = Buffer.concat([...file.chunks]);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.reduce((sum, length) => sum + length)).toBe(rows);
    const values = new Float32Array(new Uint8Array(bytes.subarray(bytes.length - rows * 8)).buffer);
    expect([values.at(0), values.at(2 * 123_456), values.at(-1)]).toEqual([0, 123_456, 1 - rows]);
  });

  it('are refused where there is nothing to train, or no data to train on', () => {
    const { training, ...json } = classifier();
    const document = documentOf({ ...json, training, objective: undefined });
    expect(() => exportProject(document)).toThrow(/objective/);
    expect(() => exportProject(documentOf(classifier()))).toThrow('gate x (data): the rows of data set points were not given');
  });

  it('are what a session exports, each under its path', async () => {
    const document = documentOf(classifier());
    const files = exportDocument(document, 'pytorch-project', { data: await loadData(document, points) });
    expect(files.map(({ name }) => name)).toContain('data/points.x.npy');
    expect(new TextDecoder().decode(files.find(({ name }) => name === 'train.py')!.bytes)).toContain('torchrun');
  });
});
