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
      if (size !== bytes.length) throw new Error(`${target}: ${size} of ${bytes.length} bytes could be written; is the disk full?`);
    } finally {
      await file.close();
    }
    await rename(neighbour, target);
  } catch (error) {
    await unlink(neighbour).catch(() => undefined);
    throw error;
  }
  await flushFolder(folder);
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
