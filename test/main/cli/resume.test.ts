import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { netText, POINTS } from '../../engine/training/net';
import { randomOf } from '../../random';
import { expectSameAfterKills, OPTIMIZERS } from './interrupted';
import { wiregrad } from './wiregrad';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-resume-'));
  await writeFile(join(folder, 'net.wiregrad'), netText({ kind: 'adam', learning_rate: 0.01 }, 5));
  await writeFile(join(folder, 'points.csv'), POINTS);
});
afterEach(() => rm(folder, { recursive: true }));
const train = (...args: string[]) => wiregrad(['train', 'net.wiregrad', '--out', 'w.safetensors', ...args], folder);

describe('training that is killed', () => {
  it.each(OPTIMIZERS)('goes on to the same weights and the same log: $kind', (optimizer) =>
    expectSameAfterKills(optimizer, 2, 3, randomOf(`killed ${optimizer.kind}`))
  );
});

describe('--checkpoint and --resume', () => {
  it('go on from the end for more epochs', async () => {
    expect((await train('--checkpoint', 'state')).status).toBe(0);
    const more = await train('--resume', 'state', '--epochs', '8', '--log', 'log.jsonl');
    expect(more.status, more.stderr).toBe(0);
    expect((await readFile(join(folder, 'log.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(8);
  });

  it('refuse what cannot be gone on from, and leave the weights that are there', async () => {
    await train('--checkpoint', 'state');
    const weights = await readFile(join(folder, 'w.safetensors'));
    const cases: [string, RegExp][] = [
      ['missing', /--resume missing: there is no such file/],
      ['w.safetensors', /w\.safetensors: these are weights, and no checkpoint/],
      ['net.wiregrad', /net\.wiregrad: the header claims/]
    ];
    for (const [file, message] of cases) {
      const { status, stderr } = await train('--resume', file);
      expect([file, status]).toEqual([file, 1]);
      expect(stderr).toMatch(message);
    }
    const other = await train('--resume', 'state', '--seed', '9');
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('the seed was 3 and is 9')]);
    expect(await readFile(join(folder, 'w.safetensors'))).toEqual(weights);
  });

  it('are bad usage without what they need', async () => {
    for (const args of [
      ['--checkpoint-every', '2'],
      ['--checkpoint', 'c', '--checkpoint-every', '0'],
      ['--resume', 'a', '--weights', 'b']
    ]) {
      expect((await train(...args)).status).toBe(2);
    }
    const { status, stderr } = await train('--checkpoint', 'no/folder/state');
    expect([status, stderr]).toEqual([1, expect.stringContaining('--checkpoint no/folder/state: there is no folder')]);
  });
});

describe('training that leaves the numbers', () => {
  it('says where, exits with 1, and writes the parameters from before that step', async () => {
    const document = {
      ...{ format: 'wiregrad', version: 1, name: 'log', objective: 'L' },
      nodes: [
        { id: 'w', gate: 'parameter', params: { value: [0.5, 1] } },
        { id: 'l', gate: 'log' },
        { id: 'L', gate: 'sum' }
      ],
      wires: [
        { from: 'w', to: 'l.x' },
        { from: 'l', to: 'L.x' }
      ],
      training: { optimizer: { kind: 'sgd', learning_rate: 0.1 } }
    };
    await writeFile(join(folder, 'net.wiregrad'), JSON.stringify(document));
    const { status, stderr } = await train();
    expect(status).toBe(1);
    expect(stderr).toContain('net.wiregrad: gate l (log): the loss is NaN at step 3 (epoch 3)');
    expect(
      readSafetensors(await readFile(join(folder, 'w.safetensors')))
        .get('w')!
        .data.every(Number.isFinite)
    ).toBe(true);
  });
});
