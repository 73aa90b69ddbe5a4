/**
 * What a record in shared memory asks the kernels to do. Both sides read this file: the compiler of plans, and the
 * kernels themselves, so it must stay within what AssemblyScript accepts.
 */
export enum Opcode {
  neg,
  abs,
  sign,
  exp,
  log,
  log1p,
  expm1,
  sin,
  cos,
  tanh,
  erf,
  sqrt,
  add,
  sub,
  mul,
  div,
  pow,
  max,
  min,
  lt,
  le,
  eq,
  ne,
  gt,
  ge,
  ltInt,
  leInt,
  eqInt,
  neInt,
  gtInt,
  geInt,
  select,
  toInt,
  toFloat,
  fill,
  copy,
  accumulate,
  iota,
  sum,
  largest,
  smallest,
  sumInt,
  largestInt,
  smallestInt,
  cumsum,
  cumsumInt,
  argmax,
  argmaxInt,
  gemm,
  gather,
  scatterAdd,
  scatterAddInt,
  random,
  /** A chain of the opcodes up to `toFloat`, entry by entry. */
  elementwise,
  windowArgmax,
  foldProduct,
  convolve,
  convolveKernel
}

/** A record's first word is its opcode and what goes with it. */
export const OPCODE_MASK = 255;
/** Every thread does its share; without it the first thread does all. */
export const DIVIDED = 256;
/** All threads must have come this far before it begins. */
export const BARRIER = 512;
/** Done already as the end of the record before it. */
export const DONE = 1024;
