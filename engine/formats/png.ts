/** PNG (w3.org/TR/png-3): chunks with a sum each, one of which is the picture, row by row, filtered and deflated. */
import { Unzlib } from 'fflate';
import { sumOf } from './gzip';
import { checkSize, type Image, type Refuse } from './pixels';
import { expandPixels, SAMPLES, type PngHeader, type PngColors } from './pngPixels';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Deflate makes at most 1,032 bytes of one (zlib.net/zlib_tech.html). */
const DENSEST = 1_032;
/** Bytes that are unpacked at once. */
const STEP = 4096;

/** Where each pass begins and how far apart its pixels are; one pass for all, or the seven of Adam7 (section 8.1). */
type Pass = readonly [left: number, top: number, across: number, down: number];
const WHOLE: readonly Pass[] = [[0, 0, 1, 1]];
const ADAM7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2]
];

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, at) => bytes[at] === byte);
}

/** Every depth and kind of color, interlaced or not; of an animation the still picture. Throws what `refuse` makes of a sentence. */
export function readPng(bytes: Uint8Array, refuse: Refuse): Image {
  const { header, interlaced, colors, packed } = readChunks(bytes, refuse);
  const { width, height } = header;
  const bits = header.depth * SAMPLES[header.color]!;
  const passes = (interlaced ? ADAM7 : WHOLE)
    .map((pass) => ({ pass, columns: Math.ceil((width - pass[0]) / pass[2]), rows: Math.ceil((height - pass[1]) / pass[3]) }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map((part) => ({ ...part, rowBytes: 1 + Math.ceil((part.columns * bits) / 8) }));
  const expected = passes.reduce((sum, { rows, rowBytes }) => sum + rows * rowBytes, 0);
  const raw = unpack(packed, expected, refuse);
  const data = new Uint8Array(width * height * (header.color & 2 ? 3 : 1));
  let start = 0;
  for (const { pass, columns, rows, rowBytes } of passes) {
    const part = raw.subarray(start, start + rows * rowBytes);
    start += part.length;
    unfilter(part, rowBytes, Math.max(1, bits >> 3), refuse);
    for (let row = 0; row < rows; row++) {
      const samples = part.subarray(row * rowBytes + 1, (row + 1) * rowBytes);
      const first = (pass[1] + row * pass[3]) * width + pass[0];
      expandPixels(samples, columns, header, colors, data, first, pass[2], refuse);
    }
  }
  return { width, height, channels: header.color & 2 ? 3 : 1, data };
}

interface Chunks {
  readonly header: PngHeader;
  readonly interlaced: boolean;
  readonly colors: PngColors;
  readonly packed: readonly Uint8Array[];
}

function readChunks(bytes: Uint8Array, refuse: Refuse): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, Uint8Array[]>();
  let type = '';
  for (let at = SIGNATURE.length; type !== 'IEND';) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Infinity;
    if (at + 12 + length > bytes.length) throw refuse('it is cut off');
    const body = bytes.subarray(at + 8, at + 8 + length);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (view.getUint32(at + 8 + length) !== sumOf(bytes.subarray(at + 4, at + 8 + length)))
      throw refuse(`it is damaged at byte ${at}: the sum of a part is not the one that follows it`);
    if (chunks.size === 0 && type !== 'IHDR') throw refuse('it does not begin with its header');
    const bodies = chunks.get(type);
    if (bodies) bodies.push(body);
    else chunks.set(type, [body]);
    at += 12 + length;
  }
  const head = chunks.get('IHDR')![0]!;
  if (head.length !== 13) throw refuse(`its header is of ${head.length} bytes; expected 13`);
  const [width, height] = [0, 4].map((at) => new DataView(head.buffer, head.byteOffset).getUint32(at)) as [number, number];
  checkSize(width, height, refuse);
  const [depth, color, compression, filter, interlace] = head.subarray(8) as unknown as [number, number, number, number, number];
  const isKnown = DEPTHS[color]?.includes(depth) && compression === 0 && filter === 0 && interlace <= 1;
  if (!isKnown)
    throw refuse(`there are no pictures of color type ${color}, ${depth} bits and methods ${compression}, ${filter}, ${interlace}`);
  const palette = chunks.get('PLTE')?.[0];
  if (color === 3 && !palette) throw refuse('its pixels are numbers of a palette, and there is none in it');
  const colors = { palette, transparency: chunks.get('tRNS')?.[0] };
  return { header: { width, height, depth, color }, interlaced: interlace === 1, colors, packed: chunks.get('IDAT') ?? [] };
}

/** By color type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };

/** What the pieces unpack to, which must be `expected` bytes. */
function unpack(packed: readonly Uint8Array[], expected: number, refuse: Refuse): Uint8Array {
  const length = packed.reduce((sum, piece) => sum + piece.length, 0);
  if (expected > DENSEST * length) throw refuse(`its pixels take ${expected} bytes, more than the ${length} in it can unpack to`);
  const raw = new Uint8Array(expected);
  let total = 0;
  const stream = new Unzlib((piece) => {
    if (total + piece.length <= expected) raw.set(piece, total);
    total += piece.length;
  });
  try {
    for (const piece of packed)
      for (let at = 0; at < piece.length && total <= expected; at += STEP) stream.push(piece.subarray(at, at + STEP));
    if (total <= expected) stream.push(new Uint8Array(0), true);
  } catch (error) {
    throw refuse(`it cannot be unpacked (${(error as Error).message})`);
  }
  if (total !== expected) throw refuse(`its pixels take ${expected} bytes, and it unpacks to ${total > expected ? 'more' : `${total}`}`);
  return raw;
}

/** Undoes the filters of rows, in place (section 9.2): a byte is stored as its difference to those left, above, or both. */
function unfilter(rows: Uint8Array, rowBytes: number, pixelBytes: number, refuse: Refuse): void {
  for (let start = 0; start < rows.length; start += rowBytes) {
    const filter = rows[start]!;
    if (filter > 4) throw refuse(`a row is filtered by method ${filter}; there are 0 to 4`);
    for (let place = 1; place < rowBytes; place++) {
      const at = start + place;
      const left = place > pixelBytes ? rows[at - pixelBytes]! : 0;
      const above = start > 0 ? rows[at - rowBytes]! : 0;
      const corner = place > pixelBytes && start > 0 ? rows[at - rowBytes - pixelBytes]! : 0;
      rows[at]! += predict(filter, left, above, corner);
    }
  }
}

function predict(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      // Paeth: whichever of the three is nearest to left + above − corner.
      const [toLeft, toAbove, toCorner] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
      return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
    default:
      return 0;
  }
}
