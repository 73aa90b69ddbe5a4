import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../engine/document/parse';
import { lower } from '../../../engine/lower/lower';
import { documents, expectMutationsReadOrRefused, expectReadOrRefused } from './faults';

const text = (rest: string): string => `{"format":"wiregrad","version":1,"name":"n","nodes":[],"wires":[]${rest}}`;
const utf8 = (source: string): Uint8Array => new TextEncoder().encode(source);

describe('a damaged document', () => {
  it.each([...documents.keys()])('cut off at any byte is refused, never half read: %s', (name) => {
    const bytes = utf8(documents.get(name)!.trimEnd());
    for (let length = 0; length < bytes.length; length++) {
      const { document, diagnostics } = parseDocument(bytes.subarray(0, length));
      expect([length, document]).toEqual([length, undefined]);
      expect(diagnostics[0]).toMatchObject({
        severity: 'error',
        code: expect.stringMatching(/^not-(json|utf-8)$/),
        hint: expect.any(String)
      });
    }
  });

  it('changed in two thousand ways is read or refused, and nothing else', () => {
    const { read, refused } = expectMutationsReadOrRefused(2_000);
    // Both happen often, or the changes would test little.
    expect(Math.min(read, refused)).toBeGreaterThan(200);
  });

  it.each([
    [
      '{"format":"wiregrad","version":1,"nodes":[],\n  "wires":[],"nodes":[]}',
      'line 2, column 14: the key "nodes" is there twice in one object'
    ],
    [text(',"layout":{"x":[0,0],\n"y":[1,1],\n"x":[2,2]}'), 'line 3, column 1: the key "x" is'],
    [text(',"a":{"b":[{"c":1},{"c":1,"d":":\\"c\\":","\\u0063":2}]}'), 'the key "c" is'],
    [text(',"__proto__":1,"__proto__":2'), 'the key "__proto__" is'],
    [text(`,"${'k'.repeat(100_000)}":1,"${'k'.repeat(100_000)}":2`), 'the key "kkk']
  ])('that has a key twice is refused, since the first would be lost: %#', (source, message) => {
    const { document, diagnostics } = parseDocument(source);
    expect(document).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'repeated-key', severity: 'error', message: expect.stringContaining(message) }]);
    expect(diagnostics[0]!.message.length).toBeLessThan(200);
  });

  it('is told by the same line and column, as text and as bytes', () => {
    for (const source of ['{]', '{\n "é": ]', '\ufeff{]', '{"a":1,\n "a":2}'])
      expect(parseDocument(utf8(source)).diagnostics).toEqual(parseDocument(source).diagnostics);
  });

  it.each([
    ['Latin-1', Uint8Array.from(text(',"é":1'), (character) => character.charCodeAt(0))],
    ['UTF-16', new Uint8Array(Uint16Array.from(text(''), (character) => character.charCodeAt(0)).buffer)],
    ['UTF-16 with its mark', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0)],
    ['half a character', utf8(text(',"é":1')).filter((byte) => byte !== 0xa9)],
    ['a surrogate', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['zeros', new Uint8Array(1_000)],
    ['nothing', new Uint8Array()]
  ])('in bytes of %s is refused, not read with other characters', (_what, bytes) => {
    const { document, diagnostics } = parseDocument(bytes);
    expect(document).toBeUndefined();
    expect(diagnostics[0]!.code).toMatch(/^not-(utf-8|json)$/);
  });

  it('in bytes is read as its text is', () => {
    for (const source of documents.values()) expect(parseDocument(utf8(source))).toEqual(parseDocument(source));
    expect(parseDocument(utf8(`\ufeff${text('')}`)).document).toEqual(parseDocument(text('')).document);
  });
});

