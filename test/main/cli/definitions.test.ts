/** The command line on a document with definitions, from training to the exported files alone. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '@wiregrad/engine/node';
import { lines, wiregrad } from './wiregrad';

const examples = resolve(import.meta.dirname, '../../../renderer/examples');
let folder: string;
const run = (...args: string[]) => wiregrad(args, folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-cli-'));
  for (const name of ['residual.wiregrad', 'spirals.csv']) await copyFile(join(examples, name), join(folder, name));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a document with a repeated definition', () => {
  it('runs: instances have values and gradients, what is inside them has none of its own', async () => {
    const { status, stdout } = await run('run', 'residual.wiregrad', '--backward', '--json', '--only', 'deep,L');
    expect(status).toBe(0);
    const [line] = lines(stdout);
    expect(Object.keys(line!.values as object)).toEqual(['deep', 'L']);
    expect(Object.keys(line!.gradients as object)).toEqual(['deep', 'L']);
  });

  it('trains to 95% on held-out rows; the weights have the keys of their paths and are read back', async () => {
    const { status } = await run('train', 'residual.wiregrad', '--epochs', '40', '--out', 'weights.safetensors', '--log', 'log.jsonl');
    expect(status).toBe(0);
    const weights = readSafetensors(await readFile(join(folder, 'weights.safetensors')));
    expect([...weights.keys()].sort()).toEqual(['W_in', 'W_out', 'b_in', 'b_out', 'deep.W', 'deep.b']);
    const log = lines(await readFile(join(folder, 'log.jsonl'), 'utf8'));
    expect((log.at(-1)!.validation as { accuracy: number }).accuracy).toBeGreaterThanOrEqual(0.95);
    const loss = async (...args: string[]) =>
      (lines((await run('run', 'residual.wiregrad', '--only', 'L', '--json', ...args)).stdout)[0]!.values as { L: number }).L;
    expect(await loss('--weights', 'weights.safetensors')).toBeLessThan((await loss()) / 3);
  });

  it('says where inside a definition something is wrong', async () => {
    const wrong = (await readFile(join(folder, 'residual.wiregrad'), 'utf8')).replace('"shape": [16, 16]', '"shape": [3, 16]');
    await writeFile(join(folder, 'wrong.wiregrad'), wrong);
    const { status, stderr } = await run('run', 'wrong.wiregrad', '--json');
    expect(status).toBe(1);
    expect(stderr).toContain('wrong.wiregrad: gate deep@1/h (linear)');
  });
});
