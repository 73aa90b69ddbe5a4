import { expect, it } from 'vitest';
import { expectMutationsReadOrRefused } from './faults';

it('a document changed in twenty thousand ways is read or refused, and nothing else', () => {
  const { read, refused } = expectMutationsReadOrRefused(20_000);
  expect(read + refused).toBe(20_000);
});
