/** gzip (RFC 1952), one member: unpacked piece by piece, so that a small file is refused before it has become a large one. */
import { Gunzip } from 'fflate';
import { joinBytes } from './bytes';

const PLAIN_HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
/** The sum and the length of what is unpacked. */
const TAIL = 8;
const FLAGS = { headSum: 2, extra: 4, name: 8, comment: 16 } as const;
/** Bytes that are unpacked at once: they become at most a thousand times as many. */
const STEP = 4096;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What `bytes` unpack to, `limit` bytes at most. Throws what `refuse` makes of a sentence where they are cut off, changed or too many. */
export function gunzip(bytes: Uint8Array, limit: number, refuse: (message: string) => Error): Uint8Array {
  const start = bodyOf(bytes);
  const end = bytes.length - TAIL;
  if (start > end) throw refuse('it ends before it is unpacked');
  let members = 1;
  const pieces: Uint8Array[] = [];
  let total = 0;
  const stream = new Gunzip((piece) => {
    pieces.push(piece);
    total += piece.length;
  });
  stream.onmember = () => members++;
  try {
    // Without what a head may hold besides: the library copies one that is long again and again.
    stream.push(PLAIN_HEAD);
    for (let at = start; at < bytes.length && total <= limit && members === 1; at += STEP)
      stream.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length);
  } catch (error) {
    throw refuse(`it cannot be unpacked (${(error as Error).message})`);
  }
  if (total > limit) throw refuse(`it unpacks to more than ${limit} bytes`);
  if (members > 1) throw refuse('it is several gzip files in one; unpack it first');
  const whole = joinBytes(pieces);
  const tail = new DataView(bytes.buffer, bytes.byteOffset + end, TAIL);
  if (tail.getUint32(4, true) !== total || tail.getUint32(0, true) !== sumOf(whole))
    throw refuse(`it unpacks to ${total} bytes, whose sum is not the one at its end: it is cut off or changed`);
  return whole;
}

/** Where the packed bytes begin; behind the last byte where the head does not end. */
function bodyOf(bytes: Uint8Array): number {
  const flags = bytes[3] ?? 0;
  let at = PLAIN_HEAD.length;
  if (flags & FLAGS.extra) at += 2 + ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  for (const flag of [FLAGS.name, FLAGS.comment]) if (flags & flag) at = bytes.indexOf(0, at) + 1 || bytes.length;
  return flags & FLAGS.headSum ? at + 2 : at;
}

/** By byte, the remainder that CRC-32 has for it. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** CRC-32 as of RFC 1952, section 8. */
export function sumOf(bytes: Uint8Array): number {
  let sum = -1;
  for (let at = 0; at < bytes.length; at++) sum = REMAINDERS[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
