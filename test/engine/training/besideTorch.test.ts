/** Loss curves step by step beside PyTorch's, from the same weights through the same batches, both in float32. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../engine/backends/backend';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import type { Document, TrainingRecord } from '../../../engine/document/types';
import { epochOrder } from '../../../engine/training/batches';
import { TrainControl } from '../../../engine/training/control';
import { train } from '../../../engine/training/train';
import { wasmWorkers } from '../backends/artifacts';
import { hasPython, runPython } from '../formats/python';
import { draw, type Drawn } from '../lower/draw';

const [SIDE, COUNT, BATCH, EPOCHS] = [8, 60, 16, 50];
const STEPS = EPOCHS * Math.ceil(COUNT / BATCH);
const CLASSES = 3;

/** Stripes along a row, a column or both, on a ground that looks random. */
const ROWS = Array.from({ length: COUNT }, (_, row) => {
  const [label, at] = [row % CLASSES, (row * 5) % SIDE];
  const isStriped = (place: number): boolean => (label !== 1 && Math.floor(place / SIDE) === at) || (label !== 0 && place % SIDE === at);
  const pixels = Array.from({ length: SIDE ** 2 }, (__, place) =>
    Number((((row * 31 + place * 17) * 0.618) % 1) * 0.4 + (isStriped(place) ? 1 : 0)).toFixed(4)
  );
  return { label, pixels };
});
const NAMES = ROWS[0]!.pixels.map((_, place) => `p${place}`);
const CSV = new TextEncoder().encode(
  [[...NAMES, 'label'].join(), ...ROWS.map(({ label, pixels }) => [...pixels, label].join())].join('\n')
);

const x = (shape: readonly number[]): Drawn => ['x', 'data', { dataset: 'stripes', field: 'x', shape }];
const y: Drawn = ['y', 'data', { dataset: 'stripes', field: 'y', shape: [], dtype: 'int32' }];
const parameter = (id: string, ...shape: number[]): Drawn => [id, 'parameter', { shape, init: { kind: 'normal', std: 0.2 } }];

function classifier(nodes: readonly Drawn[], wires: string, training: TrainingRecord): Document {
  const fields = new Map([
    ['x', { columns: NAMES }],
    ['y', { columns: ['label'], type: 'class' as const }]
  ]);
  return draw([...nodes, y, ['loss', 'cross_entropy']], `${wires} s>loss.input y>loss.target`, {
    objective: 'loss',
    datasets: new Map([['stripes', { source: 'stripes.csv', fields }]]),
    training: { batch_size: BATCH, epochs: EPOCHS, seed: 7, ...training }
  });
}

const perceptron = classifier(
  [
    x([SIDE ** 2]),
    parameter('w1', SIDE ** 2, 16),
    parameter('b1', 16),
    parameter('w2', 16, CLASSES),
    parameter('b2', CLASSES),
    ['h', 'linear'],
    ['a', 'tanh'],
    ['s', 'linear']
  ],
  'x>h.x w1>h.weight b1>h.bias h>a.x a>s.x w2>s.weight b2>s.bias',
  { optimizer: { kind: 'sgd', learning_rate: 0.05, momentum: 0.9 } }
);
const convolutions = classifier(
  [
    x([1, SIDE, SIDE]),
    parameter('w1', 4, 1, 3, 3),
    parameter('b1', 4),
    parameter('w2', 4 * (SIDE / 2) ** 2, CLASSES),
    parameter('b2', CLASSES),
    ['c', 'conv2d', { padding: 1 }],
    ['a', 'relu'],
    ['m', 'max_pool2d', { kernel_size: 2 }],
    ['f', 'flatten'],
    ['s', 'linear']
  ],
  'x>c.x w1>c.weight b1>c.bias c>a.x a>m.x m>f.x f>s.x w2>s.weight b2>s.bias',
  { optimizer: { kind: 'adam', learning_rate: 0.01 } }
);

