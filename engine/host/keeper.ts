/** The file that a training run is written down in while it goes on: there is one, of the run in hand or the last. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingKeeper } from '../session/keptTraining';
import { writeWhole } from './writeWhole';

/** Keeps it in `folder`, which is made when there is something to keep. */
export function keeperIn(folder: string): TrainingKeeper {
  const path = join(folder, 'training.safetensors');
  return {
    async write(bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(path, bytes);
    },
    read: () => readFile(path).catch(() => null),
    drop: () => rm(path, { force: true })
  };
}
