/**
 * Chains of elementwise operations in one pass: a block of entries goes through all of them before the next one does, and
 * what is on the way stays in the cache. Registers hold addresses: of the values that are read or written along with the
 * result, of broadcast operands as far as the block needs them, and of results on their way.
 *
 * Words from 16: vectors of a block, streams, broadcasts, other registers, instructions; an address for each stream; for
 * each broadcast an address and a box whose first steps are its own; for each instruction opcode, result and three operands
 * as registers, which are numbered in that order. A unit is a vector.
 */
import { advance, offsetOf } from './boxes';
import { apply } from './elementwise';
import { chainBuffers, countersAt, registers } from './scratch';

export function chain(p: usize, from: i32, to: i32): void {
  const block = load<i32>(p, 16);
  const streams = load<i32>(p, 20);
  const broadcasts = load<i32>(p, 24);
  const others = load<i32>(p, 28);
  const instructions = load<i32>(p, 32);
  const table = registers();
  const buffers = chainBuffers();
  const bytes = <usize>block << 4;
  for (let at = 0; at < broadcasts + others; at++) store<usize>(table + (<usize>(streams + at) << 2), buffers + <usize>at * bytes);
  const firstBroadcast = p + 36 + (<usize>streams << 2);
  let code = firstBroadcast;
  let moving = false;
  for (let at = 0; at < broadcasts; at++) {
    const box = code + 4;
    if (isScalar(box)) expand(box, load<usize>(code), buffers + <usize>at * bytes, 0, min(block, to - from) << 2);
    else moving = true;
    code = box + 4 + 12 * load<i32>(box);
  }
  const end = code + 20 * instructions;
  for (let vector = from; vector < to; vector += block) {
    const count = min(block, to - vector);
    for (let at = 0; at < streams; at++) {
      store<usize>(table + (<usize>at << 2), load<usize>(p + 36 + (<usize>at << 2)) + (<usize>vector << 4));
    }
    if (moving) expandAll(firstBroadcast, broadcasts, buffers, bytes, vector << 2, count << 2);
    for (let i = code; i < end; i += 20) {
      const out = register(table, load<u32>(i, 4));
      const a = register(table, load<u32>(i, 8));
      const b = register(table, load<u32>(i, 12));
      apply(load<i32>(i), out, out + (<usize>count << 4), a, b, register(table, load<u32>(i, 16)));
    }
  }
}

// @ts-ignore: decorator
@inline
function register(table: usize, index: u32): usize {
  return load<usize>(table + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function isScalar(box: usize): bool {
  return load<i32>(box) == 1 && load<i32>(box, 8) == 0;
}

function expandAll(code: usize, broadcasts: i32, buffers: usize, bytes: usize, first: i32, count: i32): void {
  for (let at = 0; at < broadcasts; at++) {
    const box = code + 4;
    if (!isScalar(box)) expand(box, load<usize>(code), buffers + <usize>at * bytes, first, count);
    code = box + 4 + 12 * load<i32>(box);
  }
}

/** Entries `first` to `first + count` of the broadcast of x, in order; beyond the last one it begins anew. */
function expand(box: usize, x: usize, out: usize, first: i32, count: i32): void {
  const last = box + 4 + 12 * (load<i32>(box) - 1);
  const length = load<i32>(last);
  const step = load<i32>(last, 4);
  if (load<i32>(box) == 2 && load<i32>(box, 8) == 0 && step == 4 && first % length == 0) {
    repeat(out, x, length, count);
    return;
  }
  const counters = countersAt();
  let column = first % length;
  x += offsetOf(box, first / length, counters, 4);
  while (count > 0) {
    const taken = min(length - column, count);
    if (step == 0) {
      const four = v128.load32_splat(x);
      let i = 0;
      for (; i + 4 <= taken; i += 4) v128.store(out + (<usize>i << 2), four);
      for (; i < taken; i++) store<i32>(out + (<usize>i << 2), load<i32>(x));
    } else {
      const source = x + <usize>column * step;
      let i = 0;
      if (step == 4) for (; i + 4 <= taken; i += 4) v128.store(out + (<usize>i << 2), v128.load(source + (<usize>i << 2)));
      for (; i < taken; i++) store<i32>(out + (<usize>i << 2), load<i32>(source + <usize>i * step));
    }
    out += <usize>taken << 2;
    count -= taken;
    column = 0;
    advance(box, counters);
    x += load<i32>(counters);
  }
}

/** A row over and over again, as a bias is. */
function repeat(out: usize, x: usize, length: i32, count: i32): void {
  for (; count > 0; count -= length) {
    const taken = min(length, count);
    let i = 0;
    for (; i + 4 <= taken; i += 4) v128.store(out + (<usize>i << 2), v128.load(x + (<usize>i << 2)));
    for (; i < taken; i++) store<i32>(out + (<usize>i << 2), load<i32>(x + (<usize>i << 2)));
    out += <usize>taken << 2;
  }
}
