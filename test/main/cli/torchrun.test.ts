import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { expectSameCurve, expectSameWeights } from '../../engine/exporters/projects';
import { hasPython, PYTHON } from '../../engine/formats/python';
import type { EpochReport } from '../../../engine/base/report';
import { CLASSIFIER, pointsCsv } from './documents';
import { CLI, lines, wiregrad } from './wiregrad';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-torchrun-'));
  await writeFile(join(folder, 'points.wiregrad'), JSON.stringify(CLASSIFIER));
  await writeFile(join(folder, 'points.csv'), pointsCsv());
  await mkdir(join(folder, 'tmp'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Its temporary files are in a folder of their own, and its Python is the one that the tests have. */
const environment = { WIREGRAD_PYTHON: PYTHON, OMP_NUM_THREADS: '1' };
function train(...args: string[]) {
  return wiregrad(['train', 'points.wiregrad', ...args], folder, { ...environment, TMPDIR: join(folder, 'tmp') });
}
const weights = async (name: string) => readSafetensors(await readFile(join(folder, name)));
const log = async (name: string) => lines(await readFile(join(folder, name), 'utf8')) as unknown as EpochReport[];
const torch = ['--engine', 'torchrun'];

describe.skipIf(!hasPython('torch', 'wiregrad train --engine torchrun'))('wiregrad train --engine torchrun', () => {
  it('writes the weights and the log that training here writes, in two processes too', async () => {
    const here = await train('--out', 'here.safetensors', '--log', 'here.jsonl');
    expect(here.status, here.stderr).toBe(0);
    const there = await train(...torch, '--nproc', '2', '--out', 'there.safetensors', '--log', 'there.jsonl');
    expect(there.status, there.stderr).toBe(0);
    expect(there.stderr).toMatch(/^PyTorch \S+ on (cpu|cuda), 2 processes\n/);
    expect(there.stdout).toMatch(/^there\.safetensors: 2 parameters; .+\ntrain rows .+\nvalidation rows: loss .+\ntest rows: loss .+\n$/);
    expectSameCurve(await log('there.jsonl'), await log('here.jsonl'), 1e-4);
    expectSameWeights(await weights('there.safetensors'), await weights('here.safetensors'), 1e-3);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('stops within a step at Ctrl-C, and goes on from its checkpoint', async () => {
    const args = ['train', 'points.wiregrad', ...torch, '--epochs', '100000', '--out', 'w.safetensors', '--checkpoint', 'state'];
    const child = spawn(process.execPath, [CLI, ...args, '--checkpoint-every', '1000000'], {
      cwd: folder,
      env: { ...process.env, ...environment, TMPDIR: join(folder, 'tmp') }
    });
    let [stdout, stderr, asked] = ['', '', false];
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => {
      stderr += text.toString();
      if (!asked && stderr.includes('epoch ')) asked = child.kill('SIGINT');
    });
    const [status] = (await once(child, 'close')) as [number];
    expect([status, stdout]).toEqual([130, expect.stringMatching(/^stopped after epoch \d+\nw\.safetensors: 2 parameters/)]);
    expect((await weights('w.safetensors')).size).toBe(2);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    const reached = Number(/stopped after epoch (\d+)/.exec(stdout)![1]);
    const more = await train(
      ...torch,
      '--epochs',
      String(reached + 2),
      '--resume',
      'state',
      '--out',
      'w.safetensors',
      '--log',
      'log.jsonl'
    );
    expect(more.status, more.stderr).toBe(0);
    expect((await log('log.jsonl')).map(({ epoch }) => epoch)).toEqual(Array.from({ length: reached + 2 }, (_, at) => at + 1));
    const other = await train(...torch, '--seed', '9', '--resume', 'state', '--out', 'w.safetensors');
    expect([other.status, other.stderr]).toEqual([
      1,
      expect.stringMatching(/state is of another run: seed was 0 and is 9; give the checkpoint/)
    ]);
  });

  it('trains what wiregrad export --to pytorch-project writes', async () => {
    const { status, stderr } = await wiregrad(['export', 'points.wiregrad', '--to', 'pytorch-project', '--out', 'project'], folder);
    expect([status, stderr]).toEqual([0, '']);
    expect((await readdir(join(folder, 'project'))).sort()).toEqual(
      [
        'README.md',
        'data',
        'data.json',
        'data.py',
        'model.py',
        'parallel.py',
        'recipe.py',
        'train.py',
        'weights.py',
        'weights.safetensors'
      ].sort()
    );
    const child = spawn(PYTHON, [join('project', 'train.py'), '--epochs', '2', '--out', 'w.safetensors'], { cwd: folder });
    expect(await once(child, 'close')).toEqual([0, null]);
    const used = await wiregrad(['run', 'points.wiregrad', '--weights', 'w.safetensors', '--json'], folder);
    expect(used.status, used.stderr).toBe(0);
  });
});

describe('wiregrad train with another engine', () => {
  it('says what is missing where there is no PyTorch, and leaves the log', async () => {
    await writeFile(join(folder, 'log.jsonl'), 'before');
    const nowhere = { WIREGRAD_PYTHON: join(folder, 'python') };
    const args = ['train', 'points.wiregrad', ...torch, '--out', 'w.safetensors', '--log', 'log.jsonl'];
    const { status, stderr } = await wiregrad(args, folder, nowhere);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^points\.wiregrad: no Python with PyTorch was found: .+python is not there; install it, with apt-get install python3-torch or /
    );
    expect(existsSync(join(folder, 'w.safetensors'))).toBe(false);
    expect(await readFile(join(folder, 'log.jsonl'), 'utf8')).toBe('before');
  });

  it('refuses options that are of the other one', async () => {
    const cases: [string[], string][] = [
      [['--nproc', '2'], '--nproc is for --engine torchrun'],
      [[...torch, '--backend', 'wasm'], '--backend is for --engine wiregrad'],
      [[...torch, '--threads', '2'], '--threads is for --engine wiregrad'],
      [['--engine', 'keras'], '--engine takes wiregrad or torchrun, not keras']
    ];
    for (const [args, message] of cases) {
      const { status, stderr } = await train(...args, '--out', 'w.safetensors');
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
