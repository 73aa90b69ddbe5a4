/** Folders that would grow for ever. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes all in `folder`, files and folders, but the `count` that changed last. */
export async function keepNewest(folder: string, count: number): Promise<void> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  // Another process may have removed it just now.
  const entries = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 })));
  entries.sort((a, b) => b.at - a.at);
  await Promise.all(entries.slice(count).map(({ path }) => rm(path, { recursive: true, force: true })));
}
