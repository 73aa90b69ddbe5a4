import { expect, it } from 'vitest';
import { stress } from './stress';

const SEED = 4;

it('threads without cores of their own, some of them killed, never hang a run nor change a bit', async () => {
  const { runs, deaths, wrong } = await stress(6_000, SEED);
  expect(runs, `seed ${SEED}`).toBeGreaterThan(5);
  expect(deaths + wrong, `seed ${SEED}`).toBe(deaths);
}, 60_000);
