import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keeperIn } from '../../../engine/host/keeper';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-keeper-'));
});
afterEach(() => rm(folder, { recursive: true }));
const bytes = (...entries: number[]) => new Uint8Array(entries);

describe('the folder in which training is written down', () => {
  it('is made when there is something to keep, and has the last run of each graph', async () => {
    const keeper = keeperIn(join(folder, 'not', 'yet'));
    expect(await keeper.read('a')).toBeNull();
    await keeper.drop('a');
    await keeper.write('a', bytes(1));
    await keeper.write('b', bytes(2));
    await keeper.write('a', bytes(3));
    expect([...(await keeper.read('a'))!, ...(await keeper.read('b'))!]).toEqual([3, 2]);
    await keeper.drop('a');
    expect([await keeper.read('a'), await readdir(join(folder, 'not', 'yet'))]).toEqual([null, ['b.safetensors']]);
  });

  it('holds the latest few, and nothing that a crash left half written', async () => {
    for (let at = 0; at < 12; at++) {
      const path = join(folder, at % 2 ? `.old${at}.safetensors.1f.tmp` : `old${at}.safetensors`);
      await writeFile(path, bytes(at));
      await utimes(path, at, at);
    }
    await keeperIn(folder).write('new', bytes(1));
    const names = await readdir(folder);
    expect(names).toHaveLength(8);
    expect(names).toEqual(expect.arrayContaining(['new.safetensors', 'old10.safetensors']));
    expect(names).not.toContain('old4.safetensors');
  });
});
