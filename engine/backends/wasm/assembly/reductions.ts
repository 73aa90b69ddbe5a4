/**
 * Reductions. Words: out, x, then a box of the axes that stay (its second steps unused) and one of the axes that go.
 * A unit is an entry of the result. Sums are kept in float64, so their order hardly matters, and it is the same whatever
 * the range: an entry's own line is always added in the same way.
 */
import { Opcode } from '../opcodes';
import { advance, offsetOf } from './boxes';
import { countersAt } from './scratch';

// @ts-ignore: decorator
@inline
function boxBytes(box: usize): usize {
  return 4 + 12 * load<i32>(box);
}

// @ts-ignore: decorator
@inline
function rowsOf(box: usize): i32 {
  let rows = 1;
  for (let axis = load<i32>(box) - 2; axis >= 0; axis--) rows *= load<i32>(box + 4 + 12 * axis);
  return rows;
}

/** Where the line of result entry `entry` begins. */
// @ts-ignore: decorator
@inline
function lineAt(kept: usize, entry: i32): i32 {
  let offset = 0;
  for (let axis = load<i32>(kept) - 1; axis >= 0; axis--) {
    const at = kept + 4 + 12 * axis;
    const length = load<i32>(at);
    offset += (entry % length) * load<i32>(at, 4);
    entry /= length;
  }
  return offset;
}

// @ts-ignore: decorator
@inline
export function reduce(p: usize, from: i32, to: i32, op: i32): void {
  const out = load<usize>(p, 16);
  const x = load<usize>(p, 20);
  const kept = p + 24;
  const gone = kept + boxBytes(kept);
  const rows = rowsOf(gone);
  const last = gone + boxBytes(gone) - 12;
  const length = load<i32>(last);
  const step = load<i32>(last, 4);
  const lastKept = kept + boxBytes(kept) - 12;
  const columns = load<i32>(lastKept, 4) == 4 ? load<i32>(lastKept) : 1;
  let entry = from;
  while (entry < to) {
    const start = x + lineAt(kept, entry);
    const count = min(columns - (entry % columns), to - entry);
    let column = 0;
    for (; column + 4 <= count; column += 4) fourLines(out + (<usize>(entry + column) << 2), start + (<usize>column << 2), gone, rows, length, step, op);
    for (; column < count; column++) oneLine(out + (<usize>(entry + column) << 2), start + (<usize>column << 2), gone, rows, length, step, op, columns == 1);
    entry += count;
  }
}

/** Four adjacent lines at once, each from its first entry to its last. */
// @ts-ignore: decorator
@inline
function fourLines(out: usize, start: usize, gone: usize, rows: i32, length: i32, step: i32, op: i32): void {
  const counters = countersAt();
  let at = start + offsetOf(gone, 0, counters, 4);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let extreme = f32x4.splat(op == Opcode.largest ? -Infinity : Infinity);
  for (let row = 0; row < rows; row++) {
    let x = at;
    for (let i = 0; i < length; i++) {
      const v = v128.load(x);
      if (op == Opcode.sum) {
        low = f64x2.add(low, f64x2.promote_low_f32x4(v));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3)));
      } else extreme = op == Opcode.largest ? f32x4.max(extreme, v) : f32x4.min(extreme, v);
      x += step;
    }
    advance(gone, counters);
    at += load<i32>(counters);
  }
  if (op == Opcode.sum) extreme = v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  v128.store(out, extreme);
}

/** One line. Where lines are not adjacent (`alone`), runs of entries next to each other are taken four at once. */
// @ts-ignore: decorator
@inline
function oneLine(out: usize, start: usize, gone: usize, rows: i32, length: i32, step: i32, op: i32, alone: bool): void {
  const counters = countersAt();
  let at = start + offsetOf(gone, 0, counters, 4);
  let sum: f64 = 0;
  let extreme: f32 = op == Opcode.largest ? -Infinity : Infinity;
  for (let row = 0; row < rows; row++) {
    let x = at;
    let i = 0;
    if (alone && step == 4 && length >= 8) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      let extremes = f32x4.splat(extreme);
      for (; i + 4 <= length; i += 4) {
        const v = v128.load(x);
        if (op == Opcode.sum) {
          low = f64x2.add(low, f64x2.promote_low_f32x4(v));
          high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3)));
        } else extremes = op == Opcode.largest ? f32x4.max(extremes, v) : f32x4.min(extremes, v);
        x += 16;
      }
      low = f64x2.add(low, high);
      sum += f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
      const a = f32x4.extract_lane(extremes, 0);
      const b = f32x4.extract_lane(extremes, 1);
      const c = f32x4.extract_lane(extremes, 2);
      const d = f32x4.extract_lane(extremes, 3);
      extreme = op == Opcode.largest ? max<f32>(max<f32>(a, b), max<f32>(c, d)) : min<f32>(min<f32>(a, b), min<f32>(c, d));
    }
    for (; i < length; i++) {
      const v = load<f32>(x);
      if (op == Opcode.sum) sum += <f64>v;
      else extreme = op == Opcode.largest ? max<f32>(extreme, v) : min<f32>(extreme, v);
      x += step;
    }
    advance(gone, counters);
    at += load<i32>(counters);
  }
  store<f32>(out, op == Opcode.sum ? <f32>sum : extreme);
}

export function reduceInt(p: usize, from: i32, to: i32, op: i32): void {
  const out = load<usize>(p, 16);
  const x = load<usize>(p, 20);
  const kept = p + 24;
  const gone = kept + boxBytes(kept);
  const rows = rowsOf(gone);
  const last = gone + boxBytes(gone) - 12;
  const length = load<i32>(last);
  const step = load<i32>(last, 4);
  const counters = countersAt();
  for (let entry = from; entry < to; entry++) {
    let result: i32 = op == Opcode.sumInt ? 0 : op == Opcode.largestInt ? i32.MIN_VALUE : i32.MAX_VALUE;
    let at = x + lineAt(kept, entry) + offsetOf(gone, 0, counters, 4);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < length; i++) {
        const v = load<i32>(at + i * step);
        result = op == Opcode.sumInt ? result + v : op == Opcode.largestInt ? max<i32>(result, v) : min<i32>(result, v);
      }
      advance(gone, counters);
      at += load<i32>(counters);
    }
    store<i32>(out + (<usize>entry << 2), result);
  }
}
