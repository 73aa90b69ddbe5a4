/**
 * How sizes follow the number of rows: a document is lowered with several numbers of them, and what differs between the
 * graphs has to be factor · N + offset. With one number alone nothing differs.
 */
import type { Shape } from '../base/shapes';

/** Numbers of rows that no size of a network has by accident, so that no reshape is left out for being none. */
export const ROWS = [1009, 1013, 1021] as const;

/** A number that is the same for any N, or follows it. */
export type Size = number | { readonly factor: number; readonly offset: number };

/** A gate that computes otherwise with another number of rows; the model is written for one number then. */
export class FixedRows extends Error {
  override readonly name = 'FixedRows';
}

/** The number that is `values` in the graphs of `rows`. Throws FixedRows for one that does not follow them evenly. */
export function sizeOver(rows: readonly number[], values: readonly number[]): Size {
  const first = values[0]!;
  if (values.every((value) => value === first)) return first;
  const factor = (values[1]! - first) / (rows[1]! - rows[0]!);
  const offset = first - factor * rows[0]!;
  if (!Number.isInteger(factor) || rows.some((count, at) => Math.abs(factor * count + offset - values[at]!) > 1e-6))
    throw new FixedRows(`${values.join(', ')} for ${rows.join(', ')} rows`);
  return { factor, offset };
}

/** Size by size. */
export function shapeOver(rows: readonly number[], shapes: readonly Shape[]): readonly Size[] {
  return shapes[0]!.map((_, axis) =>
    sizeOver(
      rows,
      shapes.map((shape) => shape[axis]!)
    )
  );
}

/** `N`, `2N`, `N+1`. */
export function sizeText(size: Size): number | string {
  if (typeof size === 'number') return size;
  const { factor, offset } = size;
  return `${factor === 1 ? '' : factor}N${offset === 0 ? '' : offset > 0 ? `+${offset}` : offset}`;
}
