import { describe, expect, it } from 'vitest';
import { only } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { Clock } from '../../../engine/base/clock';
import type { Tensor } from '../../../engine/base/tensors';
import type { Document, MetricRecord } from '../../../engine/document/types';
import type { Checkpoint } from '../../../engine/training/checkpoint';
import { evaluatePart } from '../../../engine/training/evaluatePart';
import { loadData } from '../../../engine/training/feed';
import { train, type TrainOptions } from '../../../engine/training/train';
import { draw, type Drawn } from '../lower/draw';

/** More rows than are evaluated at once. */
const COUNT = 1500;
const ROWS = Array.from({ length: COUNT }, (_, at) => {
  const [u, v] = [Math.sin(3 * at), Math.cos(5 * at)];
  return { u, v, number: 2 * u - v + Math.sin(11 * at) / 3, name: u > 0.3 ? 'cat' : v > 0 ? 'ant' : 'bee', side: u > 0 ? 1 : 0 };
});
const CSV = new TextEncoder().encode(['u,v,number,name,side', ...ROWS.map((row) => Object.values(row).join())].join('\n'));
const DATASETS = new Map([
  [
    'table',
    {
      source: 'table.csv',
      fields: new Map([
        ['x', { columns: ['u', 'v'] }],
        ['number', { columns: ['number'] }],
        ['name', { columns: ['name'], type: 'class' as const }],
        ['side', { columns: ['side'] }]
      ])
    }
  ]
]);
const data = (id: string, field: string, rest: Record<string, unknown>): Drawn => [id, 'data', { dataset: 'table', field, ...rest }];

/** x·w, compared with a field by a loss, and by metrics of the scores `s` and the target `y`. */
function linear(
  field: string,
  target: Record<string, unknown>,
  loss: string,
  w: number[][],
  kinds: readonly MetricRecord['kind'][]
): Document {
  return draw(
    [data('x', 'x', { shape: [2] }), data('y', field, target), ['w', 'parameter', { value: w }], ['s', 'linear'], ['loss', loss]],
    'x>s.x w>s.weight s>loss.input y>loss.target',
    {
      objective: 'loss',
      datasets: DATASETS,
      training: { metrics: kinds.map((kind) => ({ kind, input: 's', target: 'y' })), batch_size: 64, epochs: 2 }
    }
  );
}
async function evaluate(document: Document, rows?: Int32Array, parameters: ReadonlyMap<string, Tensor> = new Map()) {
  const loaded = await loadData(document, () => CSV);
  const options = { choice: only(referenceBackend()), data: loaded, parameters, clock: new Clock() };
  return evaluatePart(document, { ...options, rows: rows ?? Int32Array.from(ROWS.keys()) });
}

