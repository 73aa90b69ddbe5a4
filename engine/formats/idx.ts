/** IDX, in which MNIST comes (yann.lecun.com/exdb/mnist): a type, the sizes, then the entries in C order, most significant bytes first. */
import { EngineError } from '../base/errors';
import { formatShape, sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { MOST_AXES } from './found';
import { gunzip, isGzip } from './gzip';

interface EntryType {
  readonly bytes: number;
  readonly array: typeof Int32Array | typeof Float32Array | typeof Float64Array;
  read(view: DataView, at: number): number;
}

/** By the third byte of the file. */
const TYPES: Readonly<Record<number, EntryType>> = {
  0x08: { bytes: 1, array: Int32Array, read: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, array: Int32Array, read: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, array: Int32Array, read: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, array: Int32Array, read: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, array: Float32Array, read: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, array: Float64Array, read: (view, at) => view.getFloat64(at) }
};
/** Bytes of the file, unpacked: ten times MNIST. An entry of one byte takes four in memory. */
const LIMIT = 2 ** 29;

/**
 * The array of a file, gzipped or not; whole numbers as int32, others as float. `name` is for messages. Throws EngineError
 * `bad-idx`: sizes that are not those of the file are refused before anything is allocated for them, and a file of more
 * than `limit` bytes before or while it is unpacked.
 */
export function readIdx(bytes: Uint8Array, name = 'file', limit = LIMIT): Tensor {
  const refuse = (message: string): EngineError =>
    new EngineError({ code: 'bad-idx', message: `${name}: ${message}`, hint: 'download it again, or choose another file' });
  const plain = isGzip(bytes) ? gunzip(bytes, limit, refuse) : bytes;
  if (plain.length > limit) throw refuse(`it has ${plain.length} bytes; at most ${limit} are read`);
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  if (plain.length < 4 || view.getUint16(0) !== 0)
    throw refuse('this is not an IDX file, which begins with two zeros, a type and a number of sizes');
  const [, , code, axes] = plain as unknown as readonly [number, number, number, number];
  const type = TYPES[code];
  if (!type) throw refuse(`its entries are of type 0x${code.toString(16).padStart(2, '0')}; expected 08, 09, 0b, 0c, 0d or 0e`);
  if (axes > MOST_AXES) throw refuse(`it has ${axes} sizes; at most ${MOST_AXES} are read`);
  const start = 4 + 4 * axes;
  if (plain.length < start) throw refuse(`it ends before its ${axes} sizes do`);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = sizeOf(shape) * type.bytes;
  if (plain.length - start !== expected)
    throw refuse(`its sizes ${formatShape(shape)} take ${expected} bytes, and the file has ${plain.length - start} for them`);
  const data = new type.array(sizeOf(shape));
  for (let at = 0; at < data.length; at++) data[at] = type.read(view, start + at * type.bytes);
  return { dtype: data instanceof Int32Array ? 'int32' : 'float', shape, data };
}
