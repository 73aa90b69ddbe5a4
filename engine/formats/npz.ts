/** NumPy's .npz: a zip of .npy files. Written with fflate, the same arrays to the same bytes; read with zip.js, which checks the sums. */
import { zipSync, type Zippable } from 'fflate';
import { Uint8ArrayReader, ZipReader, type FileEntry } from '@zip.js/zip.js';
import { EngineError } from '../base/errors';
import type { Tensor } from '../base/tensors';
import { found } from './found';
import { readNpy, writeNpy } from './npy';

/** The first moment that a zip can name; a real date would make two exports of the same weights differ. */
const EPOCH = new Date(1980, 0, 1);

export interface NpzLimits {
  /** Bytes of all arrays together, once unpacked. */
  readonly bytes: number;
  readonly arrays: number;
}
/** Deflate makes at most 1,032 bytes of one (zlib.net/zlib_tech.html). */
const DENSEST = 1_032;
/** Bytes that an entry gets before any of it is unpacked. */
const FIRST = 2 ** 16;
const LIMITS: NpzLimits = { bytes: 2 ** 31, arrays: 10_000 };

function refuse(message: string): EngineError {
  return new EngineError({ code: 'bad-npz', message, hint: 'write it with numpy.savez' });
}

/** Arrays under their names, in the order of the map; stored as they are unless `deflate`. */
export function writeNpz(tensors: ReadonlyMap<string, Pick<Tensor, 'shape' | 'data'>>, deflate = false): Uint8Array<ArrayBuffer> {
  const level = deflate ? 6 : 0;
  const files: Zippable = Object.fromEntries(
    [...tensors].map(([name, tensor]) => [`${name}.npy`, [writeNpy(tensor), { level, mtime: EPOCH }]])
  );
  return zipSync(files);
}

/**
 * Arrays by name; names are never paths. Throws EngineError `bad-npz` or `bad-npy`; a file that unpacks to more than `limits`
 * is refused before and while unpacking, and one that two programs could read differently always.
 */
export async function readNpz(bytes: Uint8Array, limits: NpzLimits = LIMITS): Promise<Map<string, Tensor>> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), {
    useWebWorkers: false,
    checkCrc32: true,
    checkOverlappingEntry: true,
    strictness: 'strict'
  });
  const tensors = new Map<string, Tensor>();
  try {
    for (const [name, entry] of await readDirectory(reader, limits)) tensors.set(name, readNpy(await unpack(entry), entry.filename));
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw refuse(`this is not a whole zip file (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    await reader.close();
  }
  return tensors;
}

/** The entries by name, checked one by one: a directory may have more of them than memory can hold. */
async function readDirectory(reader: ZipReader<Uint8Array>, limits: NpzLimits): Promise<Map<string, FileEntry>> {
  const entries = new Map<string, FileEntry>();
  let total = 0;
  for await (const entry of reader.getEntriesGenerator()) {
    const shown = found(entry.filename);
    if (entries.size === limits.arrays) throw refuse(`there are more than ${limits.arrays} files in it`);
    if (entry.directory || !entry.filename.endsWith('.npy')) throw refuse(`${shown} is no .npy file`);
    if (entry.encrypted) throw refuse(`${shown} is encrypted`);
    const { uncompressedSize, compressedSize } = entry;
    if (uncompressedSize > compressedSize * DENSEST + DENSEST)
      throw refuse(`${shown} claims to unpack from ${compressedSize} to ${uncompressedSize} bytes, more than is possible`);
    total += uncompressedSize;
    if (total > limits.bytes) throw refuse(`it unpacks to ${total} bytes or more; at most ${limits.bytes} are read`);
    const name = entry.filename.slice(0, -'.npy'.length);
    if (entries.has(name)) throw refuse(`${shown} is there twice`);
    entries.set(name, entry);
  }
  return entries;
}

/** The bytes of an entry, no more of them than its directory says. The memory grows with what arrives, not with what is claimed. */
async function unpack(entry: FileEntry): Promise<Uint8Array> {
  const { filename, uncompressedSize: claimed } = entry;
  let bytes = new Uint8Array(Math.min(claimed, FIRST));
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      const needed = length + chunk.length;
      if (needed > claimed) throw refuse(`${found(filename)} unpacks to more than the ${claimed} bytes that it claims`);
      if (needed > bytes.length) {
        const larger = new Uint8Array(Math.min(claimed, Math.max(needed, 2 * bytes.length)));
        larger.set(bytes);
        bytes = larger;
      }
      bytes.set(chunk, length);
      length = needed;
    }
  });
  await entry.getData(sink);
  if (length !== claimed) throw refuse(`${found(filename)} unpacks to ${length} bytes and claims ${claimed}`);
  return bytes;
}
