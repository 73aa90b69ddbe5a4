/** What a file from anywhere claims, kept short enough for a message: a name in it may be a hundred megabytes long. */

/** Axes of an array that is read: as many as NumPy and PyTorch have. */
export const MOST_AXES = 64;

const MOST_CHARACTERS = 80;

/** A text in quotes, or what else was found: scalars as JSON, the rest by kind. */
export function found(json: unknown): string {
  if (Array.isArray(json)) return `a list of ${json.length}`;
  if (typeof json === 'object' && json !== null) return 'an object';
  if (typeof json === 'string' && json.length > MOST_CHARACTERS) return `${JSON.stringify(json.slice(0, MOST_CHARACTERS))}…`;
  return JSON.stringify(json) ?? 'nothing';
}
