/** How many numbers there are of which size: norms and histograms of tensors. */
import type { NumberArray } from '../base/dtypes';
import type { Histogram } from '../base/report';
import { histogramOf } from '../data/tally';

const PARTS = 30;
/** A histogram shows entries within so many standard deviations of the mean; those beyond are in its last parts. */
const SHOWN = 4;

/** √Σx². */
export function normOf(entries: NumberArray): number {
  let sum = 0;
  for (let at = 0; at < entries.length; at++) sum += entries[at]! ** 2;
  return Math.sqrt(sum);
}

/** √Σ(a − b)². */
export function distanceOf(a: NumberArray, b: NumberArray): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return Math.sqrt(sum);
}

/** Of where most entries are: those beyond are counted in the first and the last part. */
export function shownHistogram(entries: NumberArray): Histogram {
  if (entries.length === 0) return histogramOf(entries, 0, 0, PARTS);
  let [sum, squares, least, most] = [0, 0, Infinity, -Infinity];
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at]!;
    sum += entry;
    squares += entry ** 2;
    if (entry < least) least = entry;
    if (entry > most) most = entry;
  }
  const mean = sum / entries.length;
  const reach = SHOWN * Math.sqrt(Math.max(0, squares / entries.length - mean ** 2));
  const [from, to] = [Math.max(least, mean - reach), Math.min(most, mean + reach)];
  // The square of a small spread is lost beside that of a large mean.
  return from <= to ? histogramOf(entries, from, to, PARTS) : histogramOf(entries, least, most, PARTS);
}
