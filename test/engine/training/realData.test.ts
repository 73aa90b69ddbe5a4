/** Networks on real data, where it lies beside the project: what a person would expect of them. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../engine/backends/backend';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { openSource } from '../../../engine/data/openFile';
import type { DatasetRecord, Document, FieldRecord, TrainingRecord } from '../../../engine/document/types';
import { parseDocument } from '../../../engine/document/parse';
import { train } from '../../../engine/training/train';
import { examples } from '../../../renderer/examples/examples';
import { wasmWorkers } from '../backends/artifacts';
import { documentOf } from '../documentOf';

const folder = resolve(import.meta.dirname, '../../../../shared/data');
const isThere = existsSync(join(folder, 'penguins.csv'));
if (!isThere) process.stderr.write(`training on real data skipped: there is no ${folder}\n`);
const data = (source: string) => openSource(join(folder, source));

let backend: Backend;
beforeAll(async () => {
  backend = await createWasmBackend({ workers: await wasmWorkers(), threads: 2 });
}, 120_000);
afterAll(() => backend.dispose());

/** One hidden layer over a field `x` of so many entries, to `outputs` scores of the field `y`. */
function perceptron(inputs: number, outputs: number, dataset: DatasetRecord, training: TrainingRecord): Document {
  const isClass = dataset.fields.get('y')!.type === 'class';
  const y = isClass ? { shape: [], dtype: 'int32' } : { shape: [outputs] };
  const weight = (id: string, shape: number[]) => ({ id, gate: 'parameter', params: { shape, init: { kind: 'xavier_uniform' } } });
  const bias = (id: string, size: number) => ({ id, gate: 'parameter', params: { shape: [size], init: { kind: 'zeros' } } });
  const document = documentOf({
    nodes: [
      { id: 'x', gate: 'data', params: { dataset: 'd', field: 'x', shape: [inputs] } },
      { id: 'y', gate: 'data', params: { dataset: 'd', field: 'y', ...y } },
      ...[weight('w1', [inputs, 16]), bias('b1', 16), weight('w2', [16, outputs]), bias('b2', outputs)],
      ...['h', 's'].map((id) => ({ id, gate: 'linear' })),
      { id: 'a', gate: 'tanh' },
      { id: 'loss', gate: isClass ? 'cross_entropy' : 'mse_loss' }
    ],
    wires: [
      ...['x>h.x', 'w1>h.weight', 'b1>h.bias', 'h>a.x', 'a>s.x', 'w2>s.weight', 'b2>s.bias', 's>loss.input', 'y>loss.target'].map(
        (wire) => {
          const [from, to] = wire.split('>') as [string, string];
          return { from, to };
        }
      )
    ],
    objective: 'loss'
  } as never);
  const metric = { kind: isClass ? ('accuracy' as const) : ('r2' as const), input: 's', target: 'y' };
  return { ...document, datasets: new Map([['d', dataset]]), training: { ...training, metrics: [metric] } };
}
const fields = (x: FieldRecord, y: FieldRecord): ReadonlyMap<string, FieldRecord> =>
  new Map([
    ['x', x],
    ['y', y]
  ]);

describe.skipIf(!isThere)('on real data', () => {
  it('penguins with missing and text columns are told apart, 97 of 100', async () => {
    const measures = ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g'];
    const columns = [...measures, 'island', 'sex'];
    for (const missing of ['skip', 'mean'] as const) {
      const document = perceptron(
        9,
        3,
        {
          source: 'penguins.csv',
          missing,
          fields: fields({ columns, one_hot: ['island', 'sex'], standardize: true }, { columns: ['species'], type: 'class' }),
          split: { test: 0.25, stratify: 'y' }
        },
        { optimizer: { kind: 'adam', learning_rate: 0.01 }, batch_size: 32, epochs: 60 }
      );
      const { test } = await train(document, { backend, data });
      expect(test!.accuracy).toBeGreaterThanOrEqual(0.97);
    }
  });

  it('the fuel that cars take is found to an R² of 0.85', async () => {
    const columns = ['cylinders', 'displacement', 'horsepower', 'weight', 'acceleration', 'model_year', 'origin'];
    const document = perceptron(
      9,
      1,
      {
        source: 'mpg.csv',
        missing: 'mean',
        fields: fields({ columns, one_hot: ['origin'], standardize: true }, { columns: ['mpg'], standardize: true }),
        split: { test: 0.25 }
      },
      { optimizer: { kind: 'adamw', learning_rate: 0.01 }, schedule: { kind: 'cosine' }, batch_size: 32, epochs: 60 }
    );
    const { test } = await train(document, { backend, data });
    expect(test!.r2).toBeGreaterThanOrEqual(0.85);
  });

  it('the gallery’s LeNet reads MNIST, 96.5 of 100 after ten epochs', async () => {
    const { document } = parseDocument(examples.find(({ name }) => name === 'lenet')!.text) as { document: Document };
    const mnist: DatasetRecord = {
      source: 'mnist-8k-images-idx3-ubyte.gz',
      fields: new Map([
        ['image', { columns: ['data'], divide_by: 255 }],
        ['label', { columns: ['data'], source: 'mnist-8k-labels-idx1-ubyte.gz', type: 'class' }]
      ]),
      split: { test: 0.125, stratify: 'label' }
    };
    const training: TrainingRecord = {
      ...document.training,
      optimizer: { kind: 'adam', learning_rate: 0.001 },
      schedule: { kind: 'constant' },
      batch_size: 32,
      epochs: 10
    };
    const { test, epochs } = await train({ ...document, datasets: new Map([['digits', mnist]]), training }, { backend, data });
    expect(epochs.at(-1)!.steps).toBe(10 * Math.ceil(7000 / 32));
    expect(test!.accuracy).toBeGreaterThanOrEqual(0.965);
  }, 120_000);
});
