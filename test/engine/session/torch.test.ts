/** Training by PyTorch as a session calls it: what it tells, and how it fails. The Pythons here are shell scripts. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../../engine/base/clock';
import { EngineError } from '../../../engine/base/errors';
import type { TrainProgress } from '../../../engine/base/report';
import { findPython } from '../../../engine/session/torch/findPython';
import { trainWithTorch, type TorchOptions } from '../../../engine/session/torch/trainWithTorch';
import { documentOf } from '../documentOf';
import { classifier, points } from '../exporters/projects';

let folder: string;
/** What is in the folder for temporary files that is ours. */
const left = () => readdirSync(folder).filter((name) => name.startsWith('wiregrad-torch-'));
const temporary = process.env['TMPDIR'];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiregrad-fake-'));
  process.env['TMPDIR'] = folder;
});
afterAll(() => {
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
  rmSync(folder, { recursive: true });
});

/** A program that stands for Python. */
function fake(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const train = (python: string, options: Partial<TorchOptions> = {}) =>
  trainWithTorch(documentOf(classifier({ epochs: 2 })), { data: points, python, ...options });

async function failure(python: string, options?: Partial<TorchOptions>): Promise<EngineError> {
  const error: unknown = await train(python, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(left()).toEqual([]);
  return error as EngineError;
}

describe('training by PyTorch', () => {
  it('passes on what the processes tell, and brings the weights back', async () => {
    const python = fake(
      'good',
      `echo "$@" > ${folder}/arguments
echo 'something that a library prints'
echo '{"torch": "2.0", "device": "cpu", "processes": 2}'
echo '{"epoch": 1, "step": 3, "loss": 0.75}'
echo '{"epoch": 1, "steps": 6, "seconds": 0.5, "train": {"loss": 0.5}, "validation": {"loss": "NaN"}, "learning_rate": 0.1}'
echo '{"test": {"loss": 0.25}, "best": 1}'
cp weights.safetensors trained.safetensors`
    );
    const told: TrainProgress[] = [];
    const begun: unknown[] = [];
    const result = await train(python, {
      processes: 2,
      seed: 7,
      checkpoint: { path: '/tmp/state', every: 3 },
      onBegin: (needs) => begun.push(needs),
      onProgress: (progress) => told.push(progress)
    });
    const report = { epoch: 1, steps: 6, seconds: 0.5, train: { loss: 0.5 }, validation: { loss: NaN }, learning_rate: 0.1 };
    expect(begun).toEqual([{ torch: '2.0', device: 'cpu', processes: 2 }]);
    expect(told).toEqual([
      expect.objectContaining({ epoch: 1, epochs: 2, step: 3, totalSteps: 12, loss: 0.75 }),
      expect.objectContaining({ step: 6, loss: 0.5, report })
    ]);
    expect(result).toMatchObject({ epochs: [report], test: { loss: 0.25 }, best: 1, stopped: false });
    expect([...result.parameters.keys()]).toEqual(['W1', 'b1', 'W2', 'b2']);
    expect(left()).toEqual([]);
    const given = readFileSync(join(folder, 'arguments'), 'utf8');
    expect(given).toMatch(
      /^-m torch\.distributed\.run --nproc_per_node 2 .+ train\.py --out .+ --epochs 2 --seed 7 --checkpoint \/tmp\/state --checkpoint-every 3\n$/
    );
  });

  it('says what ran, what was said last and what to do where a process fails', async () => {
    const missing = await failure(join(folder, 'nowhere'));
    expect([missing.code, missing.message]).toEqual([
      'no-torch',
      expect.stringMatching(/nowhere train\.py .+ could not be started: .+; install it/)
    ]);

    const broken = fake('broken', `echo 'Traceback (most recent call last):\n  File "train.py"\nImportError: libtorch.so' >&2; exit 1`);
    const { code, message } = await failure(broken);
    expect(code).toBe('torch-failed');
    expect(message).toMatch(/broken train\.py --out .+ ended with status 1: ImportError: libtorch\.so; PyTorch is not whole: install it/);

    const ranked = fake(
      'ranked',
      `echo 'the loss is no number any more in epoch 3' >&2
echo 'ERROR:torch.distributed.elastic.multiprocessing.api:failed (exitcode: 1) local_rank: 1' >&2
echo 'Traceback (most recent call last):' >&2; exit 1`
    );
    expect((await failure(ranked, { processes: 2 })).message).toMatch(
      /ranked -m torch\.distributed\.run --nproc_per_node 2 .+ status 1: the loss is no number any more in epoch 3; choose a smaller learning rate/
    );

    expect((await failure(fake('killed', 'kill -9 $$'))).message).toMatch(/was ended by SIGKILL; choose a smaller batch size/);
  });

  it('ends with all that it started when it is stopped', async () => {
    const clock = new Clock();
    // The sleeper holds the output open: there is no result while it lives.
    const python = fake('slow', `sleep 1000 & echo '{"torch": "2.0", "device": "cpu", "processes": 1}'; wait`);
    const result = await train(python, { clock, onBegin: () => clock.cancel() });
    expect(result).toMatchObject({ stopped: true, epochs: [] });
    // Nothing was trained: the weights are the initial ones.
    expect(result.parameters.get('b1')!.data).toEqual(new Float32Array(8));
    expect(left()).toEqual([]);
  });

  it('says that what it reached is lost where a stopped process left nothing', async () => {
    const clock = new Clock();
    const python = fake('lost', `echo '{"epoch": 1, "step": 3, "loss": 0.75}'; sleep 1000`);
    expect((await failure(python, { clock, onProgress: () => clock.cancel() })).message).toMatch(/lost train\.py .+ was ended by SIGTERM/);
  });

  it('does not begin once it is stopped', async () => {
    const clock = new Clock();
    clock.cancel();
    expect(await train(fake('idle', 'sleep 1000'), { clock })).toMatchObject({ stopped: true, epochs: [] });
  });

  it('looks for the Python that has PyTorch', async () => {
    const without = fake('without', 'exit 3');
    const found = fake('with', 'exit 0');
    expect(await findPython({ WIREGRAD_PYTHON: found })).toBe(found);
    await expect(findPython({ WIREGRAD_PYTHON: without })).rejects.toThrow(
      /without has no PyTorch or no NumPy; install it, with apt-get install python3-torch or pip install torch numpy, or set WIREGRAD_PYTHON=/
    );
    await expect(findPython({ WIREGRAD_PYTHON: join(folder, 'none') })).rejects.toThrow(/none is not there/);
    fake('python3', 'exit 0');
    expect(await findPython({ PATH: `${folder}:${process.env['PATH']}` })).toBe('python3');
  });
});
