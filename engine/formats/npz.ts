/** NumPy's .npz: a zip of .npy files. Written with fflate, the same arrays to the same bytes; read with zip.js, which checks the sums. */
import { zipSync, type Zippable } from 'fflate';
import { Uint8ArrayReader, ZipReader, type Entry, type FileEntry } from '@zip.js/zip.js';
import { EngineError } from '../base/errors';
import type { Tensor } from '../base/tensors';
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

/** Arrays by name. Throws EngineError `bad-npz` or `bad-npy`; a file that unpacks to more than `limits` is refused before and while unpacking. */
export async function readNpz(bytes: Uint8Array, limits: NpzLimits = LIMITS): Promise<Map<string, Tensor>> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false, checkSignature: true });
  const tensors = new Map<string, Tensor>();
  try {
    const entries = await reader.getEntries();
    checkEntries(entries, limits);
    for (const entry of entries) {
      if (entry.directory) throw refuse(`${entry.filename} is a folder; expected .npy files`);
      const name = entry.filename.slice(0, -'.npy'.length);
      if (tensors.has(name)) throw refuse(`${entry.filename} is there twice`);
      tensors.set(name, readNpy(await unpack(entry), entry.filename));
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw refuse(`this is not a whole zip file (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    await reader.close();
  }
  return tensors;
}

function checkEntries(entries: readonly Entry[], limits: NpzLimits): void {
  if (entries.length > limits.arrays) throw refuse(`there are ${entries.length} files in it; at most ${limits.arrays} are read`);
  let total = 0;
  for (const { filename, uncompressedSize, compressedSize, encrypted } of entries) {
    if (!filename.endsWith('.npy')) throw refuse(`${JSON.stringify(filename)} is no .npy file`);
    if (encrypted) throw refuse(`${filename} is encrypted`);
    if (uncompressedSize > compressedSize * DENSEST + DENSEST)
      throw refuse(`${filename} claims to unpack from ${compressedSize} to ${uncompressedSize} bytes, more than is possible`);
    total += uncompressedSize;
  }
  if (total > limits.bytes) throw refuse(`it unpacks to ${total} bytes; at most ${limits.bytes} are read`);
}

/** The bytes of an entry, no more of them than its directory says. */
async function unpack(entry: FileEntry): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (at + chunk.length > bytes.length) throw refuse(`${entry.filename} unpacks to more than the ${bytes.length} bytes that it claims`);
      bytes.set(chunk, at);
      at += chunk.length;
    }
  });
  await entry.getData(sink);
  if (at !== bytes.length) throw refuse(`${entry.filename} unpacks to ${at} bytes and claims ${bytes.length}`);
  return bytes;
}
