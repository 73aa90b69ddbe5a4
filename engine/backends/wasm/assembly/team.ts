/**
 * How the threads meet: the last to arrive lets the others go on. They look for a while, which takes a fraction of a
 * microsecond where all come together, and then sleep, from which it takes 10 to 50 to wake.
 */
import { ARRIVED, GENERATION, PATIENCE, SLEEPING } from '../cells';

/** Sleeps until somebody notifies the generation's cell or the time is up, at once where it is no longer `generation`. */
// @ts-ignore: decorator
@external('env', 'park')
declare function park(cell: i32, generation: i32, milliseconds: i32): void;
// @ts-ignore: decorator
@external('env', 'wake')
declare function wake(cell: i32): void;

/** Milliseconds that the first thread sleeps at most: whoever called it has to hear if another one died. */
const LONGEST_SLEEP: i32 = 10;

let self: i32 = 0;
let all: i32 = 1;
/** The generation that this thread waits to see the end of; −1 where it does not wait. */
let waitsFor: i32 = -1;

export function join(thread: i32, threads: i32): void {
  self = thread;
  all = threads;
}

// @ts-ignore: decorator
@inline
export function thread(): i32 {
  return self;
}

// @ts-ignore: decorator
@inline
export function threads(): i32 {
  return all;
}

/** True when all have come here. False when that took too long, to the first thread alone, which asks again. */
export function meet(): bool {
  if (waitsFor < 0) {
    const generation = atomic.load<i32>(GENERATION << 2);
    if (atomic.add<i32>(ARRIVED << 2, 1) == all - 1) {
      atomic.store<i32>(ARRIVED << 2, 0);
      atomic.store<i32>(GENERATION << 2, (generation + 1) & i32.MAX_VALUE);
      if (atomic.load<i32>(SLEEPING << 2) > 0) wake(GENERATION);
      return true;
    }
    waitsFor = generation;
  }
  for (let look = 0; look < PATIENCE; look++) {
    if (atomic.load<i32>(GENERATION << 2) != waitsFor) {
      waitsFor = -1;
      return true;
    }
  }
  atomic.add<i32>(SLEEPING << 2, 1);
  do {
    park(GENERATION, waitsFor, self == 0 ? LONGEST_SLEEP : -1);
  } while (self != 0 && atomic.load<i32>(GENERATION << 2) == waitsFor);
  atomic.sub<i32>(SLEEPING << 2, 1);
  if (atomic.load<i32>(GENERATION << 2) == waitsFor) return false;
  waitsFor = -1;
  return true;
}
