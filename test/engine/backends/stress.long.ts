import { expect, it } from 'vitest';
import { stress } from './stress';

it.each([1, 2])(
  'for a minute no run hangs and no bit changes: seed %i',
  async (seed) => {
    const outcome = await stress(60_000, seed);
    process.stderr.write(`stress, seed ${seed}: ${JSON.stringify(outcome)}\n`);
    expect(outcome.wrong).toBe(0);
    expect(outcome.deaths).toBeGreaterThan(0);
  },
  120_000
);
