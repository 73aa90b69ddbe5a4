/**
 * Functions of four float32 at once, within 2 ulp. exp and log follow Cephes (S. Moshier: expf.c, logf.c),
 * erf follows N. Juffa's single precision erff. The others take one lane after another through AssemblyScript's port of
 * musl, which is within 1 ulp.
 *
 * Coefficients stand in memory, from where one instruction spreads them to four lanes; a constant in the code takes five.
 */
import { addProduct } from './arithmetic';

const EXP: usize = memory.data<f32>([
  -104.5, 89.5, 1.44269504088896341, 12582912, -0.693359375, 2.12194440e-4, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1
]);
const LOG: usize = memory.data<f32>([
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1, -2.12194440e-4, -0.5, 0.693359375
]);
const TANH: usize = memory.data<f32>([
  -2, -20, 0.4999999701976776, 0.1666654348373413, 0.04166720062494278, 0.008366520516574383, 0.0013882520142942667, 1, 2
]);
const ERF_FAR: usize = memory.data<f32>([
  -1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1
]);
const ERF_NEAR: usize = memory.data<f32>([
  -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1
]);

/** The index-th of the coefficients, in all lanes. */
// @ts-ignore: decorator
@inline
function at(coefficients: usize, index: usize): v128 {
  return v128.load32_splat(coefficients + (index << 2));
}

/** y · x plus the index-th of the coefficients. */
// @ts-ignore: decorator
@inline
function then(y: v128, x: v128, coefficients: usize, index: usize): v128 {
  return addProduct(y, x, at(coefficients, index));
}

// @ts-ignore: decorator
@inline
function choose(condition: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, condition);
}

/** 2 to the power of whole numbers from −126 to 127. */
// @ts-ignore: decorator
@inline
function power(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(127)), 23);
}

// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // Beyond these, results are 0 and infinite anyway. With x first, pmax and pmin hand a NaN on.
  const bounded = f32x4.pmin(f32x4.pmax(x, at(EXP, 0)), at(EXP, 1));
  // Added to a small float32, the rounder makes it a whole number and leaves that in the low bits.
  const rounder = at(EXP, 3);
  const rounded = f32x4.add(f32x4.mul(bounded, at(EXP, 2)), rounder);
  const n = f32x4.sub(rounded, rounder);
  const r = addProduct(n, at(EXP, 5), addProduct(n, at(EXP, 4), bounded));
  let y = then(at(EXP, 6), r, EXP, 7);
  y = then(y, r, EXP, 8);
  y = then(y, r, EXP, 9);
  y = then(y, r, EXP, 10);
  y = then(y, r, EXP, 11);
  y = f32x4.add(addProduct(f32x4.mul(r, r), y, r), at(EXP, 12));
  // In two halves, as 2^128 and 2^−140 are no normal numbers.
  const whole = i32x4.sub(rounded, rounder);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, power(half)), power(i32x4.sub(whole, half)));
}

// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const small = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const normal = choose(small, f32x4.mul(x, f32x4.splat(8388608)), x);
  // x = m · 2^e with m from √½ to √2.
  const above = i32x4.sub(normal, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(above, 23);
  const m = i32x4.sub(normal, i32x4.shl(exponent, 23));
  const e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(small, f32x4.splat(23)));
  const f = f32x4.sub(m, f32x4.splat(1));
  const z = f32x4.mul(f, f);
  let y = then(at(LOG, 0), f, LOG, 1);
  y = then(y, f, LOG, 2);
  y = then(y, f, LOG, 3);
  y = then(y, f, LOG, 4);
  y = then(y, f, LOG, 5);
  y = then(y, f, LOG, 6);
  y = then(y, f, LOG, 7);
  y = then(y, f, LOG, 8);
  y = f32x4.mul(f32x4.mul(y, f), z);
  y = addProduct(e, at(LOG, 9), y);
  y = addProduct(z, at(LOG, 10), y);
  y = addProduct(e, at(LOG, 11), f32x4.add(f, y));
  y = choose(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(-Infinity), y);
  y = choose(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(NaN), y);
  // Infinity and NaN are their own logarithms.
  return choose(f32x4.lt(x, f32x4.splat(Infinity)), y, f32x4.add(x, x));
}

