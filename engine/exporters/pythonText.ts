/** What the Python exporters share: values as Python writes them, templates, and the parts that every file has. */
import { writeTensor, type Tensor, type TensorJson } from '../base/tensors';
import type { ResolvedParams } from '../gates/gate';

/** The module whose `nan` and `inf` a file has at hand. */
export type PythonLibrary = 'np' | 'torch';

/** Puts texts in the place of {names}. */
export function fill(template: string, texts: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => texts[name] ?? whole);
}

/** A float literal, with a point so that it is none of int. */
export function floatText(value: number, library: PythonLibrary): string {
  if (Number.isNaN(value)) return `${library}.nan`;
  if (!Number.isFinite(value)) return `${value < 0 ? '-' : ''}${library}.inf`;
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

export function tupleText(values: readonly (number | string)[]): string {
  return `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;
}

/** A parameter's value: lists as tuples, absent as None. */
export function valueText(value: unknown, library: PythonLibrary): string {
  if (value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatText(value, library);
  if (Array.isArray(value)) return tupleText(value.map((entry) => valueText(entry, library)));
  return JSON.stringify(value);
}

export function paramTexts(params: ResolvedParams, library: PythonLibrary): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, valueText(value, library)]));
}

/** The entries as nested lists, or a number alone. */
export function entriesText(tensor: Tensor, library: PythonLibrary): string {
  const text = (json: TensorJson): string => {
    if (Array.isArray(json)) return `[${json.map(text).join(', ')}]`;
    return tensor.dtype === 'int32' ? String(json) : floatText(Number(json), library);
  };
  return text(writeTensor(tensor));
}

export function docstring(text: string): string {
  return `"""${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"""`;
}

/** Says which ids have other names in the code; nothing where none has. */
export function renamedText(renamed: readonly (readonly [id: string, name: string])[]): readonly string[] {
  if (renamed.length === 0) return [];
  return ['# Renamed, because Python or this file uses the name:', ...renamed.map(([id, name]) => `#   ${id} is ${name}`), ''];
}

/** The function `plain`, which turns results into what json.dumps takes; `tensor` makes one of `x`, `size` counts its entries. */
export function plainText(tensor: string, size: string): readonly string[] {
  return [
    'def plain(x):',
    '    if isinstance(x, dict):',
    '        return {key: plain(value) for key, value in x.items()}',
    '    if isinstance(x, (list, str)):',
    '        return [plain(value) for value in x] if isinstance(x, list) else x',
    `    x = ${tensor}`,
    '    if x.ndim > 0:',
    `        return [plain(value) for value in x] if ${size} or x.ndim == 1 else {"shape": list(x.shape), "data": []}`,
    '    number = x.item()',
    '    if number != number:',
    '        return "NaN"',
    '    return ("Infinity" if number > 0 else "-Infinity") if abs(number) == float("inf") else number'
  ];
}

/** The lines as a file: no more than two empty ones in a row. */
export function joinLines(lines: readonly string[]): string {
  return lines.join('\n').replace(/\n{4,}/g, '\n\n\n');
}
