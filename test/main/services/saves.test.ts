import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../../main/services/files';
import { hasStrace, saveKilledAt } from './killedSaves';

const isAdministrator = process.getuid?.() === 0;
let folder: string;
const mounted: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-saves-'));
});
afterEach(async () => {
  for (const disk of mounted.splice(0)) spawnSync('umount', ['-l', disk]);
  await rm(folder, { recursive: true });
});

/** Mounts a disk of one mebibyte; says what is skipped where that cannot be done. */
const mayMount = ((): boolean => {
  const may = isAdministrator && process.platform === 'linux' && spawnSync('unshare', ['--mount', 'true']).status === 0;
  if (!may) process.stderr.write('saving to a full disk skipped: only the administrator may mount one of a mebibyte\n');
  return may;
})();
async function mount(options: string): Promise<string> {
  const disk = join(folder, 'disk');
  await mkdir(disk, { recursive: true });
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  mounted.push(disk);
  return disk;
}

describe('a save', () => {
  it('replaces the file and leaves nothing beside it, through a link too, its permissions kept', async () => {
    const path = join(folder, 'mine.wiregrad');
    await writeFile(path, 'old', { mode: 0o640 });
    await symlink(path, join(folder, 'link'));
    await writeWhole(join(folder, 'link'), new TextEncoder().encode('new'));
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(['link', 'mine.wiregrad']);
  });

  it.skipIf(!mayMount)('to a full disk says so, and the old file is whole', async () => {
    const disk = await mount('size=1m');
    const path = join(disk, 'mine.wiregrad');
    await writeFile(path, 'old');
    for (const size of [2 ** 21, 2 ** 20]) {
      await expect(writeWhole(path, new Uint8Array(size))).rejects.toMatchObject({
        code: 'ENOSPC',
        message: `${path} was not saved: the disk is full; make room, or save to another disk`
      });
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(disk)).toEqual(['mine.wiregrad']);
    }
    await writeWhole(path, new Uint8Array(100_000));
    expect((await readFile(path)).length).toBe(100_000);
  });

  it.skipIf(!mayMount)('to a disk that can only be read says so', async () => {
    const disk = await mount('size=1m');
    await writeFile(join(disk, 'mine.wiregrad'), 'old');
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    await expect(writeWhole(join(disk, 'mine.wiregrad'), new Uint8Array(1))).rejects.toThrow('this disk can only be read');
    expect(await readFile(join(disk, 'mine.wiregrad'), 'utf8')).toBe('old');
  });

  // The administrator may write to every folder.
  if (!isAdministrator) {
    it('to a folder that may not be written to says so', async () => {
      await writeFile(join(folder, 'mine.wiregrad'), 'old');
      await chmod(folder, 0o500);
      await expect(writeWhole(join(folder, 'mine.wiregrad'), new Uint8Array(1))).rejects.toThrow('its folder may not be written to');
      await chmod(folder, 0o700);
      expect(await readFile(join(folder, 'mine.wiregrad'), 'utf8')).toBe('old');
    });
  }

  it.each([
    ['no folder', 'gone/mine.wiregrad', 'its folder is gone'],
    ['a file for a folder', 'file/mine.wiregrad', 'its folder is none any more'],
    ['a folder for a file', 'folder', 'it is a folder'],
    ['a name that is too long', `${'x'.repeat(300)}.wiregrad`, 'its name is too long']
  ])('where there is %s says so', async (_what, path, message) => {
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder'));
    await expect(writeWhole(join(folder, path), new Uint8Array(1))).rejects.toThrow(message);
    expect((await readdir(folder)).sort()).toEqual(['file', 'folder']);
  });

  it.skipIf(!hasStrace('killing saves at their system calls'))(
    'that is killed while it writes, flushes or renames leaves the old file or the new one',
    () => {
      // Flushed are the file and its folder; between them it is renamed. Writes of the runtime itself are among the writes.
      expect([1, 2, 3].map((count) => saveKilledAt('fsync', count))).toEqual([true, true, false]);
      expect([1, 2].map((count) => saveKilledAt('rename', count))).toEqual([true, false]);
      for (const count of [1, 4, 9]) saveKilledAt('write', count);
    },
    60_000
  );
});
