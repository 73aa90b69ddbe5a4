/** Documents damaged in every way that a disk, an editor or an enemy has. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { EngineError } from '../../../engine/base/errors';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import { lower } from '../../../engine/lower/lower';
import { randomOf } from '../../random';

const EXAMPLES = fileURLToPath(new URL('../../../renderer/examples/', import.meta.url));

export const documents: ReadonlyMap<string, string> = new Map(
  readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.wiregrad'))
    .map((name) => [name, readFileSync(EXAMPLES + name, 'utf8')])
);

/**
 * That a text is either read, and then written and read again as the same, or refused with a reason; that what was read is
 * lowered or refused; and that neither takes long. Tells which it was.
 */
export function expectReadOrRefused(text: string): 'read' | 'refused' {
  const began = performance.now();
  const { document, diagnostics } = parseDocument(text);
  if (!document) {
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { code, message } of diagnostics) expect([code, message].every(Boolean)).toBe(true);
  } else {
    const written = serializeDocument(document);
    const again = parseDocument(written);
    expect(again.document && serializeDocument(again.document)).toBe(written);
    try {
      lower(document);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  expect(performance.now() - began).toBeLessThan(5_000);
  return document ? 'read' : 'refused';
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
const VALUES: readonly unknown[] = [
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
  Array.from({ length: 200 }, () => 0)
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
  '{"a":'.repeat(200)
];

/** `count` damaged documents; the same every time. */
export function* mutations(count: number): Generator<string> {
  const random = randomOf('documents');
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const texts = [...documents.values()];
  for (let at = 0; at < count; at++) {
    let text = pick(texts);
    for (let change = 0; change <= random() * 3; change++)
      text = random() < 0.5 ? damageText(text, random, pick) : damageJson(text, random, pick);
    yield text;
  }
}

function damageText(text: string, random: () => number, pick: <T>(list: readonly T[]) => T): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 20);
  switch (Math.floor(random() * 5)) {
    case 0:
      return text.slice(0, at) + pick(SNIPPETS) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 3: {
      // As bytes: UTF-8 may break.
      const bytes = new TextEncoder().encode(text);
      bytes[at % bytes.length]! ^= 1 << Math.floor(random() * 8);
      return new TextDecoder().decode(bytes);
    }
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
  return JSON.stringify(json);
}

/** Also `__proto__`, as JSON.parse does. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
