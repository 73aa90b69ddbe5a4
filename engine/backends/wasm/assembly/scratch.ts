/** This thread's own memory: counters of the loops over boxes, then the packed panels of a matrix product. */

/** Bytes of the counters: 64 axes are more than any tensor has. */
export const COUNTERS: i32 = 256;

let counters: usize = 0;
let failure: usize = 0;

export function setScratch(scratch: usize, failureAt: usize): void {
  counters = scratch;
  failure = failureAt;
}

// @ts-ignore: decorator
@inline
export function countersAt(): usize {
  return counters;
}

// @ts-ignore: decorator
@inline
export function panels(): usize {
  return counters + COUNTERS;
}

/** Keeps the first failure of this thread: which record, at which entry, which index. */
export function reportIndex(record: usize, entry: i32, index: i32): void {
  if (load<i32>(failure) != 0) return;
  store<i32>(failure, load<i32>(record, 12) + 1);
  store<i32>(failure, entry, 4);
  store<i32>(failure, index, 8);
}
