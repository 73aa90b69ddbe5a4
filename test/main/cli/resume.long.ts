import { describe, it } from 'vitest';
import { randomOf } from '../../random';
import { expectSameAfterKills, OPTIMIZERS } from './interrupted';

describe('training that is killed', () => {
  const cases = OPTIMIZERS.flatMap((optimizer) =>
    [1, 2].flatMap((threads) => Array.from({ length: 10 }, (_, run) => ({ optimizer, threads, run })))
  );
  it.each(cases)('goes on to the same weights and the same log: $optimizer.kind, $threads threads, $run', ({ optimizer, threads, run }) =>
    expectSameAfterKills(optimizer, threads, 4, randomOf(`killed ${optimizer.kind} ${threads} ${run}`))
  );
});
