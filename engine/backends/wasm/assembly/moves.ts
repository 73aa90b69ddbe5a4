/** Filling and strided copies; entries are four bytes of either dtype. Steps are in bytes. */
import { advance, offsetOf } from './boxes';
import { countersAt } from './scratch';

/** Words: out, the entry. A unit is a vector. */
export function fill(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const value = v128.load32_splat(p, 20);
  for (let i = <usize>from << 4, end = <usize>to << 4; i < end; i += 16) v128.store(out + i, value);
}

/** Words: out, x, then a box with steps of x and of out. A unit is an entry. Float entries may be added instead of copied. */
// @ts-ignore: decorator
@inline
export function copy(p: usize, from: i32, to: i32, adds: bool): void {
  const box = p + 24;
  let out = load<usize>(p, 16);
  let x = load<usize>(p, 20);
  const last = box + 4 + 12 * (load<i32>(box) - 1);
  const length = load<i32>(last);
  const step = load<i32>(last, 4);
  const outStep = load<i32>(last, 8);
  const counters = countersAt();
  x += offsetOf(box, from / length, counters, 4);
  out += offsetOf(box, from / length, counters, 8);
  let column = from % length;
  while (from < to) {
    const count = min(length - column, to - from);
    if (adds) addRun(out + column * outStep, x + column * step, count, outStep, step);
    else run(out + column * outStep, x + column * step, count, outStep, step);
    from += count;
    column = 0;
    advance(box, counters);
    x += load<i32>(counters, 0);
    out += load<i32>(counters, 4);
  }
}

// @ts-ignore: decorator
@inline
function run(out: usize, x: usize, count: i32, outStep: i32, step: i32): void {
  if (outStep == 4 && step == 4) {
    if (count > 16) {
      memory.copy(out, x, <usize>count << 2);
      return;
    }
  }
  for (let i = 0; i < count; i++) {
    store<i32>(out, load<i32>(x));
    out += outStep;
    x += step;
  }
}

// @ts-ignore: decorator
@inline
function addRun(out: usize, x: usize, count: i32, outStep: i32, step: i32): void {
  let i = 0;
  if (outStep == 4 && step == 4) {
    for (; i + 4 <= count; i += 4) {
      v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
      out += 16;
      x += 16;
    }
  }
  for (; i < count; i++) {
    store<f32>(out, load<f32>(out) + load<f32>(x));
    out += outStep;
    x += step;
  }
}

/** Words: out, length of the axis, entries to the next along it. A unit is an entry. */
export function iota(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const length = load<i32>(p, 20);
  const inner = load<i32>(p, 24);
  for (let i = from; i < to; i++) store<i32>(out + (<usize>i << 2), (i / inner) % length);
}
