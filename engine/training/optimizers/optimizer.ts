/** What turns gradients into steps, by torch.optim's formulas. */
import type { OptimizerRecord } from '../../document/types';
import type { UpdateRule } from '../../plan/program';
import { createAdagrad } from './adagrad';
import { createAdam } from './adam';
import { createAdamW } from './adamw';
import { createRmsprop } from './rmsprop';
import { createSgd } from './sgd';

export interface Optimizer {
  readonly rule: UpdateRule;
  /** The rule's scalars at a step, the first of which is 1, taken at this learning rate. */
  scalars(step: number, rate: number): readonly number[];
}

const KINDS: Readonly<Record<OptimizerRecord['kind'], (record: OptimizerRecord) => Optimizer>> = {
  sgd: createSgd,
  adagrad: createAdagrad,
  rmsprop: createRmsprop,
  adam: createAdam,
  adamw: createAdamW
};

export function createOptimizer(record: OptimizerRecord): Optimizer {
  return KINDS[record.kind](record);
}
