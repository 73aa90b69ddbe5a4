/**
 * Entry by entry, four at once, from `out` to `end`. Every value starts at a vector and has its last one to itself, so
 * entries beyond its end may be computed as well.
 */
import { Opcode } from '../opcodes';
import { cos, erf, exp, expm1, log, log1p, pow, sin, tanh } from './functions';

/** Carries out one operation; operands that it does not have may be anything. */
export function apply(opcode: i32, out: usize, end: usize, a: usize, b: usize, c: usize): void {
  switch (opcode) {
    case Opcode.neg: unary(out, end, a, Opcode.neg); break;
    case Opcode.abs: unary(out, end, a, Opcode.abs); break;
    case Opcode.sign: unary(out, end, a, Opcode.sign); break;
    case Opcode.exp: unary(out, end, a, Opcode.exp); break;
    case Opcode.log: unary(out, end, a, Opcode.log); break;
    case Opcode.log1p: unary(out, end, a, Opcode.log1p); break;
    case Opcode.expm1: unary(out, end, a, Opcode.expm1); break;
    case Opcode.sin: unary(out, end, a, Opcode.sin); break;
    case Opcode.cos: unary(out, end, a, Opcode.cos); break;
    case Opcode.tanh: unary(out, end, a, Opcode.tanh); break;
    case Opcode.erf: unary(out, end, a, Opcode.erf); break;
    case Opcode.sqrt: unary(out, end, a, Opcode.sqrt); break;
    case Opcode.add: binary(out, end, a, b, Opcode.add); break;
    case Opcode.sub: binary(out, end, a, b, Opcode.sub); break;
    case Opcode.mul: binary(out, end, a, b, Opcode.mul); break;
    case Opcode.div: binary(out, end, a, b, Opcode.div); break;
    case Opcode.pow: binary(out, end, a, b, Opcode.pow); break;
    case Opcode.max: binary(out, end, a, b, Opcode.max); break;
    case Opcode.min: binary(out, end, a, b, Opcode.min); break;
    case Opcode.lt: binary(out, end, a, b, Opcode.lt); break;
    case Opcode.le: binary(out, end, a, b, Opcode.le); break;
    case Opcode.eq: binary(out, end, a, b, Opcode.eq); break;
    case Opcode.ne: binary(out, end, a, b, Opcode.ne); break;
    case Opcode.gt: binary(out, end, a, b, Opcode.gt); break;
    case Opcode.ge: binary(out, end, a, b, Opcode.ge); break;
    case Opcode.ltInt:
    case Opcode.leInt:
    case Opcode.eqInt:
    case Opcode.neInt:
    case Opcode.gtInt:
    case Opcode.geInt: compareInt(out, end, a, b, opcode); break;
    case Opcode.select: select(out, end, a, b, c); break;
    case Opcode.toInt: toInt(out, end, a); break;
    case Opcode.toFloat: toFloat(out, end, a); break;
    default: unreachable();
  }
}

/** `op` is a literal in every call, so that only the branch taken is compiled. */
// @ts-ignore: decorator
@inline
function unary(out: usize, end: usize, x: usize, op: i32): void {
  // Short operations are done four at a time, as moving the addresses would cost as much as they do.
  if (op == Opcode.neg || op == Opcode.abs || op == Opcode.sqrt) {
    for (; out + 64 <= end; out += 64) {
      v128.store(out, ofOne(v128.load(x), op));
      v128.store(out, ofOne(v128.load(x, 16), op), 16);
      v128.store(out, ofOne(v128.load(x, 32), op), 32);
      v128.store(out, ofOne(v128.load(x, 48), op), 48);
      x += 64;
    }
  }
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
function binary(out: usize, end: usize, a: usize, b: usize, op: i32): void {
  if (op != Opcode.pow) {
    for (; out + 64 <= end; out += 64) {
      v128.store(out, ofTwo(v128.load(a), v128.load(b), op));
      v128.store(out, ofTwo(v128.load(a, 16), v128.load(b, 16), op), 16);
      v128.store(out, ofTwo(v128.load(a, 32), v128.load(b, 32), op), 32);
      v128.store(out, ofTwo(v128.load(a, 48), v128.load(b, 48), op), 48);
      a += 64;
      b += 64;
    }
  }
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

function compareInt(out: usize, end: usize, x: usize, y: usize, op: i32): void {
  for (; out < end; out += 16) {
    const a = v128.load(x);
    const b = v128.load(y);
    let mask: v128;
    if (op == Opcode.ltInt) mask = i32x4.lt_s(a, b);
    else if (op == Opcode.leInt) mask = i32x4.le_s(a, b);
    else if (op == Opcode.eqInt) mask = i32x4.eq(a, b);
    else if (op == Opcode.neInt) mask = i32x4.ne(a, b);
    else if (op == Opcode.gtInt) mask = i32x4.gt_s(a, b);
    else mask = i32x4.ge_s(a, b);
    v128.store(out, truth(mask));
    x += 16;
    y += 16;
  }
}

/** Entries of either dtype; a NaN condition counts as true. */
function select(out: usize, end: usize, condition: usize, a: usize, b: usize): void {
  for (; out < end; out += 16) {
    const mask = f32x4.ne(v128.load(condition), f32x4.splat(0));
    v128.store(out, v128.bitselect(v128.load(a), v128.load(b), mask));
    condition += 16;
    a += 16;
    b += 16;
  }
}

function toInt(out: usize, end: usize, x: usize): void {
  for (; out < end; out += 16) {
    v128.store(out, i32x4.trunc_sat_f32x4_s(v128.load(x)));
    x += 16;
  }
}

function toFloat(out: usize, end: usize, x: usize): void {
  for (; out < end; out += 16) {
    v128.store(out, f32x4.convert_i32x4_s(v128.load(x)));
    x += 16;
  }
}
