/**
 * safetensors (huggingface/safetensors): 8 bytes of header length, a JSON header, then the tensors one after another.
 * A file may come from anywhere: the whole header is checked against the file's size before anything is allocated.
 */
import { EngineError } from '../base/errors';
import { findRepeatedKey } from '../base/repeatedKeys';
import { formatShape, sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { found, MOST_AXES } from './found';

/** The format's own limit. */
const HEADER_LIMIT = 100_000_000;
const BYTES = { F32: 4, F64: 8, I32: 4, I64: 8 } as const;
type StoredDtype = Exclude<keyof typeof BYTES, 'I64'>;
const ARRAYS = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;
/** The header's one entry that is no tensor. */
const METADATA = '__metadata__';

interface Entry {
  readonly name: string;
  readonly dtype: keyof typeof BYTES;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function refuse(message: string): EngineError {
  return new EngineError({ code: 'bad-safetensors', message, hint: 'export the weights again, or choose another file' });
}

export interface SafetensorsOptions {
  /** Texts by name that the header carries besides. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Writes what is held in float64 as F64: nothing is rounded. */
  readonly exact?: boolean;
}

/** Floats are written as F32 unless `exact`, and int32 as I32, in the order of the map; the same tensors give the same bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  { metadata, exact = false }: SafetensorsOptions = {}
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const storedAs = ({ dtype, data }: Tensor): StoredDtype =>
    dtype === 'int32' ? 'I32' : exact && data instanceof Float64Array ? 'F64' : 'F32';
  const header = [...tensors].map(([name, tensor]) => {
    const begin = offset;
    const dtype = storedAs(tensor);
    offset += BYTES[dtype] * sizeOf(tensor.shape);
    return [name, { dtype, shape: [...tensor.shape], data_offsets: [begin, offset] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify({ ...(metadata && { [METADATA]: metadata }), ...Object.fromEntries(header) }));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + offset).fill(0x20, 8 + json.length, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  let at = 8 + length;
  for (const tensor of tensors.values()) {
    const stored = new ARRAYS[storedAs(tensor)](tensor.data);
    bytes.set(new Uint8Array(stored.buffer), at);
    at += stored.byteLength;
  }
  return bytes;
}

/** Tensors by name in the order of the data. Throws EngineError `bad-safetensors`, before allocating, when header and data disagree. */
export function readSafetensors(bytes: Uint8Array): Map<string, Tensor> {
  const { entries, start } = readHeader(bytes);
  // A copy of its own, also where `bytes` is a Buffer of Node, whose slice shares memory.
  return new Map(
    entries.map((entry) => [entry.name, readEntry(new Uint8Array(bytes.subarray(start + entry.begin, start + entry.end)), entry)])
  );
}

/** The texts that the header carries besides its tensors. Throws EngineError `bad-safetensors` as `readSafetensors` does. */
export function readMetadata(bytes: Uint8Array): ReadonlyMap<string, string> {
  return readHeader(bytes).metadata;
}

function readHeader(bytes: Uint8Array): { entries: Entry[]; start: number; metadata: ReadonlyMap<string, string> } {
  if (bytes.length < 8) throw refuse(`the file has ${bytes.length} bytes, too few for a safetensors file`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > HEADER_LIMIT) throw refuse(`the header claims ${length} bytes; at most ${HEADER_LIMIT} are allowed`);
  if (8 + length > bytes.length) throw refuse(`the header claims ${length} bytes and ends past the file, which has ${bytes.length}`);
  const text = decodeHeader(bytes.subarray(8, 8 + length));
  const json = parseHeader(text);
  const repeated = findRepeatedKey(text);
  if (repeated) throw refuse(`the header has ${found(repeated.key)} twice`);
  const entries = Object.entries(json)
    .filter(([name]) => name !== METADATA)
    .map(([name, info]) => readInfo(name, info))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkTiling(entries, bytes.length - 8 - length);
  return { entries, start: 8 + length, metadata: readTexts(json[METADATA]) };
}

function decodeHeader(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('the header is not JSON: it is not UTF-8 text');
  }
}

function parseHeader(text: string): Readonly<Record<string, unknown>> {
  if (!text.startsWith('{'))
    throw refuse(`the header is not a JSON object, which begins with {; it begins with ${found(text.slice(0, 10))}`);
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw refuse('the header is not JSON');
  }
}

