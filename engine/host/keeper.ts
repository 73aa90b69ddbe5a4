/** The folder in which training runs are written down while they go on: one file for each graph, the latest few of them. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingKeeper } from '../session/keptTraining';
import { writeWhole } from './writeWhole';

/** More would fill a disk unseen. */
const MOST_FILES = 8;

/** Keeps them in `folder`, which is made when there is something to keep. */
export function keeperIn(folder: string): TrainingKeeper {
  const pathOf = (graph: string): string => join(folder, `${graph}.safetensors`);
  let last: string | undefined;
  return {
    async write(graph, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(pathOf(graph), bytes);
      if (last !== graph) await removeOldest(folder);
      last = graph;
    },
    read: (graph) => readFile(pathOf(graph)).catch(() => null),
    drop: (graph) => rm(pathOf(graph), { force: true })
  };
}

/** Also what a crash left half written. */
async function removeOldest(folder: string): Promise<void> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  // Another process may have removed it just now.
  const files = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 })));
  files.sort((a, b) => b.at - a.at);
  await Promise.all(files.slice(MOST_FILES).map(({ path }) => rm(path, { force: true })));
}
