import { describe, expect, it } from 'vitest';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { Clock } from '../../../engine/base/clock';
import type { TrainProgress } from '../../../engine/base/report';
import type { Tensor } from '../../../engine/base/tensors';
import { TrainControl } from '../../../engine/training/control';
import { train, type TrainOptions } from '../../../engine/training/train';
import { documentOf } from '../documentOf';
import { netText, POINTS } from './net';

const document = documentOf(JSON.parse(netText({ kind: 'sgd', learning_rate: 0.1 }, 3)) as object);
const run = (options: Partial<TrainOptions>) =>
  train(document, { backend: referenceBackend(), data: () => new TextEncoder().encode(POINTS), ...options });

/** Goes on with what `next` says whenever the run stands still; 0 stands for no more limit. */
async function steered(next: readonly number[], options: Partial<TrainOptions> = {}) {
  const control = new TrainControl();
  const stood: TrainProgress[] = [];
  control.pause();
  const onProgress = (progress: TrainProgress): void => {
    if (!progress.paused) return;
    stood.push(progress);
    control.continue(next[stood.length - 1] || undefined);
  };
  await run({ control, onProgress, ...options });
  return stood;
}

describe('a run that is held', () => {
  it('takes as many steps as it is told to and stands still again, across ends of epochs', async () => {
    // Six steps an epoch.
    const stood = await steered([1, 4, 2, 9, 0]);
    expect(stood.map(({ step, epoch }) => [step, epoch])).toEqual([
      [0, 1],
      [1, 1],
      [5, 1],
      [7, 2],
      [16, 3]
    ]);
    expect(stood.slice(1).every(({ loss }) => loss > 0)).toBe(true);
  });

  it('shows its parameters where it stands and after each step that was asked for', async () => {
    const shown: ReadonlyMap<string, Tensor>[] = [];
    await steered([1, 1, 0], { onParameters: (parameters) => shown.push(parameters) });
    const weights = shown.map((parameters) => [...parameters.get('w1')!.data].join());
    // Where it stands at first; then of each of the two steps, once taken and once where it stands.
    expect(weights.slice(0, 5).map((text) => weights.indexOf(text))).toEqual([0, 1, 1, 3, 3]);
  });

  it('writes a checkpoint where it stands', async () => {
    const steps: number[] = [];
    await steered([2, 0], { checkpoints: { every: 100, write: async ({ step }) => void steps.push(step) } });
    expect(steps).toEqual([0, 2, 18]);
  });

  it.each(['stopped', 'gone on with'])('is %s even while the checkpoint of the pause is being written', async (how) => {
    const [control, clock] = [new TrainControl(), new Clock()];
    control.pause();
    let writes = 0;
    const write = async (): Promise<void> => {
      if (writes++ > 0) return;
      await Promise.resolve();
      if (how === 'stopped') clock.cancel();
      else control.continue();
    };
    const { stopped, epochs } = await run({ control, clock, checkpoints: { every: 100, write } });
    expect([stopped, epochs.length]).toEqual(how === 'stopped' ? [true, 0] : [false, 3]);
  });

  it('is not held any longer by what was said before it was let go', async () => {
    const control = new TrainControl();
    control.pause();
    control.continue(2);
    control.continue();
    expect(control.paused).toBe(false);
    expect((await run({ control })).epochs.length).toBe(3);
  });
});
