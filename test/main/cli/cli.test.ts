import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '@wiregrad/engine/node';
import { CLASSIFIER, pointsCsv, SIMPLE } from './documents';
import { lines, wiregrad } from './wiregrad';

let folder: string;
const run = (...args: string[]) => wiregrad(args, folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-cli-'));
  await writeFile(join(folder, 'simple.wiregrad'), JSON.stringify(SIMPLE));
  await writeFile(join(folder, 'classifier.wiregrad'), JSON.stringify(CLASSIFIER));
  await writeFile(join(folder, 'points.csv'), pointsCsv());
  await writeFile(join(folder, 'broken.wiregrad'), '{"format":');
});
afterAll(() => rm(folder, { recursive: true }));

describe('wiregrad run', () => {
  it('prints one JSON line with values, gradients and wires', async () => {
    const { status, stdout } = await run('run', 'simple.wiregrad', '--backward', '--json');
    expect(status).toBe(0);
    expect(stdout).toBe(
      '{"name":"simple","values":{"x":-2,"y":5,"z":-4,"q":3,"f":-12},"gradients":{"x":-4,"y":-4,"z":3,"q":-4,"f":1},"wires":[' +
        '{"from":"x","to":"q.a","value":-2,"gradient":-4},{"from":"y","to":"q.b","value":5,"gradient":-4},' +
        '{"from":"q","to":"f.a","value":3,"gradient":-4},{"from":"z","to":"f.b","value":-4,"gradient":3}]}\n'
    );
  });

  it('prints an aligned table without --json', async () => {
    const { stdout } = await run('run', 'simple.wiregrad', '--backward');
    expect(stdout).toContain('output  shape   value  gradient\nx       scalar  -2     -4\n');
  });

  it('computes in float64 by the reference backend and in float32 by kernels', async () => {
    const third = { ...SIMPLE, nodes: [{ id: 'f', gate: 'variable', params: { value: 0.1 } }], wires: [] };
    await writeFile(join(folder, 'tenth.wiregrad'), JSON.stringify(third));
    const value = async (...args: string[]) =>
      (lines((await run('run', 'tenth.wiregrad', '--json', ...args)).stdout)[0]!.values as { f: number }).f;
    expect(await value('--dtype', 'float64')).toBe(0.1);
    expect(await value()).toBe(Math.fround(0.1));
    expect(await value('--backend', 'wasm')).toBe(Math.fround(0.1));
    expect(await value('--backend', 'reference')).toBe(0.1);
  });

  it('prints what JSON has no numbers for as words', async () => {
    const words = {
      ...SIMPLE,
      nodes: [{ id: 'f', gate: 'variable', params: { value: ['NaN', '-Infinity', 'Infinity', 1] } }],
      wires: [],
      objective: undefined
    };
    await writeFile(join(folder, 'words.wiregrad'), JSON.stringify(words));
    expect(lines((await run('run', 'words.wiregrad', '--json')).stdout)[0]!.values).toEqual({ f: ['NaN', '-Infinity', 'Infinity', 1] });
  });

  it('reports a file that fails and runs the others', async () => {
    const { status, stdout, stderr } = await run('run', 'broken.wiregrad', 'missing.wiregrad', 'simple.wiregrad', '--json');
    expect(status).toBe(1);
    expect(lines(stdout).map(({ name }) => name)).toEqual(['simple']);
    expect(stderr).toMatch(/^broken\.wiregrad: line 1, column \d+: .*\nmissing\.wiregrad: there is no such file/);
  });

  it('names the gate, the port and both shapes where a wire does not fit', async () => {
    const wrong = {
      ...SIMPLE,
      nodes: [
        {
          id: 'a',
          gate: 'variable',
          params: {
            value: [
              [1, 2, 3],
              [4, 5, 6]
            ]
          }
        },
        {
          id: 'b',
          gate: 'variable',
          params: {
            value: [
              [1, 2, 3, 4],
              [1, 2, 3, 4]
            ]
          }
        },
        { id: 'y', gate: 'matmul' }
      ],
      wires: [
        { from: 'a', to: 'y.a' },
        { from: 'b', to: 'y.b' }
      ],
      objective: undefined
    };
    await writeFile(join(folder, 'wrong.wiregrad'), JSON.stringify(wrong));
    const { status, stderr } = await run('run', 'wrong.wiregrad');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^wrong\.wiregrad: gate y \(matmul\).*\[2,3\].*\[2,4\]/);
  });

  it('leaves out what --only does not name, and refuses names that there are none of', async () => {
    const [only] = lines((await run('run', 'simple.wiregrad', '--backward', '--json', '--only', 'q')).stdout);
    expect(only).toMatchObject({ values: { q: 3 }, gradients: { q: -4 } });
    expect(only!.wires).toHaveLength(3);
    const { status, stderr } = await run('run', 'simple.wiregrad', '--only', 'q,nope');
    expect(status).toBe(1);
    expect(stderr).toContain('nope');
  });

  it('adds tangents, Hessian products and Jacobians', async () => {
    await writeFile(join(folder, 'along.json'), '{"x": 1}');
    const { stdout } = await run('run', 'simple.wiregrad', '--json', '--jvp', 'along.json', '--hvp', 'along.json', '--jacobian', 'f,z');
    expect(lines(stdout)[0]).toMatchObject({ jvp: -4, hvp: { x: 0, y: 0, z: 1 }, jacobian: 3 });
    await writeFile(join(folder, 'stranger.json'), '{"nope": 1}');
    expect((await run('run', 'simple.wiregrad', '--jvp', 'stranger.json')).status).toBe(1);
  });
});

