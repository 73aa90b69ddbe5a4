/** A training run that was interrupted, by a crash or by the end of the program, and can be gone on from. */
import type { Document } from '../document/types';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../training/checkpoint';
import { graphOf } from '../training/identity';
import type { InterruptedTraining } from './messages';

/** Where runs are written down, outside of this process's memory: the last one of each graph, under a name fit for a file. */
export interface TrainingKeeper {
  write(graph: string, bytes: Uint8Array): Promise<void>;
  /** Null where nothing is kept, or it cannot be read. */
  read(graph: string): Promise<Uint8Array | null>;
  drop(graph: string): Promise<void>;
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
      await this.keeper.write(checkpoint.identity.graph, writeCheckpoint(checkpoint));
    } catch (error) {
      if (!this.failed) this.report(`the training run cannot be written down: ${(error as Error).message}`);
      this.failed = true;
    }
  }

  /** What is kept of `document`'s graph; what cannot be read any more is dropped. */
  async read(document: Document): Promise<Checkpoint | null> {
    const bytes = await this.keeper.read(graphOf(document));
    if (!bytes) return null;
    try {
      return readCheckpoint(bytes);
    } catch {
      await this.drop(document);
      return null;
    }
  }

  drop(document: Document): Promise<void> {
    return this.keeper.drop(graphOf(document));
  }
}

export function describeInterrupted({ reports, at }: Checkpoint): InterruptedTraining {
  return { epochs: reports, at };
}
