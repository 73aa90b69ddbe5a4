/** Warnings that must not be given; those that must are in watched.test.ts. */
import { describe, expect, it } from 'vitest';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import type { Diagnostic } from '../../../engine/base/errors';
import type { Document, TrainingRecord } from '../../../engine/document/types';
import { GradientPath } from '../../../engine/training/gradientPath';
import { train } from '../../../engine/training/train';
import { documentOf } from '../documentOf';
import { draw } from '../lower/draw';
import { netText, POINTS } from './net';

async function warningsOf(document: Document): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  await train(document, {
    backend: referenceBackend(),
    data: () => new TextEncoder().encode(POINTS),
    samples: true,
    onProgress: ({ sample }) => void found.push(...(sample?.warnings ?? []))
  });
  return found;
}
const sgd = (learning_rate: number, epochs: number): TrainingRecord => ({ optimizer: { kind: 'sgd', learning_rate }, epochs });
const line = { x: { value: [[1], [2], [3]] }, y: { value: [[2], [4], [6]] } };

describe('nothing is said of', () => {
  it('a bias before batch_norm, whose gradient is always 0', async () => {
    expect(await warningsOf(documentOf(JSON.parse(netText({ kind: 'adam', learning_rate: 0.02 }, 5)) as object))).toEqual([]);
  });

  it('a last layer that begins at 0 and lets no gradient through in the first step, nor of what grows from there', async () => {
    const document = draw(
      [
        ['x', 'constant', line.x],
        ['y', 'constant', line.y],
        ['w1', 'parameter', { shape: [1, 8] }],
        ['w2', 'parameter', { shape: [8, 1], init: { kind: 'zeros' } }],
        ['h', 'linear'],
        ['a', 'tanh'],
        ['s', 'linear'],
        ['loss', 'mse_loss']
      ],
      'x>h.x w1>h.weight h>a.x a>s.x w2>s.weight s>loss.input y>loss.target',
      { objective: 'loss', training: sgd(0.05, 5000) }
    );
    expect(await warningsOf(document)).toEqual([]);
  });

  it('a net that has learnt all there is to learn', async () => {
    const document = draw(
      [
        ['x', 'constant', line.x],
        ['y', 'constant', line.y],
        ['w', 'parameter', { value: [[2]] }],
        ['b', 'parameter', { value: [0] }],
        ['h', 'linear'],
        ['loss', 'mse_loss']
      ],
      'x>h.x w>h.weight b>h.bias h>loss.input y>loss.target',
      { objective: 'loss', training: sgd(0.01, 3) }
    );
    expect(await warningsOf(document)).toEqual([]);
  });
});

describe('the way of a gradient', () => {
  const net = draw(
    [
      ['x', 'data'],
      ['w', 'parameter'],
      ['p', 'linear'],
      ['q', 'tanh'],
      ['r', 'sigmoid'],
      ['both', 'add'],
      ['loss', 'mse_loss']
    ],
    'x>p.x w>p.weight p>q.x q>r.x q>both.a r>both.b both>loss.input'
  );
  const path = (norms: Record<string, number>) =>
    new GradientPath(
      net,
      new Map(Object.entries(norms).map(([name, norm]) => [name, { norm, isScalar: name === 'loss' }])),
      new Set(['w'])
    );

  it('leads past a gate that stops it where another way goes around', () => {
    expect(path({ x: 1, w: 1, p: 1, q: 1, r: 1, both: 1, loss: 1 }).whereVanished()).toBeUndefined();
    expect(path({ x: 0, w: 0, p: 1e-9, q: 1, r: 1, both: 1, loss: 1 }).whereVanished()).toMatchObject({ gate: 'q', kind: 'tanh' });
  });
  it('is judged by tensors alone: the loss and the parameters are of other sizes', () => {
    expect(path({ x: 1e-9, w: 1e9, p: 1e-9, q: 1e-9, r: 1e-9, both: 1e-9, loss: 1 }).whereVanished()).toBeUndefined();
  });
  it('is blamed on the gate behind which it grows most, else on the one that takes the parameter', () => {
    expect(path({ x: 1, w: 1e9, p: 1e6, q: 10, r: 1, both: 1, loss: 1 }).whereExploded('w')).toMatchObject({ gate: 'q' });
    expect(path({ x: 1, w: 1e9, p: 1, q: 1, r: 1, both: 1, loss: 1 }).whereExploded('w')).toMatchObject({ gate: 'p' });
  });
});
