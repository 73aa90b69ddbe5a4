/** Results for people: columns aligned, large tensors by their first entries. */
import { formatShape, writeTensor, type Tensor } from '@wiregrad/engine';

/** Entries that a tensor is shown with. */
const SHOWN = 8;

/** Rows under a heading, columns padded to their widest cell. */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return [heading, ...rows].map(line).join('\n');
}

/** Six significant digits, as short as they go. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}

/** `3`, `[1, 2]`, or the first entries of a large one. */
export function formatTensor(tensor: Tensor | undefined): string {
  if (!tensor) return '';
  const { data, shape } = tensor;
  if (shape.length === 0) return formatNumber(data[0]!);
  if (data.length <= SHOWN)
    return JSON.stringify(writeTensor({ shape, data: Float64Array.from(data, (value) => Number(formatNumber(value))) }))
      .replaceAll(',', ', ')
      .replaceAll('"', '');
  return `[${Array.from(data.subarray(0, SHOWN), formatNumber).join(', ')}, …]`;
}

export function shapeText({ shape }: Tensor): string {
  return shape.length === 0 ? 'scalar' : formatShape(shape);
}
