/** Histograms of one thing at different times, brought to common bins, as a ridge of hills shows them. */
import type { Histogram } from '@wiregrad/engine';

export interface Hills {
  readonly from: number;
  readonly to: number;
  /** One for each time, the earliest first: heights from 0 to 1, 1 being the highest of all. */
  readonly rows: readonly (readonly number[])[];
}

/** At most `most` of the histograms, evenly, the last one always, over `bins` equal parts of the range of all. */
export function hillsOf(histograms: readonly Histogram[], bins: number, most: number): Hills | null {
  const finite = histograms.filter(({ from, to, counts }) => Number.isFinite(from) && Number.isFinite(to) && counts.length > 0);
  if (finite.length === 0) return null;
  const every = Math.max(1, Math.ceil(finite.length / most));
  const shown = finite.filter((_, index) => (finite.length - 1 - index) % every === 0);
  const low = shown.reduce((least, { from }) => Math.min(least, from), Infinity);
  const high = shown.reduce((largest, { to }) => Math.max(largest, to), -Infinity);
  const [from, to] = high > low ? [low, high] : [low - 0.5, high + 0.5];
  const rows = shown.map((histogram) => rebinned(histogram, from, to, bins));
  const highest = Math.max(...rows.flat(), 1e-12);
  return { from, to, rows: rows.map((row) => row.map((height) => height / highest)) };
}

/** Shares of the entries in each of the bins: a part that two bins share is divided between them. */
function rebinned({ from: low, to: high, counts }: Histogram, from: number, to: number, bins: number): readonly number[] {
  const result = new Array<number>(bins).fill(0);
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  const width = (to - from) / bins;
  const part = (high - low) / counts.length;
  for (const [index, count] of counts.entries()) {
    const [start, end] = [low + index * part, low + (index + 1) * part];
    const first = Math.max(0, Math.min(bins - 1, Math.floor((start - from) / width)));
    const last = Math.max(first, Math.min(bins - 1, Math.ceil((end - from) / width) - 1));
    for (let bin = first; bin <= last; bin++) {
      const overlap = Math.min(end, from + (bin + 1) * width) - Math.max(start, from + bin * width);
      result[bin]! += ((first === last ? 1 : Math.max(0, overlap) / part) * count) / total;
    }
  }
  return result;
}
