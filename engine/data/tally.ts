/** What sums up the numbers of a column as they come by, in memory that does not grow with them. */
import type { Histogram } from '../base/report';

/** Numbers that are kept for a histogram; of more, every second, then every fourth … */
const MOST = 2 ** 15;
const PARTS = 24;

export class Tally {
  count = 0;
  minimum = Infinity;
  maximum = -Infinity;
  private mean = 0;
  private squares = 0;
  private sample: number[] = [];
  private stride = 1;

  add(number: number): void {
    if (this.count % this.stride === 0) {
      this.sample.push(number);
      if (this.sample.length === MOST) {
        this.sample = this.sample.filter((_, at) => at % 2 === 0);
        this.stride *= 2;
      }
    }
    this.count++;
    if (number < this.minimum) this.minimum = number;
    if (number > this.maximum) this.maximum = number;
    // Welford 1962.
    const before = number - this.mean;
    this.mean += before / this.count;
    this.squares += before * (number - this.mean);
  }

  /** Nothing where no number came by. The deviation is the population's. */
  get summary(): { minimum: number; maximum: number; mean: number; deviation: number; histogram: Histogram } | undefined {
    if (this.count === 0) return undefined;
    const { minimum, maximum, mean } = this;
    return {
      minimum,
      maximum,
      mean,
      deviation: Math.sqrt(this.squares / this.count),
      histogram: histogramOf(this.sample, minimum, maximum, PARTS)
    };
  }
}

/** How many of `numbers` fall into each of `parts` equal parts of [from, to]. */
export function histogramOf(numbers: ArrayLike<number>, from: number, to: number, parts: number): Histogram {
  const counts = new Array<number>(parts).fill(0);
  const width = to - from;
  for (let at = 0; at < numbers.length; at++) {
    const place = width > 0 ? Math.floor(((numbers[at]! - from) / width) * parts) : 0;
    counts[Math.max(0, Math.min(parts - 1, place))]!++;
  }
  return { from, to, counts };
}
