/**
 * The first page of the shared memory, as indices of 32-bit cells, each with a line of the cache to itself. Both the program
 * and the kernels read this file, so it must stay within what AssemblyScript accepts.
 */

/** Raised by thread 0 when there is a command. */
export const EPOCH = 256;
/** Threads that have come to where all meet, and how often all have. */
export const ARRIVED = 272;
export const GENERATION = 288;
/** Threads that sleep until all have met, or are about to; and those that sleep until there is a command. */
export const SLEEPING = 304;
export const IDLE = 320;
/** First record, the end of the last, slice and slices, as `perform` takes them. */
export const COMMAND = 336;
/** From here on the threads' failures. */
export const FAILURES = 1024;
export const FAILURE_CELLS = 16;

/** The first page holds the failures of this many. */
export const MAX_THREADS = 256;

/** Looks before sleeping: some 20 µs. */
export const PATIENCE = 20000;
