/** Files are written whole or not at all, whoever writes them. */
import { randomBytes } from 'node:crypto';
import { open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Writes `bytes` to `path` so that a crash, a full disk or a failure leaves either the old file or the new one: into a
 * neighbour first, flushed and its size checked, then renamed over the target and the folder flushed. A symbolic link
 * keeps pointing where it does, and the file keeps its permissions; a new one gets `mode`.
 */
export async function writeWhole(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const target = await realpath(path).catch(() => resolve(path));
  const permissions = (await stat(target).catch(() => null))?.mode ?? mode;
  const folder = dirname(target);
  const neighbour = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(neighbour, 'wx', permissions);
    try {
      await file.writeFile(bytes);
      await file.sync();
      const { size } = await file.stat();
      if (size !== bytes.length) throw Object.assign(new Error(`only ${size} of ${bytes.length} bytes were written`), { code: 'ENOSPC' });
    } finally {
      await file.close();
    }
    await rename(neighbour, target);
  } catch (error) {
    await unlink(neighbour).catch(() => undefined);
    throw explained(error, target);
  }
  await flushFolder(folder);
}

/** What the system's codes mean to people, and what helps. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room, or save to another disk',
  EDQUOT: 'your share of the disk is full; make room, or save to another disk',
  EROFS: 'this disk can only be read; save to another one',
  EACCES: 'its folder may not be written to; save to another one',
  EPERM: 'the system does not let it be written; save to another folder',
  ENOENT: 'its folder is gone; save to another one',
  ENOTDIR: 'its folder is none any more; save to another one',
  ENAMETOOLONG: 'its name is too long; choose a shorter one',
  EISDIR: 'it is a folder; choose another name',
  EIO: 'the disk reports an error; save to another one'
};

/** The same failure in words, its code kept. */
function explained(error: unknown, path: string): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REASONS[code];
  return Object.assign(new Error(reason === undefined ? message : `${path} was not saved: ${reason}`, { cause: error }), code && { code });
}

/** Makes a rename last through a power cut; Windows has no such call and needs none. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
