/** Tensors at the border: how numbers come in from JSON and go out to it. The executor itself works on flat arrays. */
import type { Dtype, NumberArray } from './dtypes';
import { sizeOf, type Shape } from './shapes';

export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** Row-major entries, sizeOf(shape) of them. */
  readonly data: NumberArray;
}

/** A tensor as documents and results write it: a number, nested lists of one length per axis, or shape and data. */
export type TensorJson = number | 'NaN' | 'Infinity' | '-Infinity' | TensorJson[] | { shape: number[]; data: TensorJson[] };

const WORDS: Record<string, number> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };

function readNumber(json: unknown): number | null {
  if (typeof json === 'number') return json;
  if (typeof json === 'string' && Object.hasOwn(WORDS, json)) return WORDS[json]!;
  return null;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/**
 * Reads a TensorJson into float64 (or int32) entries. Returns a sentence that says what is wrong instead of throwing:
 * ragged lists, an entry that is no number, a fraction in an int32 tensor.
 */
export function readTensor(json: unknown, dtype: Dtype = 'float'): Tensor | string {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    const { shape, data } = json as { shape?: unknown; data?: unknown };
    if (!Array.isArray(shape) || !shape.every(isCount) || !Array.isArray(data))
      return 'expected {"shape":[…],"data":[…]} with sizes of 0 or more';
    if (sizeOf(shape) !== data.length) return `shape [${shape.join(',')}] holds ${sizeOf(shape)} numbers and data has ${data.length}`;
    return readFlat(data, shape, dtype);
  }
  const shape: number[] = [];
  for (let level = json; Array.isArray(level); level = level[0]) shape.push(level.length);
  const entries: unknown[] = [];
  const ragged = flatten(json, shape, 0, entries);
  return ragged ?? readFlat(entries, shape, dtype);
}

function flatten(json: unknown, shape: Shape, axis: number, into: unknown[]): string | null {
  if (axis === shape.length) {
    if (Array.isArray(json)) return `lists are ragged: a list stands where a number is expected at depth ${axis}`;
    into.push(json);
    return null;
  }
  if (!Array.isArray(json)) return `lists are ragged: a number stands where a list of ${shape[axis]} is expected`;
  if (json.length !== shape[axis]) return `lists are ragged: one has ${json.length} entries where the first has ${shape[axis]}`;
  for (const item of json) {
    const problem = flatten(item, shape, axis + 1, into);
    if (problem) return problem;
  }
  return null;
}

function readFlat(entries: readonly unknown[], shape: Shape, dtype: Dtype): Tensor | string {
  const data = dtype === 'int32' ? new Int32Array(entries.length) : new Float64Array(entries.length);
  for (let index = 0; index < entries.length; index++) {
    const number = readNumber(entries[index]);
    if (number === null) return `entry ${index} is ${JSON.stringify(entries[index])}, not a number`;
    if (dtype === 'int32' && (number | 0) !== number) return `entry ${index} is ${number}, not a whole number of 32 bits`;
    data[index] = number;
  }
  return { dtype, shape, data };
}

function writeNumber(value: number): TensorJson {
  return Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity');
}

/** Nested lists as `readTensor` reads them; an empty tensor of more than one axis as {shape, data}. */
export function writeTensor({ shape, data }: Pick<Tensor, 'shape' | 'data'>): TensorJson {
  if (data.length === 0 && shape.length > 1) return { shape: [...shape], data: [] };
  let at = 0;
  const level = (axis: number): TensorJson => {
    if (axis === shape.length) return writeNumber(data[at++]!);
    return Array.from({ length: shape[axis]! }, () => level(axis + 1));
  };
  return level(0);
}
