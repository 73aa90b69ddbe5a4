import { describe, expect, it } from 'vitest';
import type { TrainProgress } from '@wiregrad/engine';
import { formatBar, formatDuration, progressView } from '../../../main/cli/progress';
import { formatNumber, formatTable, formatTensor } from '../../../main/cli/table';

const progress = (epoch: number, seconds: number): TrainProgress => ({
  epoch,
  epochs: 4,
  step: epoch * 10,
  totalSteps: 40,
  loss: 0.123456789,
  seconds,
  eta: 65,
  report: { epoch, steps: epoch * 10, seconds, train: { loss: 0.5, accuracy: 0.75 }, validation: { loss: 0.6 } }
});

describe('progress', () => {
  it('is drawn over one line of a terminal, which is left behind at the end', () => {
    let text = '';
    const view = progressView({ isTTY: true, write: (part) => (text += part) });
    view.show(progress(1, 0.1));
    view.show(progress(2, 0.2));
    view.end();
    view.end();
    expect(text.split('\r')).toHaveLength(3);
    expect(text.endsWith('left\n')).toBe(true);
  });

  it('is lines elsewhere, no more than two a second, and always the last', () => {
    const lines: string[] = [];
    const view = progressView({ write: (part) => lines.push(part) });
    for (const [epoch, seconds] of [
      [1, 0.1],
      [2, 0.2],
      [3, 0.9],
      [4, 1]
    ] as const)
      view.show(progress(epoch, seconds));
    expect(lines.map((line) => line.slice(0, 9))).toEqual(['epoch 1/4', 'epoch 3/4', 'epoch 4/4']);
    expect(lines[0]).toBe('epoch 1/4  train loss 0.5 accuracy 0.75  validation loss 0.6  0.1 s\n');
  });

  it('shows how far it is and how long it takes', () => {
    expect(formatBar(progress(1, 1))).toBe('██████░░░░░░░░░░░░░░░░░░ epoch 1/4  loss 0.123457  1 min 5 s left');
    expect([0, 41.2, 200, 7500].map(formatDuration)).toEqual(['0 s', '42 s', '3 min 20 s', '2 h 5 min']);
  });
});

describe('results for people', () => {
  it('are aligned in columns, numbers as short as they go', () => {
    expect(formatTable(['a', 'long'], [['wide', '1']])).toBe('a     long\nwide  1');
    expect([0.1 + 0.2, 1e-9, NaN, -Infinity].map(formatNumber)).toEqual(['0.3', '1e-9', 'NaN', '-Infinity']);
  });

  it('show small tensors whole and large ones by their first entries', () => {
    const tensor = (shape: number[]) => ({
      dtype: 'float' as const,
      shape,
      data: new Float64Array(shape.reduce((size, length) => size * length, 1)).fill(1)
    });
    expect(formatTensor(tensor([]))).toBe('1');
    expect(formatTensor(tensor([2, 2]))).toBe('[[1, 1], [1, 1]]');
    expect(formatTensor(tensor([3, 3]))).toBe('[1, 1, 1, 1, 1, 1, 1, 1, …]');
    expect(formatTensor(undefined)).toBe('');
  });
});
