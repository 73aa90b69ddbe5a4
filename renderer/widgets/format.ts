/** How numbers and tensors are written on wires, in the inspector and in tooltips. A minus is U+2212, as wide as a plus. */
import type { TensorSummary } from '@wiregrad/engine';
import { useSettingsStore } from '../stores/settings';

const MINUS = '\u2212';
/** A vector of up to this many entries is written out on a label. */
const WRITTEN_OUT = 4;

type Numbers = Pick<TensorSummary, 'dtype' | 'shape' | 'data' | 'complete'>;

/** `−12.00`; powers of ten from a million up; `NaN`, `∞`, `−∞`. Whole numbers of int32 have no decimals: pass 0. */
export function formatNumber(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const size = Math.abs(value);
  let text = size === Infinity ? '∞' : size >= 1e6 && decimals > 0 ? size.toExponential(decimals) : size.toFixed(decimals);
  // What rounds to zero has no sign: −0.00 reads like a figure that means something.
  if (value < 0 && Number(text) !== 0) text = MINUS + text;
  return text;
}

/** Every digit that tells the number from its neighbours: a float32's from other float32s. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value, 0);
  return String(Math.fround(value) === value && !Number.isInteger(value) ? shortest(value) : value)
    .replace('-', MINUS)
    .replace('e-', `e${MINUS}`);
}

/** The double of fewest digits that rounds to the float32 `value`; nine always do. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

export function isScalar(summary: Pick<TensorSummary, 'shape'>): boolean {
  return summary.shape.length === 0;
}

/** What fits beside a wire: a scalar's figure, a short vector's entries, else the shape and the range. */
export function formatLabel(summary: TensorSummary, decimals: number = useSettingsStore().decimals): string {
  const { dtype, shape, data, complete, minimum, maximum, nonFinite } = summary;
  const digits = dtype === 'int32' ? 0 : decimals;
  if (isScalar(summary)) return formatNumber(data[0]!, digits);
  if (complete && data.length === 0) return `[${shape.join(',')}] empty`;
  if (complete && shape.length === 1 && data.length <= WRITTEN_OUT)
    return `[${Array.from(data, (entry) => formatNumber(entry, digits)).join(', ')}]`;
  const low = formatNumber(minimum, digits);
  const high = formatNumber(maximum, digits);
  const range = Number.isNaN(minimum) ? '' : low === high ? ` ${low}` : ` ${low}…${high}`;
  return `[${shape.join(',')}]${range}${nonFinite > 0 ? ` ⚠ ${nonFinite} not finite` : ''}`;
}

/** For tooltips: a scalar in full; a tensor's shape, range, mean and norm. */
export function formatFull(summary: TensorSummary): string {
  if (isScalar(summary)) return formatExact(summary.data[0]!);
  const { shape, minimum, maximum, mean, norm, nonFinite } = summary;
  const parts = [`shape [${shape.join(',')}]`];
  if (summary.complete && summary.data.length === 0) return parts[0]!;
  if (!Number.isNaN(minimum))
    parts.push(`min ${formatExact(minimum)}`, `max ${formatExact(maximum)}`, `mean ${formatExact(mean)}`, `norm ${formatExact(norm)}`);
  if (nonFinite > 0) parts.push(`${nonFinite} NaN or infinite`);
  return parts.join(', ');
}

/** A small tensor as nested rows, cut short with an ellipsis: for the numbers put into a formula. */
export function formatEntries({ dtype, shape, data, complete }: Numbers, decimals: number, limit = 6): string {
  const digits = dtype === 'int32' ? 0 : decimals;
  if (shape.length === 0) return formatNumber(data[0]!, digits);
  const shown = Array.from(data.slice(0, limit), (entry) => formatNumber(entry, digits));
  if (!complete || data.length > limit) shown.push('…');
  return `[${shown.join(', ')}]`;
}

/** `3 s`, `1 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(1)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

/** `today, 14:03:27` or `26 Nov, 14:03:27`, in the user's own way of writing. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const time = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const today = date.toDateString() === new Date().toDateString();
  return `${today ? 'today' : date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`;
}

/** A tick of an axis, as short as it can be. */
export function tickText(tick: number): string {
  return Math.abs(tick) >= 1e5 || (tick !== 0 && Math.abs(tick) < 1e-3)
    ? tick.toExponential(0).replace('e-', `e${MINUS}`).replace('e+', 'e')
    : String(Number(tick.toPrecision(4))).replace('-', MINUS);
}

/** `94.2 %` of a share from 0 to 1; a dash where there is none. */
export function formatShare(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)}\u00a0%`;
}

/** A loss, or another figure of a table, in four digits behind the point; a dash where there is none. */
export function formatLoss(loss: number | undefined): string {
  if (loss === undefined) return '–';
  return Number.isFinite(loss) && loss !== 0 && Math.abs(loss) < 1e-3
    ? loss.toExponential(2).replace('e-', `e${MINUS}`)
    : formatNumber(loss, 4);
}
