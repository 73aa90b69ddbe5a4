/** How the program and its worker threads begin: what a worker is started with, what it answers, where it reports. */
import { FAILURE_CELLS, FAILURES } from './cells';
import type { CompiledModule, SharedMemory } from './webAssembly';

/** First cell of a thread's failure: ordinal of the record + 1 or 0 for none, entry, index. */
export function failureOf(thread: number): number {
  return FAILURES + FAILURE_CELLS * thread;
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly memory: SharedMemory;
  readonly module: CompiledModule;
  readonly thread: number;
  readonly threads: number;
  /** This thread's own memory, for `setup`. */
  readonly scratch: number;
}

/** What every worker posts once, when it is about to wait for commands. */
export const READY = 'ready';
