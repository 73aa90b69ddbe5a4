import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { readCheckpoint } from '../../../engine/training/checkpoint';
import { LEAVING, netText, POINTS } from '../../engine/training/net';
import { randomOf } from '../../random';
import { expectSameAfterKills, OPTIMIZERS } from './interrupted';
import { CLI, wiregrad } from './wiregrad';

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

  it('that are refused leave the log of the run before as it is', async () => {
    await train('--checkpoint', 'state', '--log', 'log.jsonl');
    const before = await readFile(join(folder, 'log.jsonl'), 'utf8');
    const { status } = await train('--resume', 'state', '--seed', '9', '--log', 'log.jsonl');
    expect([status, await readFile(join(folder, 'log.jsonl'), 'utf8')]).toEqual([1, before]);
  });

  it('refuse a checkpoint that was damaged, wherever that is, and leave it as it is', async () => {
    await train('--checkpoint', 'state');
    const bytes = await readFile(join(folder, 'state'));
    const random = randomOf('a damaged checkpoint');
    const place = (): number => Math.floor(random() * bytes.length);
    const damages: (() => Buffer)[] = [
      () => bytes.subarray(0, place()),
      () => {
        const changed = Buffer.from(bytes);
        changed[place()]! ^= 1 << Math.floor(random() * 8);
        return changed;
      }
    ];
    for (const damage of [...damages, ...damages]) {
      const damaged = damage();
      await writeFile(join(folder, 'state'), damaged);
      const { status, stderr } = await train('--resume', 'state', '--checkpoint', 'state');
      expect([status, stderr]).toEqual([1, expect.stringMatching(/^net\.wiregrad: state: .+; (choose|export)/)]);
      expect(await readFile(join(folder, 'state'))).toEqual(damaged);
    }
  });

  it('that cannot be written are told of once, and end no training', async () => {
    await mkdir(join(folder, 'taken'));
    const { status, stderr } = await train('--checkpoint', 'taken', '--checkpoint-every', '1');
    expect(status).toBe(0);
    expect(stderr.match(/warning: --checkpoint taken: .*it is a folder; choose another name; training goes on/g)).toHaveLength(1);
    expect(readSafetensors(await readFile(join(folder, 'w.safetensors'))).has('w1')).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('keep what was reached when %s ends the run, to go on from', async (signal) => {
    const args = ['train', 'net.wiregrad', '--out', 'w.safetensors', '--log', 'log.jsonl', '--checkpoint', 'state'];
    const child = spawn(process.execPath, [CLI, ...args, '--epochs', '1000000000'], { cwd: folder, stdio: 'ignore' });
    // It listens when it has told of an epoch.
    await expect.poll(() => readFile(join(folder, 'log.jsonl'), 'utf8').catch(() => ''), { timeout: 10_000 }).toContain('\n');
    child.kill(signal);
    const [status] = (await once(child, 'exit')) as [number];
    expect(status).toBe(128 + constants.signals[signal]);
    const { epoch } = readCheckpoint(await readFile(join(folder, 'state')));
    expect((await train('--resume', 'state', '--epochs', `${epoch + 20}`)).status).toBe(0);
    const resumed = await readFile(join(folder, 'w.safetensors'));
    await train('--epochs', `${epoch + 20}`);
    expect(resumed).toEqual(await readFile(join(folder, 'w.safetensors')));
  });

  it('are bad usage without what they need', async () => {
    for (const args of [
      ['--checkpoint-every', '2'],
      ['--checkpoint', 'c', '--checkpoint-every', '0'],
      ['--checkpoint', './w.safetensors'],
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
    await writeFile(join(folder, 'net.wiregrad'), LEAVING);
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
