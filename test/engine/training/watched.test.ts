/** Training that is paused, watched, stopped early, gone on with: the same bits as training that is left alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { Clock } from '../../../engine/base/clock';
import type { TrainingSample, TrainProgress } from '../../../engine/base/report';
import type { TrainingRecord } from '../../../engine/document/types';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../../../engine/training/checkpoint';
import { TrainControl } from '../../../engine/training/control';
import { train, type TrainOptions, type TrainResult } from '../../../engine/training/train';
import { wasmWorkers } from '../backends/artifacts';
import { documentOf } from '../documentOf';
import { netText, POINTS } from './net';

const float64 = referenceBackend();
const backends = new Map<number, Backend>();
beforeAll(async () => {
  for (const threads of [1, 3]) backends.set(threads, await createWasmBackend({ workers: await wasmWorkers(), threads }));
}, 120_000);
afterAll(() => backends.forEach((backend) => backend.dispose()));

/** A net with all that a run keeps from step to step. */
const net = (training: TrainingRecord = {}, epochs = 12) => {
  const document = documentOf(JSON.parse(netText({ kind: 'adamw', learning_rate: 0.02 }, epochs)) as never);
  return { ...document, training: { ...document.training!, ...training } };
};
const everything: TrainingRecord = {
  schedule: { kind: 'plateau', patience: 1, factor: 0.5, warmup_steps: 9 },
  clip_norm: 0.5,
  clip_value: 0.3,
  early_stopping: { patience: 5 }
};
const run = (document: ReturnType<typeof net>, options: Partial<TrainOptions> = {}): Promise<TrainResult> =>
  train(document, { backend: backends.get(1)!, data: () => new TextEncoder().encode(POINTS), ...options });
const bits = ({ parameters }: Pick<TrainResult, 'parameters'>): unknown[] => [...parameters].map(([id, { data }]) => [id, [...data]]);

describe('the same seed', () => {
  it('gives the same bits on any number of threads, watched or not, paused or not', async () => {
    const document = net(everything);
    const alone = await run(document);
    expect(bits(await run(document, { backend: backends.get(3)! }))).toEqual(bits(alone));
    const samples: TrainingSample[] = [];
    const control = new TrainControl();
    const paused: number[] = [];
    const onProgress = ({ sample, paused: stands, step }: TrainProgress): void => {
      if (sample) samples.push(sample);
      if (!stands) return;
      paused.push(step);
      setTimeout(() => control.continue([7, 1, 1][paused.length - 1]), 1);
    };
    control.pause();
    const watched = await run(document, { samples: true, control, onProgress, onParameters: () => undefined });
    expect(bits(watched)).toEqual(bits(alone));
    expect(samples.length).toBeGreaterThan(0);
    expect(paused).toEqual([0, 7, 8, 9]);
  });

  it('gives the same bits after an end at any epoch, with schedule, clipping, early stopping and all', async () => {
    const document = net(everything);
    const whole = await run(document);
    const kept: Checkpoint[] = [];
    await run(document, {
      checkpoints: { every: 1, write: async (checkpoint) => void kept.push(readCheckpoint(writeCheckpoint(checkpoint))) }
    });
    expect(kept.length).toBeGreaterThan(4);
    for (const resume of [kept[0]!, kept[3]!, kept.at(-1)!]) {
      const resumed = await run(document, { resume });
      expect(bits(resumed)).toEqual(bits(whole));
      expect(resumed.epochs.map(({ train: { loss }, learning_rate: rate }) => [loss, rate])).toEqual(
        whole.epochs.map(({ train: { loss }, learning_rate: rate }) => [loss, rate])
      );
      expect(resumed.best).toBe(whole.best);
    }
  });
});

describe('early stopping', () => {
  it('ends when the loss has not fallen for as long as is waited for, with the best parameters', async () => {
    const stopped = await run(net({ early_stopping: { patience: 3 }, optimizer: { kind: 'sgd', learning_rate: 3 } }, 60));
    const losses = stopped.epochs.map(({ validation }) => validation!.loss);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(stopped.best).toBe(best);
    expect(losses.length).toBe(Math.min(60, best + 3));
    expect(losses.length).toBeLessThan(60);
    const until = await run(net({ optimizer: { kind: 'sgd', learning_rate: 3 } }, best));
    expect(bits(stopped)).toEqual(bits(until));
  });

  it('may keep the last parameters instead', async () => {
    const training = { early_stopping: { patience: 3, restore_best: false }, optimizer: { kind: 'sgd', learning_rate: 3 } } as const;
    const stopped = await run(net(training, 60));
    expect(stopped.best).toBe(stopped.epochs.length);
    const until = await run(net({ optimizer: training.optimizer }, stopped.epochs.length));
    expect(bits(stopped)).toEqual(bits(until));
  });
});

