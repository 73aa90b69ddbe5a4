/** NumPy's .npy (numpy.lib.format): a magic, a header that is a Python dictionary, then the entries in C order. */
import { EngineError } from '../base/errors';
import { formatShape, sizeOf, type Shape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { found, MOST_AXES } from './found';
import { narrowIntegers } from './safetensors';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const DESCR =
  /^\s*\{\s*'descr'\s*:\s*'([^']{1,8})'\s*,\s*'fortran_order'\s*:\s*(True|False)\s*,\s*'shape'\s*:\s*\(([\d\s,]*)\)\s*,?\s*\}\s*$/;
const ITEM_BYTES: Readonly<Record<string, number>> = { '<f4': 4, '<f8': 8, '<i4': 4, '<i8': 8, '|u1': 1, '|b1': 1 };

function refuse(name: string, message: string): EngineError {
  return new EngineError({ code: 'bad-npy', message: `${name}: ${message}`, hint: 'write it with numpy.save or numpy.savez' });
}

/** float32 as <f4, float64 as <f8, int32 as <i4. */
export function writeNpy({ shape, data }: Pick<Tensor, 'shape' | 'data'>): Uint8Array<ArrayBuffer> {
  const descr = data instanceof Int32Array ? '<i4' : data instanceof Float32Array ? '<f4' : '<f8';
  const head = writeNpyHead(descr, shape);
  const bytes = new Uint8Array(head.length + data.byteLength);
  bytes.set(head);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), head.length);
  return bytes;
}

/** What stands before the entries, for those who write them in pieces. */
export function writeNpyHead(descr: '<f4' | '<f8' | '<i4' | '<i8', shape: Shape): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The data starts at a multiple of 64 bytes; a line feed ends the header.
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start);
  bytes.set([...MAGIC, 1, 0, (start - 10) & 0xff, (start - 10) >>> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(start - 11)}\n`), 10);
  return bytes;
}

/** What stands before the entries. */
export interface NpyHeader {
  readonly shape: Shape;
  /** <f4, <f8, <i4, <i8 or |u1 (|b1). */
  readonly descr: string;
  /** Byte of the file at which the entries begin. */
  readonly start: number;
}

/** Longest header, with what stands before it. */
export const NPY_HEAD = 10_012;

export function isNpy(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte);
}

/** Reads the header from the first `NPY_HEAD` bytes of a file of `size` bytes. Throws EngineError `bad-npy`. */
export function readNpyHeader(head: Uint8Array, size: number, name: string): NpyHeader {
  const major = head[6];
  if (size < 12 || !isNpy(head) || (major !== 1 && major !== 2 && major !== 3)) throw refuse(name, 'this is not a .npy file');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const headerStart = major === 1 ? 10 : 12;
  const start = headerStart + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > size) throw refuse(name, 'the header ends past the file');
  if (start - headerStart > 10_000) throw refuse(name, 'the header is longer than 10,000 bytes');
  const text = new TextDecoder('utf-8').decode(head.subarray(headerStart, start));
  const header = DESCR.exec(text);
  if (!header) throw refuse(name, `the header is ${found(text.trim())}; expected {'descr': …, 'fortran_order': …, 'shape': …}`);
  const [, descr = '', order, sizes = ''] = header;
  const itemBytes = Object.hasOwn(ITEM_BYTES, descr) ? ITEM_BYTES[descr]! : null;
  if (itemBytes === null) throw refuse(name, `entries are ${descr}; expected one of ${Object.keys(ITEM_BYTES).join(', ')}`);
  const shape = readSizes(sizes, name);
  if (order === 'True' && shape.filter((axis) => axis > 1).length > 1)
    throw refuse(name, 'it is in Fortran order; expected C order (numpy.ascontiguousarray)');
  const expected = sizeOf(shape) * itemBytes;
  if (size - start !== expected)
    throw refuse(name, `shape ${formatShape(shape)} takes ${expected} bytes, and the file has ${size - start}`);
  return { shape, descr, start };
}

/** `name` is for messages. Reads little-endian f4, f8, i4, i8 and bytes in C order; throws EngineError `bad-npy` for all else. */
export function readNpy(bytes: Uint8Array, name = 'array'): Tensor {
  const { shape, descr, start } = readNpyHeader(bytes.subarray(0, NPY_HEAD), bytes.length, name);
  return readEntries(new Uint8Array(bytes.subarray(start)).buffer, descr, shape, name);
}

/** The sizes in `2, 3` or `2,`, as Python writes tuples. */
function readSizes(text: string, name: string): number[] {
  const sizes = text.split(',').map((size) => size.trim());
  if (sizes.at(-1) === '') sizes.pop();
  if (sizes.length > MOST_AXES) throw refuse(name, `shape has ${sizes.length} sizes; at most ${MOST_AXES} are read`);
  const wrong = sizes.find((size) => !/^\d+$/.test(size) || !Number.isSafeInteger(Number(size)));
  if (wrong !== undefined) throw refuse(name, `shape has ${found(wrong)} where the size of an axis is expected`);
  return sizes.map(Number);
}

function readEntries(buffer: ArrayBuffer, descr: string, shape: Shape, name: string): Tensor {
  if (descr === '<f4') return { dtype: 'float', shape, data: new Float32Array(buffer) };
  if (descr === '<f8') return { dtype: 'float', shape, data: new Float64Array(buffer) };
  if (descr === '<i4') return { dtype: 'int32', shape, data: new Int32Array(buffer) };
  if (descr === '|u1' || descr === '|b1') return { dtype: 'int32', shape, data: Int32Array.from(new Uint8Array(buffer)) };
  const narrow = narrowIntegers(new BigInt64Array(buffer));
  if (!narrow) throw refuse(name, 'a number of <i8 is beyond 32 bits');
  return { dtype: 'int32', shape, data: narrow };
}
