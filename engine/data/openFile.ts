/** Files of the system as sources: read where they lie, in pieces. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../base/errors';
import type { Bytes } from '../formats/bytes';
import type { Source } from './source';

/** Of images; more are no folder of images by class. */
const MOST_FILES = 1_000_000;

/** A file that stays open until `close`, or the end of the program. */
export interface OpenFile extends Bytes {
  close(): void;
}

export function openFile(path: string): OpenFile {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  return {
    size,
    read(at, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const read = readSync(file, bytes, done, length - done, at + done);
        if (read === 0)
          throw new EngineError({
            code: 'changed-data',
            message: `${path}: it ends at byte ${at + done} and had ${size} when it was opened`,
            hint: 'let no other program write it while it is read'
          });
        done += read;
      }
      return bytes;
    },
    close: () => closeSync(file)
  };
}

/** A file, or all files below a folder, each of which is opened when it is read. Throws the system's errors. */
export async function openSource(path: string): Promise<Source> {
  if (!(await stat(path)).isDirectory()) return openFile(path);
  const files = new Map<string, Bytes>();
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const whole = join(entry.parentPath ?? entry.path, entry.name);
    const { size } = await stat(whole);
    files.set(whole.slice(path.length).replaceAll('\\', '/').replace(/^\//, ''), {
      size,
      read: (at, length) => readOnce(whole, at, length)
    });
    if (files.size > MOST_FILES)
      throw new EngineError({ code: 'bad-images', message: `${path}: there are more than ${MOST_FILES} files in this folder` });
  }
  return { files };
}

function readOnce(path: string, at: number, length: number): Uint8Array {
  const file = openFile(path);
  try {
    return file.read(at, length);
  } finally {
    file.close();
  }
}
