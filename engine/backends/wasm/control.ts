/**
 * The first page of the shared memory: where thread 0 tells the others what to do, and they tell that they have done it.
 * Thread 0 writes a command and raises the epoch; each worker carries out its share and adds itself to those arrived. All
 * wait by looking for a while and then by sleeping, which costs 10 to 50 µs to wake from. Each cell has a cache line.
 */
import type { CompiledModule, SharedMemory } from './webAssembly';

/** Indices of 32-bit cells. */
export const EPOCH = 256;
export const ARRIVED = 272;
/** Workers that sleep, or are about to. */
export const SLEEPING = 288;
/** 1 while thread 0 sleeps until all have arrived, or is about to. */
export const WAITING = 304;
/** Record, count, slice and slices, as `perform` takes them. */
export const COMMAND = 320;
const FAILURES = 1024;
const FAILURE_CELLS = 16;

/** The first page holds the failures of this many. */
export const MAX_THREADS = 256;

/** Looks before sleeping: some 20 µs. */
export const PATIENCE = 4000;

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