describe('a document', () => {
  /** Each a file of megabytes. */
  it.each<[string, () => string]>([
    ['a million lists in each other', () => text(`,"x":${'['.repeat(1e6)}${']'.repeat(1e6)}`)],
    ['a million lists that do not close', () => text(`,"x":${'['.repeat(1e6)}`)],
    ['a name of five million letters', () => text('').replace('"n"', `"${'n'.repeat(5e6)}"`)],
    ['a string of a million escapes', () => text(`,"x":"${'\\u0000'.repeat(1e6)}"`)],
    ['a million numbers', () => text(`,"x":[${'1e308,'.repeat(1e6)}0]`)],
    ['two hundred thousand keys', () => text(`,"x":{${Array.from({ length: 2e5 }, (_, at) => `"k${at}":0`).join()}}`)],
    ['a number of a million digits', () => text(`,"x":${'9'.repeat(1e6)}`)],
    [
      'fifty thousand gates',
      () => text('').replace('[]', `[${Array.from({ length: 5e4 }, (_, at) => `{"id":"n${at}","gate":"add"}`).join()}]`)
    ],
    [
      'fifty thousand gates of one id',
      () => text('').replace('[]', `[${Array.from({ length: 5e4 }, () => '{"id":"n","gate":"add"}').join()}]`)
    ],
    [
      'fifty thousand wires to nowhere',
      () => text('').replace('"wires":[', `"wires":[${'{"from":"a","to":"b.c"},'.repeat(5e4).slice(0, -1)}`)
    ]
  ])('with %s is read or refused within seconds', (_what, source) => {
    expectReadOrRefused(source());
  });

  it.each<[string, string]>([
    ['a shape beyond memory', '{"id":"w","gate":"parameter","params":{"shape":[1e15,1e15]}}'],
    ['a size that is no number', '{"id":"w","gate":"parameter","params":{"shape":["1e3",null,{}]}}'],
    ['a tensor of a shape that it has not', '{"id":"w","gate":"constant","params":{"value":{"shape":[1e9,1e9],"data":[1]}}}'],
    ['a tensor of a negative shape', '{"id":"w","gate":"constant","params":{"value":{"shape":[-1,-1],"data":[1]}}}'],
    ['a list that ends too early', '{"id":"w","gate":"constant","params":{"value":[[1,2],[3]]}}'],
    ['a number too large for a double', '{"id":"w","gate":"constant","params":{"value":1e999}}'],
    ['a gate that objects inherit', '{"id":"w","gate":"constructor"}'],
    ['a gate called __proto__', '{"id":"w","gate":"__proto__"}'],
    ['parameters that objects inherit', '{"id":"w","gate":"relu","params":{"__proto__":{"a":1},"constructor":1,"toString":2}}']
  ])('with %s is read or refused, and allocates nothing of it', (_what, node) => {
    const before = process.memoryUsage().arrayBuffers;
    expectReadOrRefused(text('').replace('"nodes":[]', `"nodes":[${node}]`));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it.each([
    ['definitions in each other ten times over, twelve deep', 12, 10, 1],
    ['a definition repeated a billion times', 2, 1, 1_000_000_000],
    ['definitions twenty thousand deep', 20_000, 1, 1]
  ])('with %s is refused before they are unrolled', (_what, levels, width, repeat) => {
    const definition = (level: number): string => {
      const last = level + 1 === levels;
      const inner = Array.from({ length: last ? 1 : width }, (_, at) => `{"id":"m${at}","gate":"${last ? 'relu' : `d${level + 1}`}"}`);
      const wires = inner.map((_, at) => `{"from":"${at === 0 ? 'x' : `m${at - 1}`}","to":"m${at}.x"}`);
      return `"d${level}":{"inputs":["x"],"outputs":{"out":"m${inner.length - 1}"},"nodes":[${inner.join()}],"wires":[${wires.join()}]}`;
    };
    const { document } = parseDocument(`{"format":"wiregrad","version":1,"name":"n","objective":"r",
      "nodes":[{"id":"q","gate":"variable"},{"id":"r","gate":"d0","params":{"repeat":${repeat}}}],"wires":[{"from":"q","to":"r.x"}],
      "definitions":{${Array.from({ length: levels }, (_, level) => definition(level)).join()}}}`);
    const began = performance.now();
    expect(lower(document!).diagnostics.map(({ code }) => code)).toContain('too-many-gates');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
