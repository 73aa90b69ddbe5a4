/** Parameters of gates as people read and type them. */
import type { ParamSpec, ParamValue } from '@wiregrad/engine';
import { formatValue, parseValue } from '../canvas/valueText';

type Read = { readonly value: ParamValue } | { readonly problem: string };

/** Empty for a value that is absent: the default then holds. */
export function formatParam(spec: ParamSpec, value: ParamValue | undefined): string {
  if (value === undefined || value === null) return '';
  switch (spec.type) {
    case 'integers':
      return Array.isArray(value) ? (value.length ? value.join(', ') : '[]') : String(value);
    case 'tensor':
      return formatValue(value);
    case 'init':
      return formatInit(value);
    case 'number':
    case 'integer':
    case 'boolean':
    case 'choice':
    case 'text':
    case 'code':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    default:
      throw spec satisfies never;
  }
}

/** What `text` means, or a sentence that says what is wrong with it; ranges and names are the engine's to check. */
export function readParam(spec: ParamSpec, text: string, dtype: unknown): Read {
  const plain = text.trim().replaceAll('−', '-');
  switch (spec.type) {
    case 'number':
    case 'integer':
      return plain !== '' && Number.isFinite(Number(plain)) ? { value: Number(plain) } : { problem: 'expected a number' };
    case 'integers': {
      const entries = plain
        .replace(/^\[|\]$/g, '')
        .split(/[\s,×x]+/)
        .filter(Boolean)
        .map(Number);
      return entries.every(Number.isInteger) ? { value: entries } : { problem: 'expected whole numbers with commas between them' };
    }
    case 'tensor':
      return parseValue(text, dtype === 'int32' ? 'int32' : 'float');
    case 'init':
      return readInitText(plain);
    case 'boolean':
      return { value: plain === 'true' };
    case 'choice':
    case 'text':
    case 'code':
      return { value: text };
    default:
      throw spec satisfies never;
  }
}

/** `normal mean=0 std=0.1` for {"kind": "normal", "mean": 0, "std": 0.1}. */
function formatInit(value: ParamValue): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return String(value);
  const { kind, ...options } = value as Record<string, unknown>;
  return [String(kind), ...Object.entries(options).map(([name, option]) => `${name}=${String(option)}`)].join(' ');
}

function readInitText(text: string): Read {
  const [kind = '', ...options] = text.split(/[\s,]+/);
  const entries: [string, unknown][] = [];
  for (const option of options.filter(Boolean)) {
    const [name, setting] = option.split('=');
    if (!name || !setting) return { problem: `expected options such as std=0.1, found ${option}` };
    entries.push([name, Number.isNaN(Number(setting)) ? setting : Number(setting)]);
  }
  return { value: { kind, ...Object.fromEntries(entries) } };
}
