import { expect, it } from 'vitest';
import { expectReadOrRefused, mutations } from './faults';

it('a document changed in twenty thousand ways is read or refused, and nothing else', () => {
  let at = 0;
  for (const text of mutations(20_000)) {
    try {
      expectReadOrRefused(text);
    } catch (error) {
      throw new Error(`mutation ${at} of randomOf('documents'): ${JSON.stringify(text.slice(0, 2_000))}`, { cause: error });
    }
    at++;
  }
  expect(at).toBe(20_000);
});
