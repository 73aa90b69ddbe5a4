/** Loshchilov and Hutter 2019, as torch.optim.AdamW: p ← (1 − lr·decay)·p, then Adam's step. */
import type { OptimizerRecord } from '../../document/types';
import { ADAM_MEMORY, adamChange, ADAM_SCALARS, adamScalars } from './adam';
import type { Optimizer } from './optimizer';

const DECAY = 0.01;

export function createAdamW(record: OptimizerRecord): Optimizer {
  const { weight_decay: decay = DECAY } = record;
  return {
    rule: {
      memory: ADAM_MEMORY,
      scalars: [...ADAM_SCALARS, 'shrink'],
      next: (b, parameter, gradient, kept, [size, correction, shrink]) => {
        const { change, memory } = adamChange(b, record, gradient, kept, [size!, correction!]);
        return { parameter: b.sub(b.mul(shrink!, parameter), change), memory };
      }
    },
    scalars: (step, rate) => [...adamScalars(record, step, rate), 1 - rate * decay]
  };
}
