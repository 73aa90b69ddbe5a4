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

/** What cannot be written, as on a full disk, is told of once and ends no training. */
type Tell = (warning: string) => void;

function tellOnce(option: string, path: string, tell: Tell): (error: unknown) => void {
  let told = false;
  return (error) => {
    if (!told) tell(`warning: --${option} ${path}: ${(error as Error).message}; training goes on`);
    told = true;
  };
}

/** Writes states to `path`; when one cannot be written, the next is tried. */
export function checkpointWriter(path: string, tell: Tell): (state: Checkpoint) => Promise<void> {
  const failed = tellOnce('checkpoint', path, tell);
  return (state) => writeWhole(path, writeCheckpoint(state)).catch(failed);
}

export interface Journal {
  write(report: EpochReport): void;
  close(): void;
}

/** One line an epoch, on disk as soon as the epoch ended; those `before` a resumed run come first, as the checkpoint has them. */
export function openJournal(path: string, before: readonly EpochReport[], tell: Tell): Journal {
  const file = openSync(path, 'w');
  const failed = tellOnce('log', path, tell);
  const write = (report: EpochReport): void => {
    try {
      writeSync(file, jsonLine(report));
    } catch (error) {
      failed(error);
    }
  };
  before.forEach(write);
  return { write, close: () => closeSync(file) };
}
