/**
 * The typed graph that everything is compiled to. A graph is a list of operations in topological order, each naming one
 * value by its index; it only ever grows, so a derivative is more operations behind the ones that it is the derivative of.
 * Elementwise operands have the result's shape exactly: broadcasting is an operation of its own.
 */
import type { Dtype, Type } from '../base/dtypes';

export type ValueId = number;

export const UNARY = ['identity', 'neg', 'abs', 'sign', 'exp', 'log', 'log1p', 'expm1', 'sin', 'cos', 'tanh', 'erf', 'sqrt'] as const;
export const BINARY = ['add', 'sub', 'mul', 'div', 'pow', 'max', 'min'] as const;
export type Unary = (typeof UNARY)[number];
export type Binary = (typeof BINARY)[number];
export type Direction = 'lt' | 'le' | 'eq' | 'ne' | 'gt' | 'ge';

/**
 * Windows along one axis: `count` of them, one every `stride` entries, each of `size` entries `dilation` apart. The first
 * begins `low` entries before the axis; a window may reach beyond either end.
 */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
  readonly count: number;
}

/** Attributes of each primitive. The keys of this interface are the closed set of primitives. */
export interface Attributes extends Record<Unary | Binary, object> {
  /** A leaf that the caller fills before a run. */
  input: { name: string };
  /** A scalar known when compiling. */
  constant: { value: number };
  /** 0, 1, 2, … along `axis`. int32. */
  iota: { axis: number };
  /** float → int32 truncates, int32 → float is exact up to the run's precision. */
  convert: { dtype: Dtype };
  /** (a, b) of one dtype → float, 1 where it holds and 0 elsewhere. */
  compare: { direction: Direction };
  /** (condition float, a, b) → a where condition ≠ 0, else b. */
  select: object;
  reshape: object;
  /** Axis i of the result is axis dims[i] of the operand. */
  permute: { dims: readonly number[] };
  /** NumPy's: aligned at the last axis, sizes of 1 repeat. */
  broadcast: object;
  /** Per axis: start, start + step, … below limit; step ≥ 1. */
  slice: { start: readonly number[]; limit: readonly number[]; step: readonly number[] };
  /** Per axis: `interior` fills between entries, then low and high, which may be negative (cropping). */
  pad: { low: readonly number[]; high: readonly number[]; interior: readonly number[]; value: number };
  concat: { axis: number };
  reverse: { axes: readonly number[] };
  /** Reductions drop `axes` (sorted). Of nothing: sum 0, max −∞, min ∞. NaN wins. */
  reduce_sum: { axes: readonly number[] };
  reduce_max: { axes: readonly number[] };
  reduce_min: { axes: readonly number[] };
  /** Running sum along `axis`. */
  cumsum: { axis: number };
  /** First index of the largest entry along `axis`, which is dropped. int32. */
  argmax: { axis: number };
  /** (a […,m,k], b […,k,n]) → […,m,n], equal leading axes; a transposed operand is stored with its last two axes swapped. */
  dot: { transposeA: boolean; transposeB: boolean };
  /**
   * x [lines, s…] → int32 [lines, counts…]: for each window over the axes s… the flat index there of its largest entry, the
   * first of several; NaN wins, what is beyond the axes' ends never does, and a window with nothing inside gives 0.
   */
  window_argmax: { windows: readonly Window[] };
  /** (x, index int32) → out, of index's shape: out[…,i,…] = x[…,index[…,i,…],…] along `axis` (torch.gather). Out of range is an error of the run. */
  gather: { axis: number };
  /** (index int32, updates) → zeros of the result's shape with updates added at index along `axis`. */
  scatter_add: { axis: number };
  /**
   * x […lead, s…] → what each window over the last axes holds: […lead before `at`, sizes…, other lead, counts…]; `value`
   * beyond the axes' ends. With the channels first and `at` 1 it is the operand that makes a convolution one product.
   */
  patches: { windows: readonly Window[]; at: number; value: number };
  /** The adjoint of `patches`: windows of its result's shape added up where they lie on the axes s…. */
  fold_patches: { windows: readonly Window[]; at: number };
  /**
   * (seed int32 [2]: seed and step) → uniform in [0, 1), multiples of 2⁻²⁴, so that every precision sees the same numbers.
   * `stream` keeps apart what is drawn in several places.
   */
  random: { stream: readonly [low: number, high: number] };
  /** A body with derivative rules of its own; optimize inlines the body. */
  custom: { region: CustomRegion };
}
export type Primitive = keyof Attributes;

/** Where a value comes from in the document. Errors, timings and labels use it. */
export interface Origin {
  readonly node: string;
  readonly port?: string;
  readonly role: 'value' | 'gradient' | 'tangent' | 'internal';
  /** Index into the document's wires, for a value or gradient that belongs to one wire. */
  readonly wire?: number;
}

export interface Operation<P extends Primitive = Primitive> {
  readonly primitive: P;
  readonly inputs: readonly ValueId[];
  readonly attributes: Attributes[P];
  readonly type: Type;
  readonly origin?: Origin;
}
/** An operation whose attributes follow from its primitive, for exhaustive switches. */
export type AnyOperation = { [P in Primitive]: Operation<P> }[Primitive];

export interface CustomRegion {
  /** Name of the gate that it stands for. */
  readonly name: string;
  /** Its inputs are named `0`, `1`, … in operand order; one output. */
  readonly body: Graph;
  readonly output: ValueId;
  /** Set where a user wrote the vjp: it has to agree with the body before a program that calls the region runs. */
  readonly given?: GivenRule;
  /** Cotangents of the operands given that of the result; undefined for none. */
  readonly vjp: (
    builder: import('./builder').Builder,
    inputs: readonly ValueId[],
    output: ValueId,
    cotangent: ValueId
  ) => (ValueId | undefined)[];
  /** Tangent of the result given those of the operands (undefined is zero). */
  readonly jvp: (
    builder: import('./builder').Builder,
    inputs: readonly ValueId[],
    output: ValueId,
    tangents: readonly (ValueId | undefined)[]
  ) => ValueId | undefined;
}

export interface GivenRule {
  /** Equal for regions of equal body and vjp on operands of equal shapes. */
  readonly key: string;
  /** By operand, its name and where its cotangent stands in the text of parameter `param`. */
  readonly param: string;
  readonly operands: readonly { readonly name: string; readonly line: number; readonly column: number }[];
}

export interface Graph {
  readonly operations: readonly AnyOperation[];
}

/** The value that comes last of `ids`, −1 of none. Spread into Math.max, some 100,000 of them would overflow the stack. */
export function lastOf(ids: Iterable<ValueId>): ValueId {
  let last = -1;
  for (const id of ids) if (id > last) last = id;
  return last;
}
