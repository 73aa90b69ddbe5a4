/** The functions of one float32, with the bits that four at once give. */
import { cos, erf, exp, expm1, log, log1p, pow, sin, tanh } from './functions';

// @ts-ignore: decorator
@inline
function one(x: v128): f32 {
  return f32x4.extract_lane(x, 0);
}

export function exp32(x: f32): f32 {
  return one(exp(f32x4.splat(x)));
}
export function log32(x: f32): f32 {
  return one(log(f32x4.splat(x)));
}
export function log1p32(x: f32): f32 {
  return one(log1p(f32x4.splat(x)));
}
export function expm132(x: f32): f32 {
  return one(expm1(f32x4.splat(x)));
}
export function sin32(x: f32): f32 {
  return one(sin(f32x4.splat(x)));
}
export function cos32(x: f32): f32 {
  return one(cos(f32x4.splat(x)));
}
export function tanh32(x: f32): f32 {
  return one(tanh(f32x4.splat(x)));
}
export function erf32(x: f32): f32 {
  return one(erf(f32x4.splat(x)));
}
export function pow32(x: f32, y: f32): f32 {
  return one(pow(f32x4.splat(x), f32x4.splat(y)));
}