describe('a run that stands still', () => {
  it('ends at once when it is stopped', async () => {
    const [control, clock] = [new TrainControl(), new Clock()];
    control.pause();
    const ended = run(net(), { control, clock });
    setTimeout(() => clock.cancel(), 5);
    const { stopped, epochs } = await ended;
    expect([stopped, epochs.length]).toEqual([true, 0]);
  });

  it('does not count the time', async () => {
    const control = new TrainControl();
    control.pause();
    setTimeout(() => control.continue(), 300);
    const { epochs } = await run(net({}, 2), { control });
    expect(epochs.at(-1)!.seconds).toBeLessThan(0.25);
  });
});

describe('a sample', () => {
  /** p·q with known gradients: d(pq)/dp = q, d(pq)/dq = p. */
  const product = documentOf({
    nodes: [
      { id: 'p', gate: 'parameter', params: { value: [3, 4] } },
      { id: 'q', gate: 'parameter', params: { value: [0.5, 1] } },
      { id: 'f', gate: 'mul' },
      { id: 's', gate: 'sum' }
    ],
    wires: [
      { from: 'p', to: 'f.a' },
      { from: 'q', to: 'f.b' },
      { from: 'f', to: 's.x' }
    ],
    objective: 's',
    training: { optimizer: { kind: 'sgd', learning_rate: 0.1 }, epochs: 1 }
  });

  it('has the norms, the ratio and the spread of a step', async () => {
    const samples: TrainingSample[] = [];
    const onProgress = ({ sample }: TrainProgress): void => void (sample && samples.push(sample));
    await train(product, { backend: float64, samples: true, onProgress });
    const [{ parameters, step, learningRate }] = samples as [TrainingSample];
    expect([step, learningRate, parameters.map(({ id }) => id)]).toEqual([1, 0.1, ['p', 'q']]);
    const [p, q] = parameters;
    expect(p!.weightNorm).toBeCloseTo(5, 12);
    expect(p!.gradientNorm).toBeCloseTo(Math.hypot(0.5, 1), 12);
    expect(p!.updateRatio).toBeCloseTo((0.1 * Math.hypot(0.5, 1)) / 5, 12);
    expect(q!.gradientNorm).toBeCloseTo(5, 12);
    expect([p!.weights.from, p!.weights.to, p!.weights.counts.at(0), p!.weights.counts.at(-1)]).toEqual([3, 4, 1, 1]);
  });

  /** x through `depth` layers of weights like `value`, each followed by `gate`. */
  const deep = (gate: string, value: number, depth: number, bias = 0) => {
    const layers = Array.from({ length: depth }, (_, at) => at);
    return documentOf({
      nodes: [
        { id: 'x', gate: 'variable', params: { value: [[1, 1]] } },
        ...layers.flatMap((at) => [
          {
            id: `w${at}`,
            gate: 'parameter',
            params: {
              value: [
                [value, value],
                [value, value]
              ]
            }
          },
          { id: `b${at}`, gate: 'parameter', params: { value: [bias, bias] } },
          { id: `h${at}`, gate: 'linear' },
          { id: `a${at}`, gate }
        ]),
        { id: 'loss', gate: 'mean' }
      ],
      wires: [
        ...layers.flatMap((at) => [
          { from: at === 0 ? 'x' : `a${at - 1}`, to: `h${at}.x` },
          { from: `w${at}`, to: `h${at}.weight` },
          { from: `b${at}`, to: `h${at}.bias` },
          { from: `h${at}`, to: `a${at}.x` }
        ]),
        { from: `a${depth - 1}`, to: 'loss.x' }
      ],
      objective: 'loss',
      training: { optimizer: { kind: 'sgd', learning_rate: 1e-9 }, epochs: 1 }
    });
  };
  const warningsOf = async (document: Parameters<typeof train>[0]) => {
    const found: unknown[] = [];
    await train(document, { backend: float64, samples: true, onProgress: ({ sample }) => void found.push(...(sample?.warnings ?? [])) });
    return found;
  };

  it('tells of gradients that vanish, and at which gate', async () => {
    // σ′ is at most ¼, and the weights halve it again.
    expect(await warningsOf(deep('sigmoid', 0.1, 12))).toEqual([
      expect.objectContaining({ code: 'vanishing-gradient', gate: expect.stringMatching(/^[ah]\d$/), severity: 'warning' })
    ]);
    expect(await warningsOf(deep('sigmoid', 0.5, 2))).toEqual([]);
  });

  it('tells of units that are dead', async () => {
    expect(await warningsOf(deep('relu', 0.1, 3, -5))).toEqual([expect.objectContaining({ code: 'dead-units', gate: 'a2', kind: 'relu' })]);
  });

  it('tells of gradients that explode', async () => {
    expect(await warningsOf(deep('relu', 20, 4))).toContainEqual(
      expect.objectContaining({
        code: 'exploding-gradient',
        gate: expect.stringMatching(/^h\d$/),
        hint: expect.stringContaining('clip_norm')
      })
    );
  });
});
