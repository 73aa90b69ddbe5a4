/** What the tests of exported PyTorch projects share: documents with data, and projects written and run by Python. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EpochReport } from '../../../engine/base/report';
import type { Tensor } from '../../../engine/base/tensors';
import type { Document } from '../../../engine/document/types';
import { exportProject } from '../../../engine/exporters/project/project';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { Backends } from '../../../engine/session/backends';
import { writeProject } from '../../../engine/session/torch/writeProject';
import { loadData } from '../../../engine/training/feed';
import { train, type TrainOptions, type TrainResult } from '../../../engine/training/train';
import { documentOf } from '../documentOf';
import { PYTHON } from '../formats/python';

/** 90 points in three arms of a spiral, one coordinate far from 0, and a number that both make. */
const csv = Array.from({ length: 90 }, (_, row) => {
  const [arm, radius] = [row % 3, 0.2 + row / 90];
  const angle = 3 * radius + arm * 2.1;
  const [a, b] = [radius * Math.cos(angle), 5 + radius * Math.sin(angle)];
  return `${a.toFixed(4)},${b.toFixed(4)},${['red', 'green', 'blue'][arm]},${(a * (b - 5) + Math.sin(3 * a)).toFixed(4)}`;
});
export const POINTS = `a,b,arm,sum\n${csv.join('\n')}\n`;

/** Whatever file is asked for. */
export const points = (): Uint8Array => new TextEncoder().encode(POINTS);

export const parameter = (id: string, shape: readonly number[], kind = 'xavier_uniform') => ({
  id,
  gate: 'parameter',
  params: { shape, init: { kind } }
});
export const wiresOf = (...wires: readonly string[]) => wires.map((wire) => ({ from: wire.split(' ')[0]!, to: wire.split(' ')[1]! }));

export const DATASETS = {
  points: {
    source: 'points.csv',
    fields: {
      x: { columns: ['a', 'b'], standardize: true },
      y: { columns: ['arm'], type: 'class' },
      t: { columns: ['sum'] }
    },
    split: { validation: 0.2, test: 0.1, seed: 3 }
  }
};
const data = (id: string, field: string, params: object) => ({ id, gate: 'data', params: { dataset: 'points', field, ...params } });

/** 2 → 8 → 3 with cross entropy. 63 rows to train on, in batches of 12 and one of 3. */
export const classifier = (training: object = {}) => ({
  name: 'three arms',
  nodes: [
    data('x', 'x', { shape: [2] }),
    data('y', 'y', { dtype: 'int32' }),
    parameter('W1', [2, 8]),
    parameter('b1', [8], 'zeros'),
    parameter('W2', [8, 3]),
    parameter('b2', [3], 'zeros'),
    { id: 'h', gate: 'linear' },
    { id: 'a', gate: 'tanh' },
    { id: 's', gate: 'linear' },
    { id: 'L', gate: 'cross_entropy' }
  ],
  wires: wiresOf('x h.x', 'W1 h.weight', 'b1 h.bias', 'h a.x', 'a s.x', 'W2 s.weight', 'b2 s.bias', 's L.input', 'y L.target'),
  objective: 'L',
  datasets: DATASETS,
  training: {
    optimizer: { kind: 'adam', learning_rate: 0.02 },
    batch_size: 12,
    epochs: 34,
    seed: 5,
    metrics: [{ kind: 'accuracy', input: 's', target: 'y' }],
    ...training
  }
});

/** 2 → 6 → 1 with the mean squared error. */
export const regression = (training: object = {}) => ({
  name: 'sum',
  nodes: [
    data('x', 'x', { shape: [2] }),
    data('t', 't', { shape: [1] }),
    parameter('W1', [2, 6]),
    parameter('b1', [6], 'zeros'),
    parameter('W2', [6, 1]),
    { id: 'h', gate: 'linear' },
    { id: 'a', gate: 'sigmoid' },
    { id: 'p', gate: 'linear' },
    { id: 'L', gate: 'mse_loss' }
  ],
  wires: wiresOf('x h.x', 'W1 h.weight', 'b1 h.bias', 'h a.x', 'a p.x', 'W2 p.weight', 'p L.input', 't L.target'),
  objective: 'L',
  datasets: DATASETS,
  training: { batch_size: 12, epochs: 34, seed: 2 ** 33 + 1, metrics: [{ kind: 'r2', input: 'p', target: 't' }], ...training }
});

