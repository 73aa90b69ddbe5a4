/** The folder in which training runs are written down while they go on: one file for each graph, the latest few of them. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingKeeper } from '../session/keptTraining';
import { keepNewest } from './keepNewest';
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
      // Also what a crash left half written.
      if (last !== graph) await keepNewest(folder, MOST_FILES);
      last = graph;
    },
    read: (graph) => readFile(pathOf(graph)).catch(() => null),
    drop: (graph) => rm(pathOf(graph), { force: true })
  };
}
