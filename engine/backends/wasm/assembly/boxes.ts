/**
 * Boxes: a word `rank` ≥ 1, then per axis from the slowest to the fastest its length and two steps in bytes (of what is
 * read and what is written). The last axis is the run that kernels loop over themselves; the others are rows, walked with
 * counters. The counters' first two words are how far `advance` moved, then a count per axis.
 */

/** Sets the counters to the row and returns the offset of its first entry; `which` is 4 or 8 for the first or second step. */
export function offsetOf(box: usize, row: i32, counters: usize, which: usize): i32 {
  let offset = 0;
  for (let axis = load<i32>(box) - 2; axis >= 0; axis--) {
    const at = box + 4 + 12 * axis;
    const length = load<i32>(at);
    const index = row % length;
    row /= length;
    store<i32>(counters + 8 + (axis << 2), index);
    offset += index * load<i32>(at + which);
  }
  return offset;
}

/** Goes to the next row; the counters' first two words then say how far that is by each step. */
export function advance(box: usize, counters: usize): void {
  let first = 0;
  let second = 0;
  for (let axis = load<i32>(box) - 2; axis >= 0; axis--) {
    const at = box + 4 + 12 * axis;
    const length = load<i32>(at);
    const counter = counters + 8 + (axis << 2);
    const index = load<i32>(counter) + 1;
    first += load<i32>(at, 4);
    second += load<i32>(at, 8);
    if (index < length) {
      store<i32>(counter, index);
      break;
    }
    store<i32>(counter, 0);
    first -= length * load<i32>(at, 4);
    second -= length * load<i32>(at, 8);
  }
  store<i32>(counters, first);
  store<i32>(counters, second, 4);
}
