/**
 * The entry of the kernels: plans are records in the shared memory, and `perform` carries them out. Every kernel takes
 * (record, from, to), a range of its units, such that the result does not depend on how the units are divided.
 *
 * A record's words: 0 opcode and flags, 1 its bytes, 2 units, 3 ordinal in the plan, then the kernel's own (from byte 16).
 */
import { BARRIER, DIVIDED, DONE, Opcode, OPCODE_MASK } from '../opcodes';
import { addProduct } from './arithmetic';
import { chain } from './chains';
import { convolve, convolveKernel } from './convolution';
import { foldProduct, gemm, GEMM_SCRATCH } from './gemm';
import { gather, scatterAdd } from './indexing';
import { copy, fill, iota } from './moves';
import { random } from './random';
import { reduce, reduceInt } from './reductions';
import { argmax, cumsum } from './scans';
import { scratchFor, setScratch } from './scratch';
import { join, meet, thread, threads } from './team';
import { windowArgmax } from './windows';

export { exp32, log32, log1p32, expm132, sin32, cos32, tanh32, erf32, pow32 } from './scalars';

/** First byte that the kernels' own tables leave free. */
export function heapBase(): usize {
  return __heap_base;
}

/** Bytes that each thread needs for itself; see `setup`. */
export function scratchBytes(): i32 {
  return scratchFor(GEMM_SCRATCH);
}

/**
 * Whether a product and a sum are rounded once: where relaxed SIMD leaves that open, it depends on the machine. Engines of
 * before the standard (V8 10.8, in Electron 22) have an instruction of the same code that adds the first operand, and
 * multiplies the others; so the result has to be the right one: (1 + 2⁻²³)² − (1 + 2⁻²²) is 2⁻⁴⁶.
 */
export function fuses(): bool {
  const near = f32x4.splat(1.00000011920928955);
  return f32x4.extract_lane(addProduct(near, near, f32x4.splat(-1.00000023841857910)), 0) == 1.4210854715202004e-14;
}

/** Tells this instance which of how many threads it is, where its own `scratchBytes()` begin, and the three words where it reports a failure. */
export function setup(self: i32, all: i32, scratch: usize, failure: usize): void {
  join(self, all);
  setScratch(scratch, failure);
}

/**
 * Carries out this thread's part of the records up to `end`, of each the slice-th of `slices` equal parts. The result is 0,
 * or the record before which the first thread waits in vain for the others: it goes on from there. `together`: all threads
 * were told to, and meet at the end.
 */
export function perform(record: usize, end: usize, slice: i32, slices: i32, together: bool): usize {
  const self = thread();
  while (record < end) {
    const word = load<i32>(record);
    if (word & BARRIER) {
      if (!meet()) return record;
    }
    const divided = (word & DIVIDED) != 0;
    if (divided || self == 0) {
      if (!(word & DONE)) {
        const part = divided ? slice * threads() + self : slice;
        const parts = divided ? slices * threads() : slices;
        const units = <i64>load<i32>(record, 8);
        const from = <i32>((units * part) / parts);
        const to = <i32>((units * (part + 1)) / parts);
        if (from < to) dispatch(word & OPCODE_MASK, record, from, to);
      }
    }
    record += load<i32>(record, 4);
  }
  if (together && !meet()) return end;
  return 0;
}

function dispatch(opcode: i32, p: usize, from: i32, to: i32): void {
  switch (opcode) {
    case Opcode.elementwise: chain(p, from, to); break;
    case Opcode.fill: fill(p, from, to); break;
    case Opcode.copy: copy(p, from, to, false); break;
    case Opcode.accumulate: copy(p, from, to, true); break;
    case Opcode.iota: iota(p, from, to); break;
    case Opcode.sum: reduce(p, from, to, Opcode.sum); break;
    case Opcode.largest: reduce(p, from, to, Opcode.largest); break;
    case Opcode.smallest: reduce(p, from, to, Opcode.smallest); break;
    case Opcode.sumInt:
    case Opcode.largestInt:
    case Opcode.smallestInt: reduceInt(p, from, to, opcode); break;
    case Opcode.cumsum: cumsum<f32, f64>(p, from, to); break;
    case Opcode.cumsumInt: cumsum<i32, i32>(p, from, to); break;
    case Opcode.argmax: argmax<f32>(p, from, to); break;
    case Opcode.argmaxInt: argmax<i32>(p, from, to); break;
    case Opcode.gemm: gemm(p, from, to); break;
    case Opcode.gather: gather(p, from, to); break;
    case Opcode.scatterAdd: scatterAdd<f32>(p, from, to); break;
    case Opcode.scatterAddInt: scatterAdd<i32>(p, from, to); break;
    case Opcode.random: random(p, from, to); break;
    case Opcode.windowArgmax: windowArgmax(p, from, to); break;
    case Opcode.foldProduct: foldProduct(p, from, to); break;
    case Opcode.convolve: convolve(p, from, to); break;
    case Opcode.convolveKernel: convolveKernel(p, from, to); break;
    default: unreachable();
  }
}
