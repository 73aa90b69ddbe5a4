/** IDX, in which MNIST comes (yann.lecun.com/exdb/mnist): a type, the sizes, then the entries in C order, most significant bytes first. */
import { EngineError } from '../base/errors';
import { formatShape, sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { MOST_AXES } from './found';
import { gunzip, isGzip } from './gzip';

/** How one entry is written. */
export interface EntryType {
  readonly bytes: number;
  readonly integer: boolean;
  read(view: DataView, at: number): number;
}

/** By the third byte of the file. */
const TYPES: Readonly<Record<number, EntryType>> = {
  0x08: { bytes: 1, integer: true, read: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, integer: true, read: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, integer: true, read: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, integer: true, read: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, integer: false, read: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, integer: false, read: (view, at) => view.getFloat64(at) }
};
/** Bytes of a file that is unpacked in memory: ten times MNIST. An entry of one byte takes four there. */
const LIMIT = 2 ** 29;

/** What stands before the entries. */
export interface IdxHeader {
  readonly shape: readonly number[];
  readonly type: EntryType;
  /** Byte of the file at which the entries begin. */
  readonly start: number;
}

export function idxRefusal(name: string): (message: string) => EngineError {
  return (message) =>
    new EngineError({ code: 'bad-idx', message: `${name}: ${message}`, hint: 'download it again, or choose another file' });
}

/** Longest header. */
export const IDX_HEAD = 4 + 4 * MOST_AXES;

/** Whether an unpacked file begins as IDX does: two zeros and a known type. */
export function isIdx(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0 && head[1] === 0 && Object.hasOwn(TYPES, head[2]!);
}

/** Reads the header from the first `IDX_HEAD` bytes of an unpacked file of `size` bytes, which must be as many as it says. */
export function readIdxHeader(head: Uint8Array, size: number, refuse: (message: string) => EngineError): IdxHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 4 || view.getUint16(0) !== 0)
    throw refuse('this is not an IDX file, which begins with two zeros, a type and a number of sizes');
  const [, , code, axes] = head as unknown as readonly [number, number, number, number];
  const type = TYPES[code];
  if (!type) throw refuse(`its entries are of type 0x${code.toString(16).padStart(2, '0')}; expected 08, 09, 0b, 0c, 0d or 0e`);
  if (axes > MOST_AXES) throw refuse(`it has ${axes} sizes; at most ${MOST_AXES} are read`);
  const start = 4 + 4 * axes;
  if (head.length < start) throw refuse(`it ends before its ${axes} sizes do`);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = sizeOf(shape) * type.bytes;
  if (size - start !== expected)
    throw refuse(`its sizes ${formatShape(shape)} take ${expected} bytes, and the file has ${size - start} for them`);
  return { shape, type, start };
}

/** The file's bytes, unpacked where it is gzipped; `limit` bytes at most. Throws what `refuse` makes of a sentence. */
export function unpackIdx(bytes: Uint8Array, refuse: (message: string) => EngineError, limit = LIMIT): Uint8Array {
  const plain = isGzip(bytes) ? gunzip(bytes, limit, refuse) : bytes;
  if (plain.length > limit) throw refuse(`it has ${plain.length} bytes; at most ${limit} are read`);
  return plain;
}

/**
 * The array of a file, gzipped or not; whole numbers as int32, others as float. `name` is for messages. Throws EngineError
 * `bad-idx`: sizes that are not those of the file are refused before anything is allocated for them, and a file of more
 * than `limit` bytes before or while it is unpacked.
 */
export function readIdx(bytes: Uint8Array, name = 'file', limit = LIMIT): Tensor {
  const refuse = idxRefusal(name);
  const plain = unpackIdx(bytes, refuse, limit);
  const { shape, type, start } = readIdxHeader(plain, plain.length, refuse);
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const data = type.integer ? new Int32Array(sizeOf(shape)) : new (type.bytes === 4 ? Float32Array : Float64Array)(sizeOf(shape));
  for (let at = 0; at < data.length; at++) data[at] = type.read(view, start + at * type.bytes);
  return { dtype: type.integer ? 'int32' : 'float', shape, data };
}
