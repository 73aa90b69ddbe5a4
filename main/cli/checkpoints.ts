/** Files that a training run is written down in while it goes on: its state, and a line an epoch. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '@wiregrad/engine/node';
import { EngineError, type EpochReport } from '@wiregrad/engine';
import { readWhole, writeWhole } from '../services/files';
import { inFile } from './input';
import { jsonLine } from './json';

/** Reads what `--resume` names. Throws EngineError that names the file. */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readWhole(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new EngineError({
      code: 'missing-checkpoint',
      message: `--resume ${path}: there is no such file`,
      hint: 'leave --resume out to begin'
    });
  });
  try {
    return readCheckpoint(bytes);
  } catch (error) {
    throw error instanceof EngineError ? inFile(error, path) : error;
  }
}

/** Writes states to `path`. One that cannot be written, as on a full disk, is `told` once; training goes on, and the next is tried. */
export function checkpointWriter(path: string, tell: (warning: string) => void): (state: Checkpoint) => Promise<void> {
  let failing = false;
  return async (state) => {
    try {
      await writeWhole(path, writeCheckpoint(state));
      failing = false;
    } catch (error) {
      if (!failing) tell(`warning: --checkpoint ${path}: ${(error as Error).message}; training goes on`);
      failing = true;
    }
  };
}

export interface Journal {
  write(report: EpochReport): void;
  close(): void;
}

/** One line an epoch, on disk as soon as the epoch ended; those `before` a resumed run come first, as the checkpoint has them. */
export function openJournal(path: string, before: readonly EpochReport[]): Journal {
  const file = openSync(path, 'w');
  for (const report of before) writeSync(file, jsonLine(report));
  return { write: (report) => void writeSync(file, jsonLine(report)), close: () => closeSync(file) };
}
