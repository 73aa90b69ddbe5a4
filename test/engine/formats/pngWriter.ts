/** PNG files of every kind, written for tests straight from the specification; the engine writes none. */
import { crc32, deflateSync } from 'node:zlib';

export interface PngSpec {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly color: number;
  readonly interlaced?: boolean;
  /** The sample `channel` of the pixel at x, y. */
  sample(x: number, y: number, channel: number): number;
  /** The filter of each row, in turn. */
  readonly filters?: readonly number[];
  /** Chunks between the header and the picture. */
  readonly between?: readonly Uint8Array[];
  /** Bytes of each IDAT. */
  readonly piece?: number;
}

export const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

export function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(body, 8);
  bytes.writeUInt32BE(sum(bytes.subarray(4, 8 + body.length)), 8 + body.length);
  return bytes;
}

/** Node 20.15 and 22.2 brought crc32; older ones are given a plain loop. */
function sum(bytes: Uint8Array): number {
  if (typeof crc32 === 'function') return crc32(bytes);
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

export function headerOf({ width, height, depth, color, interlaced }: Omit<PngSpec, 'sample'>): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, interlaced ? 1 : 0], 8);
  return chunk('IHDR', header);
}

export function joinPng(...chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', new Uint8Array())]));
}

export function writePng(spec: PngSpec): Uint8Array {
  const packed = deflateSync(Buffer.from(rowsOf(spec)));
  const { piece = packed.length } = spec;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += piece) pieces.push(chunk('IDAT', packed.subarray(at, at + piece)));
  return joinPng(headerOf(spec), ...(spec.between ?? []), ...pieces);
}

/** All passes' rows, filtered. */
export function rowsOf({ width, height, depth, color, interlaced, sample, filters = [0] }: PngSpec): number[] {
  const channels = CHANNELS[color]!;
  const distance = Math.max(1, (channels * depth) >> 3);
  const passes = interlaced ? ['0088', '4088', '0448', '2044', '0224', '1022', '0112'] : ['0011'];
  const out: number[] = [];
  let count = 0;
  for (const [left, top, across, down] of passes.map((pass) => [...pass].map(Number) as [number, number, number, number])) {
    let before: number[] | undefined;
    for (let y = top; y < height && left < width; y += down) {
      let bits = '';
      for (let x = left; x < width; x += across)
        for (let channel = 0; channel < channels; channel++) bits += sample(x, y, channel).toString(2).padStart(depth, '0');
      const row = (bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2));
      const filter = filters[count++ % filters.length]!;
      out.push(filter, ...row.map((byte, at) => (byte - guess(filter, row[at - distance], before?.[at], before?.[at - distance])) & 255));
      before = row;
    }
  }
  return out;
}

function guess(filter: number, a = 0, b = 0, c = 0): number {
  const p = a + b - c;
  const nearest = [a, b, c].sort((u, v) => Math.abs(p - u) - Math.abs(p - v))[0]!;
  return [0, a, b, Math.floor((a + b) / 2), nearest][filter] ?? 0;
}