// @ts-ignore: decorator
@inline
function withSignOf(x: v128, size: v128): v128 {
  return v128.or(size, v128.and(x, f32x4.splat(-0.0)));
}

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  // −t / (t + 2) with t = exp(−2|x|) − 1, which nothing is lost of near 0; r + r²·q(r) is exp(r) − 1 to 1.4e−8.
  const z = f32x4.pmax(f32x4.mul(f32x4.abs(x), at(TANH, 0)), at(TANH, 1));
  const rounder = at(EXP, 3);
  const rounded = addProduct(z, at(EXP, 2), rounder);
  const n = f32x4.sub(rounded, rounder);
  const r = addProduct(n, at(EXP, 5), addProduct(n, at(EXP, 4), z));
  let y = then(at(TANH, 6), r, TANH, 5);
  y = then(y, r, TANH, 4);
  y = then(y, r, TANH, 3);
  y = then(y, r, TANH, 2);
  const scale = power(i32x4.sub(rounded, rounder));
  const t = addProduct(addProduct(f32x4.mul(r, r), y, r), scale, f32x4.sub(scale, at(TANH, 7)));
  return withSignOf(x, f32x4.abs(f32x4.div(t, f32x4.add(t, at(TANH, 8)))));
}

// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const t = f32x4.abs(x);
  const s = f32x4.mul(x, x);
  let far = then(at(ERF_FAR, 0), t, ERF_FAR, 1);
  const middle = then(at(ERF_FAR, 2), t, ERF_FAR, 3);
  far = addProduct(far, s, middle);
  far = then(far, t, ERF_FAR, 4);
  far = then(far, t, ERF_FAR, 5);
  far = then(far, t, ERF_FAR, 6);
  far = f32x4.sub(f32x4.mul(far, t), t);
  // The polynomial turns upwards again far out, where erf is 1 in float32.
  far = choose(f32x4.gt(t, f32x4.splat(4)), f32x4.splat(1), f32x4.sub(f32x4.splat(1), exp(far)));
  let near = then(at(ERF_NEAR, 0), s, ERF_NEAR, 1);
  near = then(near, s, ERF_NEAR, 2);
  near = then(near, s, ERF_NEAR, 3);
  near = then(near, s, ERF_NEAR, 4);
  near = then(near, s, ERF_NEAR, 5);
  near = addProduct(near, x, x);
  // A NaN is beyond nothing and so takes the near branch, which hands it on.
  return choose(f32x4.gt(t, f32x4.splat(0.927734375)), withSignOf(x, far), near);
}

// @ts-ignore: decorator
@inline
function four(a: f32, b: f32, c: f32, d: f32): v128 {
  let result = f32x4.splat(a);
  result = f32x4.replace_lane(result, 1, b);
  result = f32x4.replace_lane(result, 2, c);
  return f32x4.replace_lane(result, 3, d);
}

/** From here on AssemblyScript's reduction of float32 by π/2 is wrong, and the one of float64 is taken. */
const LARGE_ANGLE: f32 = 100000000;

function sinOne(x: f32): f32 {
  return abs<f32>(x) < LARGE_ANGLE ? NativeMathf.sin(x) : <f32>NativeMath.sin(x);
}
export function sin(x: v128): v128 {
  return four(
    sinOne(f32x4.extract_lane(x, 0)),
    sinOne(f32x4.extract_lane(x, 1)),
    sinOne(f32x4.extract_lane(x, 2)),
    sinOne(f32x4.extract_lane(x, 3))
  );
}

function cosOne(x: f32): f32 {
  return abs<f32>(x) < LARGE_ANGLE ? NativeMathf.cos(x) : <f32>NativeMath.cos(x);
}
export function cos(x: v128): v128 {
  return four(
    cosOne(f32x4.extract_lane(x, 0)),
    cosOne(f32x4.extract_lane(x, 1)),
    cosOne(f32x4.extract_lane(x, 2)),
    cosOne(f32x4.extract_lane(x, 3))
  );
}
export function log1p(x: v128): v128 {
  return four(
    NativeMathf.log1p(f32x4.extract_lane(x, 0)),
    NativeMathf.log1p(f32x4.extract_lane(x, 1)),
    NativeMathf.log1p(f32x4.extract_lane(x, 2)),
    NativeMathf.log1p(f32x4.extract_lane(x, 3))
  );
}
export function expm1(x: v128): v128 {
  return four(
    NativeMathf.expm1(f32x4.extract_lane(x, 0)),
    NativeMathf.expm1(f32x4.extract_lane(x, 1)),
    NativeMathf.expm1(f32x4.extract_lane(x, 2)),
    NativeMathf.expm1(f32x4.extract_lane(x, 3))
  );
}

/** C's pow: 1 to any power and −1 to an infinite one are 1, also where JavaScript says NaN. */
function powOne(x: f32, y: f32): f32 {
  if (x == 1 || (x == -1 && abs<f32>(y) == Infinity)) return 1;
  return NativeMathf.pow(x, y);
}
export function pow(x: v128, y: v128): v128 {
  return four(
    powOne(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)),
    powOne(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)),
    powOne(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)),
    powOne(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3))
  );
}
