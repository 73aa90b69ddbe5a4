import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecentFiles } from '../../../main/services/recent';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-recent-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('recent files', () => {
  it('survive a restart, latest first, each once, under the same handle', async () => {
    const store = join(folder, 'state', 'recent.json');
    const first = await RecentFiles.load(store);
    await first.remember('/a/one.wiregrad');
    await first.remember('/a/two.wiregrad');
    await first.remember('/a/one.wiregrad');
    const second = await RecentFiles.load(store);
    expect(second.list().map(({ name }) => name)).toEqual(['one.wiregrad', 'two.wiregrad']);
    expect(second.pathOf(first.handleOf('/a/one.wiregrad'))).toBe('/a/one.wiregrad');
  });

  it('are forgotten when cleared, and open ones keep their handles', async () => {
    const files = await RecentFiles.load(join(folder, 'recent.json'));
    await files.remember('/a/one.wiregrad');
    const handle = files.handleOf('/a/one.wiregrad');
    await files.clear();
    expect(files.list()).toEqual([]);
    expect(files.pathOf(handle)).toBe('/a/one.wiregrad');
  });

  it('begin empty where the list is damaged', async () => {
    const store = join(folder, 'recent.json');
    for (const text of ['{', '{"a":1}', '[1, null, {"path": 3}]']) {
      await writeFile(store, text);
      expect((await RecentFiles.load(store)).list()).toEqual([]);
    }
  });

  it('know no handle that was never given out', async () => {
    const files = await RecentFiles.load(join(folder, 'recent.json'));
    expect(() => files.pathOf('/etc/passwd')).toThrow('no longer known');
  });
});
