/** A kernel for every primitive that reaches a backend. */
import type { Primitive } from '../../ir/graph';
import { binary, BINARY_RULES, compare, convert, select, unary, UNARY_RULES } from './elementwise';
import { dot } from './dot';
import { gather, scatterAdd } from './indexing';
import { argmax, cumsum, reduce } from './reductions';
import { constant, foldPatches, iota, move, random } from './structure';
import type { Setting, Task } from './task';
import { windowArgmax } from './windows';

/** Inputs are filled by the caller and custom regions are inlined before; neither is ever executed. */
export type Executed = Exclude<Primitive, 'input' | 'custom'>;

export const KERNELS = {
  identity: move,
  neg: unary(UNARY_RULES.neg),
  abs: unary(UNARY_RULES.abs),
  sign: unary(UNARY_RULES.sign),
  exp: unary(UNARY_RULES.exp),
  log: unary(UNARY_RULES.log),
  log1p: unary(UNARY_RULES.log1p),
  expm1: unary(UNARY_RULES.expm1),
  sin: unary(UNARY_RULES.sin),
  cos: unary(UNARY_RULES.cos),
  tanh: unary(UNARY_RULES.tanh),
  erf: unary(UNARY_RULES.erf),
  sqrt: unary(UNARY_RULES.sqrt),
  add: binary(BINARY_RULES.add),
  sub: binary(BINARY_RULES.sub),
  mul: binary(BINARY_RULES.mul),
  div: binary(BINARY_RULES.div),
  pow: binary(BINARY_RULES.pow),
  max: binary(BINARY_RULES.max),
  min: binary(BINARY_RULES.min),
  compare,
  select,
  convert,
  constant,
  iota,
  reshape: move,
  permute: move,
  broadcast: move,
  slice: move,
  pad: move,
  concat: move,
  reverse: move,
  reduce_sum: reduce({ float: 0, int32: 0 }, (acc, x) => acc + x),
  reduce_max: reduce({ float: -Infinity, int32: -(2 ** 31) }, Math.max),
  reduce_min: reduce({ float: Infinity, int32: 2 ** 31 - 1 }, Math.min),
  cumsum,
  argmax,
  window_argmax: windowArgmax,
  dot: (setting) => dot(setting, setting.shapes[0]!.at(setting.operation.attributes.transposeA ? -2 : -1)!),
  gather,
  scatter_add: scatterAdd,
  patches: move,
  fold_patches: foldPatches,
  random
} satisfies { [P in Executed]: (setting: Setting<P>) => Task };
