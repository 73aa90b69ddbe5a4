/** Small files that are the app's own: nobody else reads them, and one that cannot be read is set aside, not lost. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from './files';

/** Writes `text`, readable by the user alone, making its folder where there is none. */
export async function keepText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeWhole(path, new TextEncoder().encode(text), 0o600);
}

/** What `read` makes of the text at `path`; null where there is none. `read` throws for a text that is damaged. */
export async function readKept<T>(path: string, read: (text: string) => T): Promise<{ value: T | null; setAside: string | null }> {
  try {
    return { value: read(await readFile(path, 'utf8')), setAside: null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { value: null, setAside: null };
    return { value: null, setAside: await setAside(path) };
  }
}

/** Renames a damaged file, so that it is neither read again nor written over; answers where it is now. */
async function setAside(path: string): Promise<string> {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  return rename(path, aside).then(
    () => aside,
    () => path
  );
}
