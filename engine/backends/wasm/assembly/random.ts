/**
 * Random numbers by Philox4x32-10 (Salmon et al. 2011), word for word as engine/base/random.ts computes them: a number
 * depends on the seed, the step, the stream and its own place alone.
 */

/** Words: out, seed and step, low and high word of the stream. A unit is a vector, one block of Philox. */
export function random(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const seed = load<usize>(p, 20);
  for (let block = from; block < to; block++) {
    let c0: u32 = block;
    let c1 = load<u32>(p, 28);
    let c2 = load<u32>(p, 24);
    let c3 = load<u32>(seed, 4);
    let k0 = load<u32>(seed);
    let k1: u32 = 0;
    for (let round = 0; round < 10; round++) {
      const first = <u64>0xd2511f53 * <u64>c0;
      const second = <u64>0xcd9e8d57 * <u64>c2;
      c0 = <u32>(second >> 32) ^ c1 ^ k0;
      c1 = <u32>second;
      c2 = <u32>(first >> 32) ^ c3 ^ k1;
      c3 = <u32>first;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    const at = out + (<usize>block << 4);
    store<f32>(at, unit(c0));
    store<f32>(at, unit(c1), 4);
    store<f32>(at, unit(c2), 8);
    store<f32>(at, unit(c3), 12);
  }
}

/** The upper 24 bits as a fraction. */
// @ts-ignore: decorator
@inline
function unit(word: u32): f32 {
  return <f32>(word >> 8) * <f32>(1.0 / 16777216.0);
}
