/**
 * Messages as bytes, for transports that have no structured clone (WebSocket). A message is
 * `u32 length of header (little-endian) | header as UTF-8 JSON | attachments`, every attachment beginning at a multiple of
 * 8 bytes from the start. What JSON cannot say stands in the header as an object with the single key `$`:
 * `{"$":["Float32Array", offset, length]}`, `{"$":["Map", [[key, value], …]]}`, `{"$":["number", "NaN"]}`, `{"$":["undefined"]}`,
 * and `{"$":["Object", {…}]}` for a plain object that has such a key itself.
 */

/** Refused beyond this: a sender that announces more is broken or hostile. */
export const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
/** Documents travel in the header, as texts. */
const MAX_HEADER_BYTES = 32 * 1024 * 1024;
const MAX_DEPTH = 64;
const ALIGNMENT = 8;
const PREFIX_BYTES = 4;
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array };
type ArrayName = keyof typeof ARRAYS;
type AnyArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

/** Bytes that are no message: truncated, malformed or above the caps. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

function arrayName(value: object): ArrayName | undefined {
  return (Object.keys(ARRAYS) as ArrayName[]).find((name) => value instanceof ARRAYS[name]);
}

/** Packs numbers, texts, booleans, null, undefined, lists, plain objects, Maps and typed arrays. Throws CodecError for anything else. */
export function encode(message: unknown): Uint8Array<ArrayBuffer> {
  const attachments: { array: AnyArray; offset: number }[] = [];
  let size = 0;

  const pack = (value: unknown): unknown => {
    if (value === undefined) return { $: ['undefined'] };
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: ['number', Object.is(value, -0) ? '-0' : String(value)] };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value !== 'object') throw new CodecError(`a ${typeof value} cannot be sent`);
    if (Array.isArray(value)) return value.map(pack);
    if (value instanceof Map) return { $: ['Map', Array.from(value, ([key, item]) => [pack(key), pack(item)])] };
    if (ArrayBuffer.isView(value)) {
      const name = arrayName(value);
      if (!name) throw new CodecError(`a ${value.constructor.name} cannot be sent`);
      const array = value as AnyArray;
      const offset = align(size);
      size = offset + array.byteLength;
      attachments.push({ array, offset });
      return { $: [name, offset, array.length] };
    }
    const fields = Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, pack(item)]])));
    return Object.hasOwn(fields, '$') ? { $: ['Object', fields] } : fields;
  };

  const header = new TextEncoder().encode(JSON.stringify(pack(message)));
  const start = align(PREFIX_BYTES + header.length);
  if (start + size > MAX_MESSAGE_BYTES)
    throw new CodecError(`a message of ${start + size} bytes is above the limit of ${MAX_MESSAGE_BYTES}`);
  const bytes = new Uint8Array(start + size);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, PREFIX_BYTES);
  for (const { array, offset } of attachments) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + offset);
  }
  return bytes;
}

/** The message in `bytes`; typed arrays own their memory. Throws CodecError for what `encode` could not have written. */
export function decode(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_MESSAGE_BYTES || bytes.length < PREFIX_BYTES) throw new CodecError(`a message of ${bytes.length} bytes`);
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const start = align(PREFIX_BYTES + headerLength);
  if (headerLength > MAX_HEADER_BYTES || PREFIX_BYTES + headerLength > bytes.length)
    throw new CodecError('the header is longer than the message');
  const header = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength);
  requireShallow(header);
  const unpack = unpacker(bytes.subarray(Math.min(start, bytes.length)));
  try {
    return unpack(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header)), 0);
  } catch (error) {
    throw error instanceof CodecError ? error : new CodecError('the header is not JSON in UTF-8');
  }
}

/** Before it is parsed: a header of nothing but brackets would take forty times its size. Tags nest two more levels than what they stand for. */
function requireShallow(header: Uint8Array): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < header.length; at++) {
    const byte = header[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > 3 * MAX_DEPTH) throw new CodecError('a message is nested too deeply');
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
}

function unpacker(attachments: Uint8Array): (json: unknown, depth: number) => unknown {
  /** Bytes that arrays took so far: each is sent once, so all of them are no more than what came. */
  let taken = 0;
  const array = (name: ArrayName, offset: unknown, length: unknown): AnyArray => {
    const Type = ARRAYS[name];
    if (!isCount(offset) || !isCount(length) || offset + length * Type.BYTES_PER_ELEMENT > attachments.length) {
      throw new CodecError(`a ${name} lies outside of the message`);
    }
    taken += length * Type.BYTES_PER_ELEMENT;
    if (taken > attachments.length) throw new CodecError('arrays of the message overlap');
    return new Type(attachments.slice(offset, offset + length * Type.BYTES_PER_ELEMENT).buffer as ArrayBuffer);
  };

  const fields = (json: object, depth: number): object =>
    Object.fromEntries(Object.entries(json).map(([key, item]) => [key, unpack(item, depth + 1)]));

  const unpack = (json: unknown, depth: number): unknown => {
    if (depth > MAX_DEPTH) throw new CodecError('a message is nested too deeply');
    if (typeof json !== 'object' || json === null) return json;
    if (Array.isArray(json)) return json.map((item) => unpack(item, depth + 1));
    if (!Object.hasOwn(json, '$')) return fields(json, depth);
    const tagged = (json as { $: unknown }).$;
    const [tag, first, second] = Array.isArray(tagged) ? (tagged as unknown[]) : [];
    if (tag === 'undefined') return undefined;
    if (tag === 'number') return Number(first);
    if (tag === 'Object' && typeof first === 'object' && first !== null) return fields(first, depth);
    if (tag === 'Map' && Array.isArray(first)) {
      return new Map(first.map((entry: unknown) => unpack(entry, depth + 2) as [unknown, unknown]));
    }
    if (typeof tag === 'string' && Object.hasOwn(ARRAYS, tag)) return array(tag as ArrayName, first, second);
    throw new CodecError(`unknown tag ${JSON.stringify(tag)}`);
  };
  return unpack;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
