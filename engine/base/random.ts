/**
 * Random numbers that are functions of where they are used, not of what was drawn before: Philox4x32-10 (Salmon et al. 2011,
 * "Parallel random numbers: as easy as 1, 2, 3"). The same key and index give the same number on every machine.
 */

/** What a stream of draws is named by: four words, seed first. */
export type RandomKey = readonly [seedLow: number, seedHigh: number, streamLow: number, streamHigh: number];

const words = new Uint32Array(4);

/** High 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(((middle & 0xffff) + aLow * bHigh) / 0x10000)) >>> 0;
}

/** The block of four words at a counter of four words under a key of two; written to `out`. */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0 >>> 0);
    const high1 = multiplyHigh(0xcd9e8d57, c2 >>> 0);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The key of the draws that belong to `id` under `seed`. */
export function keyOf(seed: number, id: string): RandomKey {
  // FNV-1a twice, with different bases and multipliers: 64 bits, so that two ids do not share a stream by accident.
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < id.length; at++) {
    low = Math.imul(low ^ id.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ id.charCodeAt(at), 0x5bd1e995);
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, low >>> 0, high >>> 0];
}

function fill([seedLow, seedHigh, streamLow, streamHigh]: RandomKey, index: number): void {
  // An index beyond 32 bits goes into the stream's high word, which no array here is long enough to reach.
  philox(index >>> 0, Math.floor(index / 2 ** 32) ^ streamHigh, streamLow, 0, seedLow, seedHigh, words);
}

/** 32 random bits, as an unsigned number. */
export function randomBits(seed: number, stream: number, counter: number): number {
  fill([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, stream >>> 0, 0], counter);
  return words[0]!;
}

function unit(high: number, low: number): number {
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 2 ** 53;
}

/** Uniform in [0, 1), 53 bits. */
export function uniformAt(key: RandomKey, index: number): number {
  fill(key, index);
  return unit(words[0]!, words[1]!);
}

/** Standard normal, by Box and Muller. */
export function normalAt(key: RandomKey, index: number): number {
  fill(key, index);
  const radius = Math.sqrt(-2 * Math.log1p(-unit(words[0]!, words[1]!)));
  return radius * Math.cos(2 * Math.PI * unit(words[2]!, words[3]!));
}

/** 0 … count − 1 in random order (Fisher and Yates). */
export function permutation(key: RandomKey, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniformAt(key, last) * (last + 1));
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}
