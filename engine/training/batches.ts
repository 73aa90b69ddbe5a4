/** The order in which an epoch goes through its rows. */
import { keyOf, permutation } from '../base/random';

/** `rows` shuffled by seed and number of the epoch alone, so that a resumed run meets the same batches. */
export function epochOrder(rows: Int32Array, seed: number, epoch: number): Int32Array {
  return permutation(keyOf(seed, `epoch.${epoch}`), rows.length).map((index) => rows[index]!);
}
