/** What a cell of a table means: nothing, a number, or text. */

const MISSING = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', '?']);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Empty, or one of the words that statistics programs write into an empty cell. */
export function isMissing(cell: string): boolean {
  // Most cells are numbers, and none of the words begins with a digit.
  const first = cell.charCodeAt(0);
  if (first >= 48 && first <= 57) return false;
  return MISSING.has(cell.trim().toLowerCase());
}

/** The finite decimal number that is written there, or null. */
export function readNumberCell(cell: string): number | null {
  const text = cell.trim();
  const number = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : null;
}
