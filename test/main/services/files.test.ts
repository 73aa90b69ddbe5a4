import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBeside, listFiles, readPart, readWhole, writeFolder, writeWhole } from '../../../main/services/files';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('writing a file whole', () => {
  it('replaces what was there and leaves nothing beside it', async () => {
    const path = join(folder, 'net.wiregrad');
    await writeWhole(path, bytes('first'));
    await writeWhole(path, bytes('second'));
    expect(await readFile(path, 'utf8')).toBe('second');
    expect(await readdir(folder)).toEqual(['net.wiregrad']);
  });

  it('keeps permissions and the link through which it was named', async () => {
    const path = join(folder, 'net.wiregrad');
    await writeFile(path, 'old');
    await chmod(path, 0o640);
    await symlink(path, join(folder, 'link'));
    await writeWhole(join(folder, 'link'), bytes('new'));
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('leaves the old target and no neighbour where it fails', async () => {
    await mkdir(join(folder, 'taken'));
    await expect(writeWhole(join(folder, 'taken'), bytes('x'))).rejects.toThrow();
    await expect(writeWhole(join(folder, 'missing', 'x'), bytes('x'))).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });
});

describe('reading a file whole', () => {
  it('refuses a folder', async () => {
    await expect(readWhole(folder)).rejects.toThrow('is not a file');
  });
  it('gives the bytes', async () => {
    await writeFile(join(folder, 'a'), 'abc');
    expect(new TextDecoder().decode(await readWhole(join(folder, 'a')))).toBe('abc');
  });
});

describe('a file beside a document', () => {
  it('is found in its folder and below', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'iris.csv'), '');
    expect(await findBeside(join(folder, 'net.wiregrad'), 'data/iris.csv')).toMatch(/iris\.csv$/);
  });

  it('is not found outside of it: by .., by an absolute path, or through a link', async () => {
    await mkdir(join(folder, 'inner'));
    await writeFile(join(folder, 'secret'), '');
    await symlink(join(folder, 'secret'), join(folder, 'inner', 'link'));
    const document = join(folder, 'inner', 'net.wiregrad');
    for (const name of ['../secret', 'x/../../secret', join(folder, 'secret'), 'link', '.', '', 'missing', 'a\0b']) {
      expect(await findBeside(document, name), name).toBeNull();
    }
  });
});

describe('files in pieces', () => {
  it('a file is listed by itself, a folder with all that is below it, and read where it is wanted', async () => {
    await mkdir(join(folder, 'digits', '3'), { recursive: true });
    await writeFile(join(folder, 'digits', '3', 'a.png'), 'abcdef');
    await symlink(join(folder, 'digits', '3', 'a.png'), join(folder, 'digits', 'link.png'));
    expect(await listFiles(join(folder, 'digits'))).toEqual([{ path: '3/a.png', size: 6 }]);
    const file = join(folder, 'digits', '3', 'a.png');
    expect(await listFiles(file)).toEqual([{ path: '', size: 6 }]);
    expect(new TextDecoder().decode(await readPart(file, 2, 4))).toBe('cd');
    expect((await readPart(file, 4, 40)).length).toBe(2);
    await expect(readPart(file, -1, 4)).rejects.toThrow(/cannot be read at once/);
  });
});

describe('a folder of files', () => {
  const bytes = new Uint8Array([1, 2]);

  it('is a new one: what is there already stays as it is', async () => {
    expect(
      await writeFolder(folder, 'net', [
        { name: 'a.py', bytes },
        { name: 'data/x.npy', bytes }
      ])
    ).toBe(join(folder, 'net'));
    expect(await writeFolder(folder, 'net', [{ name: 'a.py', bytes }])).toBe(join(folder, 'net-2'));
    expect(await readWhole(join(folder, 'net', 'data', 'x.npy'))).toEqual(bytes);
  });

  it('has no file outside of it', async () => {
    for (const name of ['../a.py', '/a.py', ''])
      await expect(writeFolder(folder, 'net', [{ name, bytes }]), name).rejects.toThrow(/is no file in/);
  });
});
