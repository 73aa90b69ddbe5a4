/**
 * This thread's own memory: counters of the loops over boxes, the registers and buffers of chains, the tables of
 * convolutions, then the packed panels of a matrix product and what it multiplies without its being anywhere.
 */

/** Bytes of the counters: 64 axes are more than any tensor has. */
const COUNTERS: i32 = 256;
/** Registers of a chain; the plan's own limit on chains is far below. */
const REGISTERS: i32 = 128;
/** Bytes of the buffers of a chain: half of what the fastest cache holds. */
export const BUFFERS: i32 = 16384;
/** Bytes of each of the two tables of a convolution. */
export const TABLE: i32 = 32768;
const BEFORE_PANELS: i32 = COUNTERS + REGISTERS * 4 + BUFFERS + 2 * TABLE;

let start: usize = 0;
let failure: usize = 0;

/** Bytes of it all, with panels of so many. */
export function scratchFor(panelBytes: i32): i32 {
  return BEFORE_PANELS + panelBytes;
}

export function setScratch(scratch: usize, failureAt: usize): void {
  start = scratch;
  failure = failureAt;
}

// @ts-ignore: decorator
@inline
export function countersAt(): usize {
  return start;
}

// @ts-ignore: decorator
@inline
export function registers(): usize {
  return start + COUNTERS;
}

// @ts-ignore: decorator
@inline
export function chainBuffers(): usize {
  return start + COUNTERS + REGISTERS * 4;
}

// @ts-ignore: decorator
@inline
export function tablesAt(): usize {
  return start + COUNTERS + REGISTERS * 4 + BUFFERS;
}

// @ts-ignore: decorator
@inline
export function panels(): usize {
  return start + BEFORE_PANELS;
}

/** Keeps the first failure of this thread: which record, at which entry, which index. */
export function reportIndex(record: usize, entry: i32, index: i32): void {
  if (load<i32>(failure) != 0) return;
  store<i32>(failure, load<i32>(record, 12) + 1);
  store<i32>(failure, entry, 4);
  store<i32>(failure, index, 8);
}
