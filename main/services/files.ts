/** Files on disk: written whole or not at all, read up to a limit. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

export { writeWhole } from '@wiregrad/engine/node';

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
