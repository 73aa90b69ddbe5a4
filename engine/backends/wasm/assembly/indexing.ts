/** torch.gather and torch.scatter_add. An index out of range is reported and takes part in nothing. */
import { advance, offsetOf } from './boxes';
import { countersAt, reportIndex } from './scratch';

/** Words: out, x, index, length of the axis, its step in x, then the index's box with steps of x (0 along the axis). A unit is an entry. */
export function gather(p: usize, from: i32, to: i32): void {
  const box = p + 36;
  const out = load<usize>(p, 16);
  const index = load<usize>(p, 24);
  const allowed = load<u32>(p, 28);
  const axisStep = load<i32>(p, 32);
  const last = box + 4 + 12 * (load<i32>(box) - 1);
  const length = load<i32>(last);
  const step = load<i32>(last, 4);
  const counters = countersAt();
  let x = load<usize>(p, 20) + offsetOf(box, from / length, counters, 4);
  let column = from % length;
  while (from < to) {
    const end = min(length, column + to - from);
    for (; column < end; column++) {
      const at = <usize>from << 2;
      const chosen = load<i32>(index + at);
      if (<u32>chosen < allowed) store<i32>(out + at, load<i32>(x + column * step + chosen * axisStep));
      else reportIndex(p, from, chosen);
      from++;
    }
    column = 0;
    advance(box, counters);
    x += load<i32>(counters);
  }
}

/**
 * Words: out, index, updates, length of the result's axis, its step there, then the index's box with the axis last; first
 * steps are of the index, second ones of the result. A unit is a line along the axis, so that no two threads meet; where
 * entries of a line stand next to each other it begins with zeros, else the result does.
 */
export function scatterAdd<T>(p: usize, from: i32, to: i32): void {
  const box = p + 36;
  const index = load<usize>(p, 20);
  const updates = load<usize>(p, 24);
  const allowed = load<u32>(p, 28);
  const axisStep = load<i32>(p, 32);
  const last = box + 4 + 12 * (load<i32>(box) - 1);
  const length = load<i32>(last);
  const step = load<i32>(last, 4);
  const counters = countersAt();
  let out = load<usize>(p, 16) + offsetOf(box, from, counters, 8);
  let offset = offsetOf(box, from, counters, 4);
  for (let line = from; line < to; line++) {
    if (axisStep == 4) memory.fill(out, 0, <usize>allowed << 2);
    for (let i = 0; i < length; i++) {
      const at = offset + i * step;
      const chosen = load<i32>(index + at);
      if (<u32>chosen < allowed) {
        const place = out + chosen * axisStep;
        store<T>(place, load<T>(place) + load<T>(updates + at));
      } else reportIndex(p, line * length + i, chosen);
    }
    advance(box, counters);
    offset += load<i32>(counters);
    out += load<i32>(counters, 4);
  }
}
