/** Numbers that look drawn and are the same every time: what failed once fails again. */
import { keyOf, randomBits } from '../engine/base/random';

/** Numbers from 0 to below 1, named by what they are for: the name of the test that fails tells the draws. */
export function randomOf(name: string, seed = 0): () => number {
  const [, , stream] = keyOf(seed, name);
  let counter = 0;
  return () => randomBits(seed, stream, counter++) / 2 ** 32;
}
