import { describe, expect, it, vi } from 'vitest';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import * as capacity from '../../../engine/backends/capacity';
import { EngineError } from '../../../engine/base/errors';
import type { Tensor } from '../../../engine/base/tensors';
import type { Document } from '../../../engine/document/types';
import type { Checkpoint } from '../../../engine/training/checkpoint';
import { TrainingFailure } from '../../../engine/training/notFinite';
import { train, type TrainOptions } from '../../../engine/training/train';
import { draw } from '../lower/draw';

const fail = async (document: Document, options: Partial<TrainOptions> = {}): Promise<TrainingFailure> => {
  const error: unknown = await train(document, { backend: referenceBackend(), ...options }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TrainingFailure);
  return error as TrainingFailure;
};
const numbers = (parameters: ReadonlyMap<string, Tensor>) => Object.fromEntries([...parameters].map(([id, { data }]) => [id, [...data]]));
const training = (learning_rate: number, epochs = 100) => ({ optimizer: { kind: 'sgd' as const, learning_rate }, epochs });

describe('training that leaves the numbers', () => {
  it('ends at the step where it did, names the first gate, and keeps the parameters from before', async () => {
    // w ← w − 0.1 / w: 0.5, 0.3, then −0.0333, whose logarithm is none.
    const document = draw(
      [
        ['w', 'parameter', { value: [0.5, 1] }],
        ['l', 'log'],
        ['e', 'exp'],
        ['L', 'sum']
      ],
      'w>l.x l>e.x l>L.x',
      {
        objective: 'L',
        training: training(0.1)
      }
    );
    const error = await fail(document);
    expect(error.diagnostics[0]).toMatchObject({ code: 'not-finite', gate: 'l', kind: 'log', hint: expect.stringContaining('logarithm') });
    expect(error.message).toContain(
      'the loss is NaN at step 3 (epoch 3); the value of l is the first that leaves the numbers: 1 of 2 entries'
    );
    const [first, second] = numbers(error.parameters)['w']!;
    expect(first).toBeCloseTo(-1 / 30, 12);
    expect(second).toBeGreaterThan(0.7);
  });

  it('names the gate whose gradient it is, where all values are numbers', async () => {
    // The slope of √ at 0 is infinite, and its value is 0.
    const document = draw(
      [
        ['w', 'parameter', { value: [0, 4] }],
        ['s', 'square'],
        ['r', 'sqrt'],
        ['L', 'sum']
      ],
      'w>s.x s>r.x r>L.x',
      {
        objective: 'L',
        training: training(0.1)
      }
    );
    const error = await fail(document);
    expect(error.diagnostics[0]).toMatchObject({ gate: 's', message: expect.stringContaining('the gradient of s is the first') });
    expect(numbers(error.parameters)).toEqual({ w: [0, 4] });
  });

  it('says so where only the step is too large', async () => {
    const document = draw(
      [
        ['w', 'parameter', { value: [3, 2] }],
        ['L', 'sum']
      ],
      'w>L.x',
      {
        objective: 'L',
        training: { ...training(1e200, 3), optimizer: { kind: 'sgd', learning_rate: 1e200, weight_decay: 1e200 } }
      }
    );
    const error = await fail(document);
    expect(error.message).toContain(
      'the parameters leave the numbers at step 1 (epoch 1), though all that the step is computed from is finite'
    );
    expect(numbers(error.parameters)).toEqual({ w: [3, 2] });
  });

  it('is found in the very last step too, before its weights are given out', async () => {
    const document = draw(
      [
        ['w', 'parameter', { value: [3, 2] }],
        ['L', 'sum']
      ],
      'w>L.x',
      {
        objective: 'L',
        training: { optimizer: { kind: 'sgd', learning_rate: 1e200, weight_decay: 1e200 }, epochs: 1 }
      }
    );
    expect(numbers((await fail(document)).parameters)).toEqual({ w: [3, 2] });
  });

  it('where it cannot be looked for, for want of memory, still keeps the parameters from before', async () => {
    const document = draw(
      [
        ['w', 'parameter', { value: [0.5, 1] }],
        ['l', 'log'],
        ['L', 'sum']
      ],
      'w>l.x l>L.x',
      {
        objective: 'L',
        training: training(0.1)
      }
    );
    const refuse = (_plans: unknown, _precision: unknown): never => {
      throw new EngineError({ code: 'out-of-memory', message: 'this takes too much' });
    };
    // The first call is that of the training itself.
    vi.spyOn(capacity, 'requireCapacity')
      .mockImplementationOnce(() => undefined)
      .mockImplementationOnce(refuse);
    const error = await fail(document);
    vi.restoreAllMocks();
    expect(error.message).toContain('the loss is NaN at step 3 (epoch 3); where it began could not be looked for: this takes too much');
    expect(numbers(error.parameters)['w']!.every(Number.isFinite)).toBe(true);
  });

  it('before it began is refused, with the parameter that is none', async () => {
    const document = draw(
      [
        ['w', 'parameter', { value: [1, NaN] }],
        ['L', 'sum']
      ],
      'w>L.x',
      { objective: 'L', training: training(0.1) }
    );
    await expect(train(document, { backend: referenceBackend() })).rejects.toMatchObject({
      code: 'not-finite',
      diagnostics: [{ gate: 'w', message: '1 of 2 entries of w are no numbers before the first step, one of them NaN' }]
    });
  });

  it('names data that are none', async () => {
    const document = draw(
      [
        ['x', 'constant', { value: [1, Infinity] }],
        ['w', 'parameter', { value: [1, 1] }],
        ['m', 'mul'],
        ['L', 'sum']
      ],
      'x>m.a w>m.b m>L.x',
      {
        objective: 'L',
        training: training(0.1)
      }
    );
    expect((await fail(document)).diagnostics[0]).toMatchObject({ gate: 'x', kind: 'constant' });
  });

  it('finds the step long after the state was last kept, by taking the steps since then again', async () => {
    // exp(w) grows by itself: more than 20,000 small steps until it overflows.
    const document = draw(
      [
        ['w', 'parameter', { value: 1 }],
        ['e', 'exp'],
        ['n', 'neg']
      ],
      'w>e.x e>n.x',
      {
        objective: 'n',
        training: training(1e-5, 1_000_000)
      }
    );
    const error = await fail(document);
    const [, step] = /at step (\d+)/.exec(error.message)!;
    expect(Number(step)).toBeGreaterThan(20_000);
    const [w] = numbers(error.parameters)['w']!;
    expect(Number.isFinite(w)).toBe(true);
    // One more step from there is the one that fails.
    expect(Number.isFinite(Math.exp(w! + 1e-5 * Math.exp(w!)))).toBe(false);
  });

  it('never writes a checkpoint that is not sound', async () => {
    const written: Checkpoint[] = [];
    const document = draw(
      [
        ['w', 'parameter', { value: [0.5, 1] }],
        ['l', 'log'],
        ['L', 'sum']
      ],
      'w>l.x l>L.x',
      { objective: 'L', training: training(0.1) }
    );
    await fail(document, { checkpoints: { every: 1, write: async (state) => void written.push(state) } });
    expect(written.map(({ epoch }) => epoch)).toEqual([2, 3]);
    for (const { tensors } of written) expect([...tensors.get('w')!.data].every(Number.isFinite)).toBe(true);
  });
});