let backend: Backend;
beforeAll(async () => {
  backend = await createWasmBackend({ workers: await wasmWorkers(), threads: 2 });
}, 120_000);
afterAll(() => backend.dispose());

/** The weights that a run begins with, and the loss of each of its steps. */
async function curveOf(document: Document) {
  const control = new TrainControl();
  const losses: number[] = [];
  let start: Record<string, { shape: readonly number[]; data: number[] }> | undefined;
  control.pause();
  const { epochs } = await train(document, {
    backend,
    data: () => CSV,
    control,
    onParameters: (parameters) =>
      (start ??= Object.fromEntries([...parameters].map(([id, { shape, data }]) => [id, { shape, data: [...data] }]))),
    onProgress: ({ paused, loss, step }) => {
      if (!paused) return;
      if (step > 0) losses.push(loss);
      control.continue(1);
    }
  });
  return { start: start!, losses, epochs };
}

const TORCH = `
import json, sys, torch
import torch.nn.functional as F
torch.set_num_threads(1)
x, y, batches, jobs = json.loads(sys.argv[1])
x, y = torch.tensor(x), torch.tensor(y)
out = []
for kind, start in jobs:
    p = {id: torch.tensor(t['data']).reshape(t['shape']).requires_grad_() for id, t in start.items()}
    if kind == 'mlp':
        net = lambda rows: torch.tanh(rows @ p['w1'] + p['b1']) @ p['w2'] + p['b2']
        opt = torch.optim.SGD(p.values(), lr=0.05, momentum=0.9)
    else:
        net = lambda rows: F.max_pool2d(F.relu(F.conv2d(rows.reshape(-1, 1, ${SIDE}, ${SIDE}), p['w1'], p['b1'], padding=1)), 2).flatten(1) @ p['w2'] + p['b2']
        opt = torch.optim.Adam(p.values(), lr=0.01)
    losses = []
    for batch in batches:
        opt.zero_grad()
        loss = F.cross_entropy(net(x[batch]), y[batch])
        loss.backward()
        opt.step()
        losses.append(loss.item())
    out.append(losses)
print(json.dumps(out))
`;

describe.skipIf(!hasPython('torch', 'loss curves beside PyTorch'))('a whole run', () => {
  it('has the loss curve of PyTorch, with dense layers and with convolutions', async () => {
    const every = Int32Array.from(ROWS.keys());
    const batches = Array.from({ length: EPOCHS }, (_, epoch) => {
      const order = [...epochOrder(every, 7, epoch + 1)];
      return Array.from({ length: Math.ceil(COUNT / BATCH) }, (__, at) => order.slice(at * BATCH, (at + 1) * BATCH));
    }).flat();
    const ours = [await curveOf(perceptron), await curveOf(convolutions)];
    const images = ROWS.map(({ pixels }) => pixels.map(Number));
    const jobs = ours.map(({ start }, at) => [['mlp', 'cnn'][at], start]);
    const theirs = runPython(TORCH, JSON.stringify([images, ROWS.map(({ label }) => label), batches, jobs])) as number[][];
    ours.forEach(({ losses, epochs }, at) => {
      // The last step ends the run, which then stands no more: its loss is in the epoch's mean alone.
      expect(losses.length).toBe(STEPS - 1);
      const worst = Math.max(...losses.map((loss, step) => Math.abs(loss - theirs[at]![step]!)));
      // 200 steps of float32 roundings in other orders of summation.
      expect(worst).toBeLessThan(1e-4);
      // It has learnt something, or the curves would say little.
      expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.2);
      const last = batches.slice(-4).map((batch, step) => batch.length * theirs[at]!.at(step - 4)!);
      expect(Math.abs(epochs.at(-1)!.train.loss - last.reduce((sum, loss) => sum + loss, 0) / COUNT)).toBeLessThan(1e-4);
    });
  });
});
