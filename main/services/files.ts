/** Files on disk: written whole or not at all, read up to a limit. */
import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** More than any document, data set or weights file that the app can hold at once. */
export const MAX_FILE_BYTES = 1024 * 1024 * 1024;

/**
 * Writes `bytes` to `path` so that a crash, a full disk or a failure leaves either the old file or the new one: into a
 * neighbour first, flushed and its size checked, then renamed over the target and the folder flushed. A symbolic link
 * keeps pointing where it does, and the file keeps its permissions.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const target = await realpath(path).catch(() => resolve(path));
  const mode = (await stat(target).catch(() => null))?.mode;
  const folder = dirname(target);
  const neighbour = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(neighbour, 'wx', mode);
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

/** The bytes of a regular file. Throws where it is missing, something else than a file, or above MAX_FILE_BYTES. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const found = await stat(path);
  if (!found.isFile()) throw new Error(`${path} is not a file`);
  if (found.size > MAX_FILE_BYTES) throw new Error(`${path} has ${found.size} bytes; files up to ${MAX_FILE_BYTES} can be opened`);
  // A Buffer is no good Uint8Array: its slice is a view, and its buffer may be Node's pool.
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * The file `name` beside the document at `document`, links followed; null unless it is a file in the document's folder or
 * below, so that a document from elsewhere cannot name the user's other files.
 */
export async function findBeside(document: string, name: string): Promise<string | null> {
  if (isAbsolute(name) || name.includes('\0')) return null;
  const folder = await realpath(dirname(document)).catch(() => null);
  const found = folder && (await realpath(resolve(folder, name)).catch(() => null));
  if (!folder || !found) return null;
  const inside = relative(folder, found);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null;
  return found;
}
