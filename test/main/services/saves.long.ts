import { describe, expect, it } from 'vitest';
import { CALLS, hasStrace, saveKilledAt } from './killedSaves';

describe.skipIf(!hasStrace('killing saves at every system call'))('a save', () => {
  it.each(CALLS)('that is killed at any %s leaves the old file or the new one', (call) => {
    let kills = 0;
    while (saveKilledAt(call, kills + 1)) {
      kills++;
      expect(kills).toBeLessThan(1_000);
    }
    process.stderr.write(`${call}: killed at each of ${kills}\n`);
  });
});
