/** Files on disk: written whole or not at all, read up to a limit. */
import { mkdir, open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { writeWhole } from '@wiregrad/engine/node';

export { writeWhole };

/** More than any document, data set or weights file that the app can hold at once. */
export const MAX_FILE_BYTES = 1024 * 1024 * 1024;

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
 * The file or folder `name` beside the document at `document`, links followed; null unless it lies in the document's folder or
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

/** More are no folder of images. */
const MOST_FILES = 1_000_000;

/** A file, whose path is empty, or all files below a folder; links in it are not followed. Null for anything else. */
export async function listFiles(path: string): Promise<{ readonly path: string; readonly size: number }[] | null> {
  const found = await stat(path);
  if (found.isFile()) return [{ path: '', size: found.size }];
  if (!found.isDirectory()) return null;
  const files: { path: string; size: number }[] = [];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    if (files.length === MOST_FILES) throw new Error(`there are more than ${MOST_FILES} files in ${path}`);
    const whole = resolve(entry.parentPath ?? entry.path, entry.name);
    files.push({ path: relative(path, whole).replaceAll(sep, '/'), size: (await stat(whole)).size });
  }
  return files;
}

/** Bytes that one reading gives. */
const MOST_PART = 64 * 1024 * 1024;

/** Bytes [from, to) of a file, fewer where it ends before. */
export async function readPart(path: string, from: number, to: number): Promise<Uint8Array> {
  if (!(from >= 0 && to >= from && to - from <= MOST_PART)) throw new Error(`bytes ${from} to ${to} of ${path} cannot be read at once`);
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(to - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead).slice();
  } finally {
    await file.close();
  }
}

/**
 * Writes files, whose names are paths with slashes, into a new folder `name` in `place`: one that is there already is left
 * as it is, and the new one gets a number. Answers its path. Throws where a name leads out of it.
 */
export async function writeFolder(place: string, name: string, files: readonly { name: string; bytes: Uint8Array }[]): Promise<string> {
  const folder = await freshFolder(place, name);
  for (const { name: path, bytes } of files) {
    const file = resolve(folder, path);
    if (!file.startsWith(folder + sep)) throw new Error(`${path} is no file in ${folder}`);
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, bytes);
  }
  return folder;
}

async function freshFolder(place: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = resolve(place, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
