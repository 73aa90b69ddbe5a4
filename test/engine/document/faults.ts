/** Documents damaged in every way that a disk, an editor or an enemy has. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { EngineError, errorsOf, type Diagnostic } from '../../../engine/base/errors';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { lower } from '../../../engine/lower/lower';
import { randomOf } from '../../random';

const EXAMPLES = fileURLToPath(new URL('../../../renderer/examples/', import.meta.url));
const LECTURE = fileURLToPath(new URL('../../golden/lecture.json', import.meta.url));

/** The gallery and the lecture's graphs, as files have them. */
export const documents: ReadonlyMap<string, string> = new Map([
  ...readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.wiregrad'))
    .map((name) => [name, readFileSync(EXAMPLES + name, 'utf8')] as const),
  ...(JSON.parse(readFileSync(LECTURE, 'utf8')) as { examples: { document: { name: string } }[] }).examples.map(
    ({ document }) => [`lecture: ${document.name}`, JSON.stringify(document)] as const
  )
]);

/** Everything that a document holds, as a text that differs where the document does. */
function contentsOf(document: Document): string {
  return JSON.stringify(document, (_key, json: unknown) => {
    if (json instanceof Map) return [...(json as Map<string, unknown>)];
    // A number beyond the largest is written as the word.
    return typeof json === 'number' && (Object.is(json, -0) || !Number.isFinite(json)) ? (json === 0 ? '-0' : String(json)) : json;
  });
}

function expectDiagnostics(diagnostics: readonly Diagnostic[]): void {
  expect(diagnostics.filter(({ code, message }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code) || message === '')).toEqual([]);
}

/**
 * That a file is either read, and then written and read again as the same, or refused with a reason; that what was read is
 * lowered or refused; and that neither takes long. Tells which it was.
 */
export function expectReadOrRefused(file: string | Uint8Array): 'read' | 'refused' {
  const began = performance.now();
  const { document, diagnostics } = parseDocument(file);
  expectDiagnostics(diagnostics);
  if (document) {
    const written = serializeDocument(document);
    const again = parseDocument(written).document;
    expect(again && contentsOf(again)).toBe(contentsOf(document));
    expect(again && serializeDocument(again)).toBe(written);
    try {
      expectDiagnostics(lower(document).diagnostics);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  } else expect(errorsOf(diagnostics).length).toBeGreaterThan(0);
  expect(performance.now() - began).toBeLessThan(5_000);
  return document ? 'read' : 'refused';
}

/** `expectReadOrRefused` of the mutations of seeds 0 … `count` − 1; a failure names its seed. Tells how many were which. */
export function expectMutationsReadOrRefused(count: number): { read: number; refused: number } {
  const outcomes = { read: 0, refused: 0 };
  for (let seed = 0; seed < count; seed++) {
    const file = mutation(seed);
    try {
      outcomes[expectReadOrRefused(file)]++;
    } catch (error) {
      throw new Error(`mutation(${seed}): ${new TextDecoder().decode(file).slice(0, 2_000)}`, { cause: error });
    }
  }
  return outcomes;
}

const KEYS = [
  'format',
  'version',
  'nodes',
  'wires',
  'id',
  'gate',
  'params',
  'from',
  'to',
  'objective',
  'layout',
  'definitions',
  'datasets',
  'training',
  'frames',
  'via',
  '__proto__',
  'constructor',
  'toString',
  'x'
];
/** What stands where something else is expected. */
export const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53,
  0.5,
  '',
  'x',
  '__proto__',
  'constructor',
  'NaN',
  'a.b.c',
  '\ud800',
  '\0',
  'é'.repeat(50),
  [],
  [[]],
  [1, [2]],
  {},
  { x: 1 },
  { shape: [1e9, 1e9], data: [] },
  { shape: [-1], data: [1] },
  Array.from({ length: 200 }, () => 0),
  Array.from({ length: 20_000 }, (_, at) => at),
  Array.from({ length: 2_000 }, () => ({ id: 'x', gate: 'add' })),
  JSON.parse('['.repeat(300) + ']'.repeat(300)),
  JSON.parse('{"__proto__":{"gate":"add"}}')
];
const SNIPPETS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '\0',
  '\ufeff',
  'null',
  'NaN',
  '-',
  '1e999',
  '/*',
  "'",
  '\n',
  '"__proto__":',
  '9'.repeat(400),
  '['.repeat(200),
  '{"a":'.repeat(200),
  '['.repeat(50_000),
  '-0',
  '1e-999',
  '0x10',
  'undefined',
  '\u2028'
];

/** A damaged document, the same for the same seed. */
export function mutation(seed: number): Uint8Array {
  const random = randomOf('documents', seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let text = pick([...documents.values()]);
  for (let change = 0; change <= random() * 3; change++)
    text = random() < 0.5 ? damageText(text, random, pick) : damageJson(text, random, pick);
  const bytes = new TextEncoder().encode(random() < 0.05 ? `\ufeff${text}` : text);
  return random() < 0.2 ? damageBytes(bytes, random) : bytes;
}

/** As a disk or a wire does it: UTF-8 may break. */
function damageBytes(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.length);
  const some = Uint8Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * 256));
  switch (Math.floor(random() * 3)) {
    case 0: {
      const flipped = bytes.slice();
      if (flipped.length > 0) flipped[at]! ^= 1 << Math.floor(random() * 8);
      return flipped;
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + some.length)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at)]);
  }
}

function damageText(text: string, random: () => number, pick: <T>(list: readonly T[]) => T): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 20);
  switch (Math.floor(random() * 4)) {
    case 0:
      return text.slice(0, at) + pick(SNIPPETS) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    default:
      return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 0x10000)) + text.slice(at + 1);
  }
}

/** Changes the value at some place of the JSON, its key, or how often it is there. */
function damageJson(text: string, random: () => number, pick: <T>(list: readonly T[]) => T): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return damageText(text, random, pick);
  }
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || places.length > 2_000) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key });
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(json);
  if (places.length === 0) return text;
  const { holder, key } = pick(places);
  const other = pick(places);
  switch (Math.floor(random() * 4)) {
    case 0:
      define(holder, key, pick(VALUES));
      break;
    case 1:
      define(holder, pick(KEYS), holder[key]);
      break;
    case 2:
      delete holder[key];
      break;
    default:
      define(holder, key, structuredClone(other.holder[other.key]));
  }
  const damaged = JSON.stringify(json);
  // An entry once more, which JSON.parse would not tell.
  return random() < 0.1 ? damaged.replace(/"(\w+)":("[^"]*"|\d+)/, '$&,"$1":0') : damaged;
}

/** Also `__proto__`, as JSON.parse does. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