/** Writes the project of `json` to `folder`. */
export async function write(json: object, folder: string): Promise<Document> {
  const document = documentOf(json);
  await writeProject(exportProject(document, { data: await loadData(document, points) }), folder);
  return document;
}

export interface Ran {
  readonly status: number | null;
  readonly stderr: string;
  readonly reports: readonly EpochReport[];
}

/** As trainWithTorch does; PyTorch 1.13 with Python 3.11 fails without the redirections. */
const TORCHRUN =
  '-m torch.distributed.run --rdzv_backend c10d --rdzv_endpoint localhost:0 --monitor_interval 0.2 --redirects 9:1 --tee 9:1';

/** Runs train.py, in so many processes; `onLine` hears of each line of its output and gets what ends it by a signal. */
export function run(
  folder: string,
  args: readonly string[] = [],
  { processes = 1, onLine }: { processes?: number; onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void } = {}
): Promise<Ran> {
  const launcher = processes === 1 ? [] : [...TORCHRUN.split(' '), '--nproc_per_node', String(processes)];
  const child = spawn(PYTHON, [...launcher, 'train.py', ...args], {
    cwd: folder,
    env: { ...process.env, OMP_NUM_THREADS: '1', TMPDIR: folder }
  });
  let [stdout, stderr, seen] = ['', '', 0];
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
    const lines = stdout.split('\n').slice(0, -1);
    for (; seen < lines.length; seen++) onLine?.(lines[seen]!, (signal) => child.kill(signal));
  });
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const reports = stdout
        .split('\n')
        .filter((line) => line.includes('"train"'))
        .map((line) => JSON.parse(line) as EpochReport);
      resolve({ status, stderr, reports });
    });
  });
}

export const weightsAt = (folder: string, name = 'trained.safetensors') => readSafetensors(readFileSync(join(folder, name)));

export const trainHere = (document: Document, options: Partial<TrainOptions> = {}): Promise<TrainResult> =>
  train(document, { backend: new Backends().choice('reference'), data: points, ...options });

/** The losses and metrics of all epochs, and the learning rates. */
export function expectSameCurve(found: readonly EpochReport[], wanted: readonly EpochReport[], tolerance: number): void {
  expect(found.map(({ epoch, steps }) => [epoch, steps])).toEqual(wanted.map(({ epoch, steps }) => [epoch, steps]));
  const figures = ({ train, validation, learning_rate: rate }: EpochReport) => [
    ...Object.entries(train).map(([name, value]) => [`train ${name}`, value] as const),
    ...Object.entries(validation ?? {}).map(([name, value]) => [`validation ${name}`, value as number] as const),
    ['rate', rate ?? 0] as const
  ];
  wanted.forEach((report, at) => {
    const [a, b] = [figures(found[at]!), figures(report)];
    expect(a.map(([name]) => name).sort()).toEqual(b.map(([name]) => name).sort());
    const other = new Map(a);
    for (const [name, value] of b) expect(Math.abs(other.get(name)! - value), `epoch ${report.epoch}, ${name}`).toBeLessThan(tolerance);
  });
}

/** The same names, and every number near. */
export function expectSameWeights(found: ReadonlyMap<string, Tensor>, wanted: ReadonlyMap<string, Tensor>, tolerance: number): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [id, { shape, data }] of wanted) {
    expect(found.get(id)!.shape, id).toEqual(shape);
    const apart = Math.max(0, ...Array.from(data, (value, at) => Math.abs(value - found.get(id)!.data[at]!)));
    expect(apart, id).toBeLessThanOrEqual(tolerance);
  }
}