function readTexts(metadata: unknown): ReadonlyMap<string, string> {
  if (metadata === undefined) return new Map();
  const texts = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? Object.entries(metadata) : null;
  if (!texts?.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw refuse(`${METADATA} should be an object of texts, found ${found(metadata)}`);
  return new Map(texts);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readInfo(name: string, info: unknown): Entry {
  const place = `tensor ${found(name)}`;
  if (typeof info !== 'object' || info === null)
    throw refuse(`${place}: expected an object with dtype, shape and data_offsets, found ${found(info)}`);
  const { dtype, shape, data_offsets: offsets } = info as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype))
    throw refuse(`${place}: dtype ${found(dtype)} cannot be read; expected one of ${Object.keys(BYTES).join(', ')}`);
  if (!Array.isArray(shape) || shape.length > MOST_AXES || !shape.every(isCount))
    throw refuse(`${place}: shape should be a list of up to ${MOST_AXES} sizes of 0 or more, found ${list(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw refuse(`${place}: data_offsets should be two byte positions, found ${list(offsets)}`);
  const [begin, end] = offsets as [number, number];
  const size = sizeOf(shape) * BYTES[dtype as keyof typeof BYTES];
  if (end - begin !== size)
    throw refuse(`${place}: ${dtype} of shape ${formatShape(shape)} takes ${size} bytes, and data_offsets span ${end - begin}`);
  return { name, dtype: dtype as keyof typeof BYTES, shape, begin, end };
}

/** A list that was found, with its entries where there are few. */
function list(json: unknown): string {
  return Array.isArray(json) && json.length <= 8 ? `[${json.map(found).join(', ')}]` : found(json);
}

/** Every byte of the data belongs to exactly one tensor. `entries` are sorted. */
function checkTiling(entries: readonly Entry[], available: number): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    const place = `tensor ${found(name)}`;
    if (begin < at) throw refuse(`${place}: it begins at byte ${begin}, inside the tensor before it`);
    if (begin > at) throw refuse(`${place}: it begins at byte ${begin} and leaves a hole behind byte ${at}`);
    if (end > available) throw refuse(`${place}: it ends at byte ${end}, and the data has ${available}`);
    at = end;
  }
  if (at !== available) throw refuse(`the data has ${available} bytes, and the tensors take ${at}`);
}

function readEntry(data: Uint8Array<ArrayBuffer>, { name, dtype, shape }: Entry): Tensor {
  switch (dtype) {
    case 'F32':
      return { dtype: 'float', shape, data: new Float32Array(data.buffer) };
    case 'F64':
      return { dtype: 'float', shape, data: new Float64Array(data.buffer) };
    case 'I32':
      return { dtype: 'int32', shape, data: new Int32Array(data.buffer) };
    case 'I64': {
      const narrow = narrowIntegers(new BigInt64Array(data.buffer));
      if (!narrow) throw refuse(`tensor ${found(name)}: a number of I64 is beyond 32 bits`);
      return { dtype: 'int32', shape, data: narrow };
    }
    default:
      return dtype satisfies never;
  }
}

/** int64 → int32, or null if an entry does not fit. */
export function narrowIntegers(wide: BigInt64Array): Int32Array<ArrayBuffer> | null {
  const narrow = new Int32Array(wide.length);
  for (let index = 0; index < wide.length; index++) {
    narrow[index] = Number(BigInt.asIntN(32, wide[index]!));
    if (BigInt(narrow[index]!) !== wide[index]) return null;
  }
  return narrow;
}
