/** What the runs of a comparison come to: medians, bests, ratios, the table. Pure. */

/**
 * @typedef {{ median: number, minimum: number, unit: string }} Figure one run, or what several come to
 * @typedef {{ workload: string, threads: number, figures: Record<string, Figure | undefined> }} Row by competitor's name
 */

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = /** @type {number} */ (sorted[middle]);
  return sorted.length % 2 === 1 ? upper : /** @type {number} */ (sorted[middle - 1] + upper) / 2;
}

/** Whether more is better, as it is of a rate. @param {string} unit */
const isRate = (unit) => unit.endsWith('/s');

/**
 * The median of medians and the best of all rounds: the least time, or the highest rate.
 * @param {Figure[]} runs of one workload by one competitor
 * @returns {Figure | undefined} nothing where there was no run
 */
export function combine(runs) {
  const unit = runs[0]?.unit;
  if (unit === undefined) return undefined;
  const best = isRate(unit) ? Math.max : Math.min;
  return { median: median(runs.map((run) => run.median)), minimum: best(...runs.map((run) => run.minimum)), unit };
}

/**
 * How many times as long `a` takes as `b`, by medians and by bests.
 * @param {Figure | undefined} a
 * @param {Figure | undefined} b in the same unit
 */
export function ratio(a, b) {
  if (a === undefined || b === undefined) return undefined;
  if (a.unit !== b.unit) throw new Error(`${a.unit} and ${b.unit} do not compare`);
  const [top, bottom] = isRate(a.unit) ? [b, a] : [a, b];
  return { median: top.median / bottom.median, minimum: top.minimum / bottom.minimum };
}

/** Three digits, without an exponent. @param {number} value */
function digits(value) {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 100 ? String(Math.round(rounded)) : rounded.toPrecision(3);
}

/** @param {{ median: number, minimum: number } | undefined} figure */
const cell = (figure) => (figure === undefined ? '–' : `${digits(figure.median)} (${digits(figure.minimum)})`);

/**
 * The table of a comparison: each time (best in brackets), then each time over `base`'s, and `base`'s over `bar`'s.
 * @param {Row[]} rows
 * @param {string} base the competitor the others are set against
 * @param {string[]} peers
 * @param {string} bar the peer whose time is the measure of `base`'s
 */
export function table(rows, base, peers, bar) {
  const pairs = [...peers.map((peer) => [peer, base]), ...(peers.includes(bar) ? [[base, bar]] : [])];
  const head = ['workload', 'threads', 'unit', base, ...peers, ...pairs.map((pair) => pair.join('/'))];
  const body = rows.map(({ workload, threads, figures }) => [
    workload,
    String(threads),
    Object.values(figures).find((figure) => figure !== undefined)?.unit ?? '–',
    ...[base, ...peers].map((name) => cell(figures[name])),
    ...pairs.map(([a, b]) => cell(ratio(figures[String(a)], figures[String(b)])))
  ]);
  return align([head, ...body]);
}

/** Columns as wide as their widest cell, the first to the left, the others to the right. @param {string[][]} lines */
function align(lines) {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const pad = (/** @type {string} */ text, /** @type {number} */ column) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join('  ')).join('\n');
}
