/** Values of variables and constants as people type them on a node. */
import { formatShape, readTensor, type Dtype, type TensorJson } from '@wiregrad/engine';

/** Longer texts are edited elsewhere: on a node they could not be read. */
const LONGEST_TEXT = 60;

/** Whether a value is typed on nodes of this gate. */
export function isTyped(gate: string): boolean {
  return gate === 'variable' || gate === 'constant';
}

/** `-2`, `[[1, 2], [3, 4]]`. */
export function formatValue(value: unknown): string {
  if (value === undefined) return '0';
  if (typeof value === 'string') return value;
  return JSON.stringify(value).replaceAll(',', ', ').replaceAll('"', '');
}

/** The value where it can be read and typed on a node, else its shape. */
export function valueCaption(value: unknown): string {
  const text = formatValue(value);
  if (text.length <= LONGEST_TEXT) return text;
  const tensor = readTensor(value);
  return typeof tensor === 'string' ? `${text.slice(0, 12)}…` : formatShape(tensor.shape);
}

/** What `text` means: a number, nested lists in brackets, or `1, 2, 3` without; or a sentence that says what is wrong. */
export function parseValue(text: string, dtype: Dtype): { readonly value: TensorJson } | { readonly problem: string } {
  const plain = text.trim().replaceAll('−', '-');
  if (plain === '') return { problem: 'empty; expected a number, or a list such as [1, 2]' };
  const json = plain
    .replace(/-?\b(?:NaN|Infinity)\b/g, (word) => `"${word}"`)
    // What JSON has no words for but people write: 1. .5 +1
    .replace(/(?<![\d.eE])\+(?=[\d.])/g, '')
    .replace(/(?<!\d)\.(?=\d)/g, '0.')
    .replace(/(?<=\d)\.(?!\d)/g, '.0');
  const value = tryJson(json) ?? (json.includes(',') ? tryJson(`[${json}]`) : undefined);
  if (value === undefined) return { problem: `"${shortened(plain)}" is not a number; expected one, or a list such as [1, 2]` };
  const tensor = readTensor(value, dtype);
  return typeof tensor === 'string' ? { problem: tensor } : { value: value as TensorJson };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
