/** What is to be said of a column in a few words. */
import { formatCount, formatExact } from '../../widgets/format';
import type { Column } from '../../stores/columns';

export const short = (value: number | undefined): string => (value === undefined ? '' : formatExact(Number(value.toPrecision(4))));

export function factsOf({ type, classes, counts, minimum, maximum, mean, shape }: Column): string {
  if (type === 'text') return classes ? names(classes, counts) : 'many different texts';
  if (type === 'image') return `pictures of ${shape?.at(-1)} × ${shape?.at(-2)}${shape?.[0] === 3 ? ', in colour' : ''}`;
  const range = `${short(minimum)} … ${short(maximum)}, mean ${short(mean)}`;
  return type === 'array' ? `[${shape?.join(', ')}] a row, ${range}` : range;
}

function names(classes: readonly string[], counts: readonly number[] | undefined): string {
  return `${classes.length} names: ${classes.map((name, at) => (counts ? `${name} (${formatCount(counts[at]!)})` : name)).join(', ')}`;
}

/** Bars of a column: rows by class, or by stretch of its range. */
export function barsOf({ type, counts, histogram }: Column): { readonly counts: readonly number[]; readonly label: string } | null {
  const of = type === 'text' ? counts : (histogram?.counts ?? counts);
  if (!of || of.length === 0) return null;
  return { counts: of, label: type === 'text' ? 'Rows by name' : 'How often which numbers occur' };
}
