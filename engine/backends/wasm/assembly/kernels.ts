/**
 * The entry of the kernels: plans are records in the shared memory, and `perform` carries them out. Every kernel takes
 * (record, from, to), a range of its units, such that the result does not depend on how the units are divided.
 *
 * A record's words: 0 opcode, 1 its bytes, 2 units, 3 ordinal in the plan, then the kernel's own (from byte 16).
 */
import { Opcode } from '../opcodes';
import { binary, compareInt, select, toFloat, toInt, unary } from './elementwise';
import { gemm, GEMM_SCRATCH } from './gemm';
import { gather, scatterAdd } from './indexing';
import { copy, fill, iota } from './moves';
import { random } from './random';
import { reduce, reduceInt } from './reductions';
import { argmax, cumsum } from './scans';
import { COUNTERS, setScratch } from './scratch';

/** First byte that the kernels' own tables leave free. */
export function heapBase(): usize {
  return __heap_base;
}

/** Bytes that each thread needs for itself; see `setup`. */
export function scratchBytes(): i32 {
  return COUNTERS + GEMM_SCRATCH;
}

/** Tells this instance where its own `scratchBytes()` begin, and the three words where it reports a failure. */
export function setup(scratch: usize, failure: usize): void {
  setScratch(scratch, failure);
}

/** Carries out `count` records that follow each other, of each the part-th of `parts` equal shares. */
export function perform(record: usize, count: i32, part: i32, parts: i32): void {
  for (let i = 0; i < count; i++) {
    const units = <i64>load<i32>(record, 8);
    const from = <i32>((units * part) / parts);
    const to = <i32>((units * (part + 1)) / parts);
    if (from < to) dispatch(load<i32>(record), record, from, to);
    record += load<i32>(record, 4);
  }
}

function dispatch(opcode: i32, p: usize, from: i32, to: i32): void {
  switch (opcode) {
    case Opcode.neg: unary(p, from, to, Opcode.neg); break;
    case Opcode.abs: unary(p, from, to, Opcode.abs); break;
    case Opcode.sign: unary(p, from, to, Opcode.sign); break;
    case Opcode.exp: unary(p, from, to, Opcode.exp); break;
    case Opcode.log: unary(p, from, to, Opcode.log); break;
    case Opcode.log1p: unary(p, from, to, Opcode.log1p); break;
    case Opcode.expm1: unary(p, from, to, Opcode.expm1); break;
    case Opcode.sin: unary(p, from, to, Opcode.sin); break;
    case Opcode.cos: unary(p, from, to, Opcode.cos); break;
    case Opcode.tanh: unary(p, from, to, Opcode.tanh); break;
    case Opcode.erf: unary(p, from, to, Opcode.erf); break;
    case Opcode.sqrt: unary(p, from, to, Opcode.sqrt); break;
    case Opcode.add: binary(p, from, to, Opcode.add); break;
    case Opcode.sub: binary(p, from, to, Opcode.sub); break;
    case Opcode.mul: binary(p, from, to, Opcode.mul); break;
    case Opcode.div: binary(p, from, to, Opcode.div); break;
    case Opcode.pow: binary(p, from, to, Opcode.pow); break;
    case Opcode.max: binary(p, from, to, Opcode.max); break;
    case Opcode.min: binary(p, from, to, Opcode.min); break;
    case Opcode.lt: binary(p, from, to, Opcode.lt); break;
    case Opcode.le: binary(p, from, to, Opcode.le); break;
    case Opcode.eq: binary(p, from, to, Opcode.eq); break;
    case Opcode.ne: binary(p, from, to, Opcode.ne); break;
    case Opcode.gt: binary(p, from, to, Opcode.gt); break;
    case Opcode.ge: binary(p, from, to, Opcode.ge); break;
    case Opcode.ltInt:
    case Opcode.leInt:
    case Opcode.eqInt:
    case Opcode.neInt:
    case Opcode.gtInt:
    case Opcode.geInt: compareInt(p, from, to, opcode); break;
    case Opcode.select: select(p, from, to); break;
    case Opcode.toInt: toInt(p, from, to); break;
    case Opcode.toFloat: toFloat(p, from, to); break;
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
    default: unreachable();
  }
}