describe('the evaluation of a classifier', () => {
  const W = [
    [-1, -0.5, 2],
    [1, -2, 0.1]
  ];
  const NAMES = ['ant', 'bee', 'cat'];
  const found = ({ u, v }: (typeof ROWS)[number]): string => {
    const scores = [0, 1, 2].map((at) => u * W[0]![at]! + v * W[1]![at]!);
    return NAMES[scores.indexOf(Math.max(...scores))]!;
  };
  const document = linear('name', { dtype: 'int32' }, 'cross_entropy', W, ['accuracy']);

  it('counts rows by right and found class, by name', async () => {
    const { confusion, metrics, rows } = await evaluate(document);
    const counts = NAMES.map((right) => NAMES.map((said) => ROWS.filter((row) => row.name === right && found(row) === said).length));
    expect(confusion).toEqual({ classes: NAMES, counts });
    expect(rows).toBe(COUNT);
    expect(metrics.accuracy).toBeCloseTo((counts[0]![0]! + counts[1]![1]! + counts[2]![2]!) / COUNT, 12);
  });

  it('lists the first mistakes by row, line, and what was right and found', async () => {
    const wrong = ROWS.flatMap((row, at) =>
      found(row) === row.name ? [] : [{ row: at, line: at + 2, right: row.name, found: found(row) }]
    );
    const { mistakes } = await evaluate(document);
    expect(mistakes!.length).toBeGreaterThan(10);
    expect(mistakes).toEqual(wrong.slice(0, mistakes!.length));
    const part = Int32Array.of(wrong[3]!.row, wrong[1]!.row);
    expect((await evaluate(document, part)).mistakes).toEqual([wrong[3], wrong[1]]);
  });

  it('of a single score a row has two classes, by number where they have no names', async () => {
    const logits = linear('side', { shape: [1] }, 'bce_with_logits_loss', [[1], [0.5]], ['accuracy']);
    const says = ({ u, v }: (typeof ROWS)[number]): number => (u + 0.5 * v > 0 ? 1 : 0);
    const counts = [0, 1].map((right) => [0, 1].map((said) => ROWS.filter((row) => row.side === right && says(row) === said).length));
    expect((await evaluate(logits)).confusion).toEqual({ classes: ['0', '1'], counts });
  });

  it('is of the parameters that are given', async () => {
    const w: Tensor = { dtype: 'float', shape: [2, 3], data: new Float64Array(6) };
    // All scores are 0: the first class.
    const { confusion } = await evaluate(document, undefined, new Map([['w', w]]));
    expect(confusion!.counts.map(([first, ...others]) => [first! > 0, ...others])).toEqual(Array(3).fill([true, 0, 0]));
  });
});

describe('the coefficient of determination', () => {
  const regression = linear('number', { shape: [1] }, 'mse_loss', [[1.5], [-0.5]], ['r2']);
  const predicted = ROWS.map(({ u, v }) => 1.5 * u - 0.5 * v);
  const mean = ROWS.reduce((sum, { number }) => sum + number, 0) / COUNT;
  const residual = ROWS.reduce((sum, { number }, at) => sum + (number - predicted[at]!) ** 2, 0);
  const spread = ROWS.reduce((sum, { number }) => sum + (number - mean) ** 2, 0);

  it('is that of all rows together, however many are evaluated at once', async () => {
    const { metrics, scatter, confusion } = await evaluate(regression);
    expect(metrics.r2).toBeCloseTo(1 - residual / spread, 12);
    expect(confusion).toBeUndefined();
    expect(scatter!.right.length).toBe(scatter!.found.length);
    scatter!.right.forEach((right, at) =>
      expect([right, scatter!.found[at]]).toEqual([ROWS[at]!.number, expect.closeTo(predicted[at]!, 12)])
    );
  });

  it('is reported by epoch beside the accuracy, of train and validation rows, and outlives an interruption', async () => {
    const whole = linear('side', { shape: [1] }, 'mse_loss', [[0.1], [0.2]], ['accuracy', 'r2']);
    const split = new Map([['table', { ...DATASETS.get('table')!, split: { validation: 0.2 } }]]);
    const document = {
      ...whole,
      datasets: split,
      training: { ...whole.training!, optimizer: { kind: 'sgd' as const, learning_rate: 0.1 } }
    };
    const run = (options: Partial<TrainOptions> = {}) => train(document, { backend: referenceBackend(), data: () => CSV, ...options });
    const kept: Checkpoint[] = [];
    const { epochs } = await run({ checkpoints: { every: 1, write: async (checkpoint) => void kept.push(checkpoint) } });
    for (const { train: fit, validation } of epochs) {
      expect([fit.accuracy, validation!.accuracy].every((figure) => figure! > 0 && figure! <= 1)).toBe(true);
      expect([fit.r2, validation!.r2].every((figure) => Number.isFinite(figure) && figure! < 1)).toBe(true);
    }
    // The squared error is the loss, so that the one rises as the other falls.
    const [first, last] = [epochs[0]!.train, epochs.at(-1)!.train];
    expect(last.r2! > first.r2!).toBe(last.loss < first.loss);
    const resumed = await run({ resume: kept[0]! });
    expect(resumed.epochs.map(({ seconds: _, ...report }) => report)).toEqual(epochs.map(({ seconds: _, ...report }) => report));
  });
});
