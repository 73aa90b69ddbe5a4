/** A training run that was interrupted, by a crash or by the end of the program, and can be gone on from. */
import type { Document } from '../document/types';
import { graphOf, readCheckpoint, writeCheckpoint, type Checkpoint } from '../training/checkpoint';
import type { InterruptedTraining } from './messages';

/** Where a run is written down, outside of this process's memory. */
export interface TrainingKeeper {
  write(bytes: Uint8Array): Promise<void>;
  /** Null where nothing is kept, or it cannot be read. */
  read(): Promise<Uint8Array | null>;
  drop(): Promise<void>;
}

export class KeptTraining {
  /** A failure to write is told once: training goes on without. */
  private failed = false;

  constructor(
    private readonly keeper: TrainingKeeper,
    private readonly report: (message: string) => void
  ) {}

  async write(checkpoint: Checkpoint): Promise<void> {
    try {
      await this.keeper.write(writeCheckpoint(checkpoint));
    } catch (error) {
      if (!this.failed) this.report(`the training run cannot be written down: ${(error as Error).message}`);
      this.failed = true;
    }
  }

  /** What is kept, where it is of `document`'s graph; what cannot be read any more is dropped. */
  async read(document: Document): Promise<Checkpoint | null> {
    const bytes = await this.keeper.read();
    if (!bytes) return null;
    try {
      const checkpoint = readCheckpoint(bytes);
      return checkpoint.identity.graph === graphOf(document) ? checkpoint : null;
    } catch {
      await this.keeper.drop();
      return null;
    }
  }

  drop(): Promise<void> {
    return this.keeper.drop();
  }
}

export function describeInterrupted({ reports, at }: Checkpoint): InterruptedTraining {
  return { epochs: reports, at };
}
