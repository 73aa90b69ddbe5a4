import { describe, expect, it } from 'vitest';
import { documents, expectReadOrRefused, mutations } from './faults';
import { parseDocument } from '../../../engine/document/parse';

describe('a damaged document', () => {
  it.each([...documents.keys()])('cut off at any byte is refused, never half read: %s', (name) => {
    const bytes = new TextEncoder().encode(documents.get(name)!.trimEnd());
    for (let length = 0; length < bytes.length; length++) {
      const { document, diagnostics } = parseDocument(new TextDecoder().decode(bytes.subarray(0, length)));
      expect(document).toBeUndefined();
      expect(diagnostics[0]).toMatchObject({ code: 'not-json', message: expect.stringMatching(/^line \d+, column \d+: expected /) });
    }
  });

  it('changed in two thousand ways is read or refused, and nothing else', () => {
    const outcomes = { read: 0, refused: 0 };
    let at = 0;
    for (const text of mutations(2_000)) {
      try {
        outcomes[expectReadOrRefused(text)]++;
      } catch (error) {
        throw new Error(`mutation ${at} of randomOf('documents'): ${JSON.stringify(text.slice(0, 2_000))}`, { cause: error });
      }
      at++;
    }
    // Both happen often, or the changes would test little.
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(100);
  });
});
