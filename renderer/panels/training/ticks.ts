/** About `count` round numbers in [low, high], as an axis shows them. */
export function niceTicks(low: number, high: number, count: number): readonly number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  // What rounding leaves above a step is no reason for the next one.
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power * (1 + 1e-9) >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
