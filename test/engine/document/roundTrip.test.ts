import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import { documents } from './documents';

describe('saving and loading', () => {
  it('gives back the same document, whatever it holds', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { document: loaded, diagnostics } = parseDocument(serializeDocument(document));
        expect(diagnostics).toEqual([]);
        // Not toStrictEqual, which asks objects for their `constructor` and here is given one from the file.
        expect(isDeepStrictEqual(loaded, document)).toBe(true);
      })
    );
  });

  it('writes the same bytes for what was loaded from them', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const text = serializeDocument(document);
        expect(serializeDocument(parseDocument(text).document!)).toBe(text);
      })
    );
  });

  it('never throws, whatever is cut out of the text or put into it', () => {
    const insert = fc.oneof(
      fc.string(),
      fc.constantFrom('{', '}', '[', ']', '"', ',', ':', 'null', '1e999', '"id"', '"__proto__":1,', '\ufeff', '\u0000')
    );
    fc.assert(
      fc.property(
        documents,
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(8), insert), { minLength: 1, maxLength: 4 }),
        (document, mutations) => {
          let text = serializeDocument(document);
          for (const [where, cut, put] of mutations) {
            const at = Math.floor(where * text.length);
            text = text.slice(0, at) + put + text.slice(at + cut);
          }
          const { document: loaded, diagnostics } = parseDocument(text);
          if (!loaded) expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
          else expect(parseDocument(serializeDocument(loaded)).document).toBeDefined();
        }
      ),
      { numRuns: 500 }
    );
  });

  it('never throws when any value of the document is replaced by another kind of value', () => {
    const strange = fc.oneof(
      fc.constantFrom(null, true, 0, -1, 1.5, 1e308, '', 'x', '__proto__', 'a.b.c', [], {}, [[]], [null], { from: 1 }),
      fc.jsonValue()
    );
    fc.assert(
      fc.property(documents, fc.nat(), strange, (document, pick, value) => {
        const json: unknown = JSON.parse(serializeDocument(document));
        const places: [object, string][] = [];
        const visit = (item: unknown): void => {
          if (typeof item !== 'object' || item === null) return;
          for (const key of Object.keys(item)) {
            places.push([item, key]);
            visit((item as Record<string, unknown>)[key]);
          }
        };
        visit(json);
        const [parent, key] = places[pick % places.length]!;
        Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
        const { document: loaded, diagnostics } = parseDocument(JSON.stringify(json));
        if (!loaded) expect(diagnostics.length).toBeGreaterThan(0);
        else {
          const text = serializeDocument(loaded);
          expect(serializeDocument(parseDocument(text).document!)).toBe(text);
        }
      }),
      { numRuns: 1000 }
    );
  });
});