describe('wiregrad train', () => {
  it('writes weights with which run gives the accuracy that was printed', async () => {
    const trained = await run('train', 'classifier.wiregrad', '--out', 'weights.safetensors', '--log', 'metrics.jsonl');
    expect(trained.stderr).toContain('epoch 30/30');
    expect(trained.status).toBe(0);
    const [, loss, accuracy] = /test rows: loss (\S+) accuracy (\S+)/.exec(trained.stdout)!;
    expect(Number(accuracy)).toBeGreaterThan(0.9);

    const [result] = lines(
      (await run('run', 'classifier.wiregrad', '--weights', 'weights.safetensors', '--rows', 'test', '--json')).stdout
    );
    const metrics = result!.metrics as { loss: number; accuracy: number };
    expect(metrics.accuracy).toBeCloseTo(Number(accuracy), 5);
    expect(metrics.loss).toBeCloseTo(Number(loss), 5);

    const log = lines(await readFile(join(folder, 'metrics.jsonl'), 'utf8'));
    expect(log).toHaveLength(30);
    expect(log[29]).toMatchObject({ epoch: 30, steps: 180, train: { loss: expect.any(Number) }, validation: { loss: expect.any(Number) } });
    const weights = readSafetensors(new Uint8Array(await readFile(join(folder, 'weights.safetensors'))));
    expect([...weights.keys()]).toEqual(['w', 'b']);
  });

  it('reads data from where it is told, and names the data that is missing', async () => {
    await writeFile(join(folder, 'elsewhere.csv'), pointsCsv());
    await writeFile(join(folder, 'moved.wiregrad'), JSON.stringify(CLASSIFIER).replace('points.csv', 'gone.csv'));
    const args = ['train', 'moved.wiregrad', '--epochs', '1', '--out', 'moved.safetensors'];
    const missing = await run(...args);
    expect(missing.status).toBe(1);
    expect(missing.stderr).toMatch(/^moved\.wiregrad: .*gone\.csv.*--data/);
    expect((await run(...args, '--data', 'points=elsewhere.csv')).status).toBe(0);
    expect((await run(...args, '--data', 'nope=elsewhere.csv')).stderr).toContain('the document has points');
  });

  it('says that the folder of --out is missing before it trains', async () => {
    const { status, stderr } = await run('train', 'classifier.wiregrad', '--out', 'nowhere/w.safetensors');
    expect(status).toBe(1);
    expect(stderr).toContain('nowhere');
    expect(stderr).not.toContain('epoch');
  });
});

describe('wiregrad check', () => {
  it('compares every gradient and ends with 0 where all agree', async () => {
    const { status, stdout } = await run('check', 'simple.wiregrad', 'classifier.wiregrad', '--json');
    expect(status).toBe(0);
    const [simple, classifier] = lines(stdout) as { ok: boolean; checks: { id: string }[] }[];
    expect(simple).toMatchObject({ name: 'simple', ok: true });
    expect(classifier!.checks.map(({ id }) => id)).toEqual(['w', 'b']);
  });
});

describe('wiregrad export', () => {
  it('writes the parameters in the form asked for', async () => {
    expect((await run('export', 'classifier.wiregrad', '--to', 'safetensors', '--out', 'initial.safetensors')).status).toBe(0);
    const weights = readSafetensors(new Uint8Array(await readFile(join(folder, 'initial.safetensors'))));
    expect(weights.get('w')!.shape).toEqual([2, 2]);
    expect((await run('export', 'classifier.wiregrad', '--to', 'npz', '--out', 'initial.npz')).status).toBe(0);
    expect((await readFile(join(folder, 'initial.npz'))).subarray(0, 2).toString()).toBe('PK');
  });

  it('writes code whose backward is the forward reversed', async () => {
    expect((await run('export', 'simple.wiregrad', '--to', 'numpy', '--out', 'simple.py')).status).toBe(0);
    expect(await readFile(join(folder, 'simple.py'), 'utf8')).toContain('import numpy as np');
  });
  it('writes a PyTorch module whose arguments are data and variables', async () => {
    expect((await run('export', 'simple.wiregrad', '--to', 'pytorch', '--out', 'simple_torch.py')).status).toBe(0);
    expect(await readFile(join(folder, 'simple_torch.py'), 'utf8')).toMatch(
      /class Simple\(nn\.Module\):\n {4}def forward\(self, x, y, z\):/
    );
  });
});

describe('bad usage', () => {
  it.each([
    [[]],
    [['fly']],
    [['run']],
    [['run', 'simple.wiregrad', '--bogus']],
    [['run', 'simple.wiregrad', '--dtype', 'float16']],
    [['run', 'simple.wiregrad', '--backend', 'wasm', '--dtype', 'float64']],
    [['run', 'simple.wiregrad', '--rows', '5:5']],
    [['run', 'simple.wiregrad', '--seed', '-1']],
    [['run', 'simple.wiregrad', '--data', 'points']],
    [['run', 'simple.wiregrad', '--jacobian', 'f']],
    [['train', 'classifier.wiregrad']],
    [['train', 'a.wiregrad', 'b.wiregrad', '--out', 'w']],
    [['export', 'simple.wiregrad', '--to', 'pdf', '--out', 'x']],
    [['export', 'simple.wiregrad', '--to', 'npz']],
    [['serve', '--port', '70000']]
  ])('%j ends with status 2 and says what would be right', async (args) => {
    const { status, stdout, stderr } = await run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/--help/);
  });

  it.each(['run', 'check', 'train', 'export', 'serve'])('%s --help explains the command on stdout', async (command) => {
    const { status, stdout } = await run(command, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: wiregrad ${command} `));
  });
});
