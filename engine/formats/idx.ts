/** IDX, in which MNIST comes (yann.lecun.com/exdb/mnist): a type, the sizes, then the entries in C order, most significant bytes first. */
import { Gunzip } from 'fflate';
import { EngineError } from '../base/errors';
import { sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';

/** By the third byte of the file: bytes of an entry, and how one is read. */
const TYPES: Readonly<Record<number, { readonly bytes: number; readonly float?: true; read(view: DataView, at: number): number }>> = {
  0x08: { bytes: 1, read: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, read: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, read: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, read: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, float: true, read: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, float: true, read: (view, at) => view.getFloat64(at) }
};
/** Unpacked; more than any data set that fits into memory as numbers. */
const LIMIT = 2 ** 30;
/** Bytes that are unpacked at once: they become at most a thousand times as many. */
const STEP = 4096;
/** Of a gzip file: its head and its tail. */
const GZIP_LEAST = 18;

function refuse(name: string, message: string): EngineError {
  return new EngineError({ code: 'bad-idx', message: `${name}: ${message}`, hint: 'download it again, or choose another file' });
}

/**
 * The array of a file, gzipped or not; whole numbers as int32, others as float. `name` is for messages. Throws EngineError
 * `bad-idx`: sizes that are not those of the file are refused before anything is allocated for them, and a file that
 * unpacks to more than `limit` bytes while it does.
 */
export function readIdx(bytes: Uint8Array, name = 'file', limit = LIMIT): Tensor {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, name, limit) : bytes;
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  if (plain.length < 4 || view.getUint16(0) !== 0)
    throw refuse(name, 'this is not an IDX file, which begins with two zeros, a type and a number of sizes');
  const type = TYPES[plain[2]!];
  if (!type) throw refuse(name, `its entries are of type 0x${plain[2]!.toString(16).padStart(2, '0')}, which IDX does not have`);
  const start = 4 + 4 * plain[3]!;
  if (plain.length < start) throw refuse(name, `it ends before its ${plain[3]} sizes do`);
  const shape = Array.from({ length: plain[3]! }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = sizeOf(shape) * type.bytes;
  if (plain.length - start !== expected)
    throw refuse(name, `its sizes [${shape.join(',')}] take ${expected} bytes, and the file has ${plain.length - start} for them`);
  const data = type.float ? new Float64Array(sizeOf(shape)) : new Int32Array(sizeOf(shape));
  for (let at = 0; at < data.length; at++) data[at] = type.read(view, start + at * type.bytes);
  return type.float ? { dtype: 'float', shape, data } : { dtype: 'int32', shape, data: data as Int32Array };
}

/** Piece by piece: what a file unpacks to is known only then. */
function gunzip(bytes: Uint8Array, name: string, limit: number): Uint8Array {
  if (bytes.length < GZIP_LEAST) throw refuse(name, 'it ends before it is unpacked');
  const pieces: Uint8Array[] = [];
  let total = 0;
  let ended = false;
  const stream = new Gunzip((piece, final) => {
    total += piece.length;
    if (total > limit) throw refuse(name, `it unpacks to more than ${limit} bytes`);
    pieces.push(piece);
    ended = final;
  });
  try {
    for (let at = 0; at < bytes.length; at += STEP) stream.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw refuse(name, `it cannot be unpacked (${(error as Error).message})`);
  }
  if (!ended) throw refuse(name, 'it ends before it is unpacked');
  const whole = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  // The last four bytes are the length, which a cut or changed file does not have.
  const claimed = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  if (claimed !== total % 2 ** 32) throw refuse(name, `it unpacks to ${total} bytes and says ${claimed}`);
  return whole;
}
