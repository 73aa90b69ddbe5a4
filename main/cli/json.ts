/** JSON lines with the words that documents use for what JSON has no numbers for: "NaN", "Infinity", "-Infinity". */

/** `value` on a line of its own. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item))}\n`;
}
