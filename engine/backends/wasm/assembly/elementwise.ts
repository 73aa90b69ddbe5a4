/**
 * Entry by entry, four at once. A unit is a vector: every value starts at a vector and has its last one to itself, so
 * entries beyond its end may be computed as well. Words from 16: out, then the operands.
 */
import { Opcode } from '../opcodes';
import { cos, erf, exp, expm1, log, log1p, pow, sin, tanh } from './functions';

/** `op` is a literal in every call, so that only the branch taken is compiled. */
// @ts-ignore: decorator
@inline
export function unary(p: usize, from: i32, to: i32, op: i32): void {
  let x = load<usize>(p, 20) + (<usize>from << 4);
  let out = load<usize>(p, 16) + (<usize>from << 4);
  const end = load<usize>(p, 16) + (<usize>to << 4);
  while (out < end) {
    v128.store(out, ofOne(v128.load(x), op));
    x += 16;
    out += 16;
  }
}

// @ts-ignore: decorator
@inline
function ofOne(x: v128, op: i32): v128 {
  if (op == Opcode.neg) return f32x4.neg(x);
  if (op == Opcode.abs) return f32x4.abs(x);
  if (op == Opcode.sign) return f32x4.sub(truth(f32x4.gt(x, f32x4.splat(0))), truth(f32x4.lt(x, f32x4.splat(0))));
  if (op == Opcode.exp) return exp(x);
  if (op == Opcode.log) return log(x);
  if (op == Opcode.log1p) return log1p(x);
  if (op == Opcode.expm1) return expm1(x);
  if (op == Opcode.sin) return sin(x);
  if (op == Opcode.cos) return cos(x);
  if (op == Opcode.tanh) return tanh(x);
  if (op == Opcode.erf) return erf(x);
  return f32x4.sqrt(x);
}

// @ts-ignore: decorator
@inline
export function binary(p: usize, from: i32, to: i32, op: i32): void {
  let a = load<usize>(p, 20) + (<usize>from << 4);
  let b = load<usize>(p, 24) + (<usize>from << 4);
  let out = load<usize>(p, 16) + (<usize>from << 4);
  const end = load<usize>(p, 16) + (<usize>to << 4);
  while (out < end) {
    v128.store(out, ofTwo(v128.load(a), v128.load(b), op));
    a += 16;
    b += 16;
    out += 16;
  }
}

// @ts-ignore: decorator
@inline
function ofTwo(a: v128, b: v128, op: i32): v128 {
  if (op == Opcode.add) return f32x4.add(a, b);
  if (op == Opcode.sub) return f32x4.sub(a, b);
  if (op == Opcode.mul) return f32x4.mul(a, b);
  if (op == Opcode.div) return f32x4.div(a, b);
  if (op == Opcode.pow) return pow(a, b);
  if (op == Opcode.max) return f32x4.max(a, b);
  if (op == Opcode.min) return f32x4.min(a, b);
  if (op == Opcode.lt) return truth(f32x4.lt(a, b));
  if (op == Opcode.le) return truth(f32x4.le(a, b));
  if (op == Opcode.eq) return truth(f32x4.eq(a, b));
  if (op == Opcode.ne) return truth(f32x4.ne(a, b));
  if (op == Opcode.gt) return truth(f32x4.gt(a, b));
  return truth(f32x4.ge(a, b));
}

/** 1 where the mask is set, 0 elsewhere. */
// @ts-ignore: decorator
@inline
function truth(mask: v128): v128 {
  return v128.and(mask, f32x4.splat(1));
}

export function compareInt(p: usize, from: i32, to: i32, op: i32): void {
  const out = load<usize>(p, 16);
  const x = load<usize>(p, 20);
  const y = load<usize>(p, 24);
  for (let i = <usize>from << 4, end = <usize>to << 4; i < end; i += 16) {
    const a = v128.load(x + i);
    const b = v128.load(y + i);
    let mask: v128;
    if (op == Opcode.ltInt) mask = i32x4.lt_s(a, b);
    else if (op == Opcode.leInt) mask = i32x4.le_s(a, b);
    else if (op == Opcode.eqInt) mask = i32x4.eq(a, b);
    else if (op == Opcode.neInt) mask = i32x4.ne(a, b);
    else if (op == Opcode.gtInt) mask = i32x4.gt_s(a, b);
    else mask = i32x4.ge_s(a, b);
    v128.store(out + i, truth(mask));
  }
}

/** Entries of either dtype; a NaN condition counts as true. */
export function select(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const condition = load<usize>(p, 20);
  const a = load<usize>(p, 24);
  const b = load<usize>(p, 28);
  for (let i = <usize>from << 4, end = <usize>to << 4; i < end; i += 16) {
    const mask = f32x4.ne(v128.load(condition + i), f32x4.splat(0));
    v128.store(out + i, v128.bitselect(v128.load(a + i), v128.load(b + i), mask));
  }
}

export function toInt(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const x = load<usize>(p, 20);
  for (let i = <usize>from << 4, end = <usize>to << 4; i < end; i += 16) v128.store(out + i, i32x4.trunc_sat_f32x4_s(v128.load(x + i)));
}

export function toFloat(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const x = load<usize>(p, 20);
  for (let i = <usize>from << 4, end = <usize>to << 4; i < end; i += 16) v128.store(out + i, f32x4.convert_i32x4_s(v128.load(x + i)));
}
