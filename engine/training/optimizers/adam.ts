/** Kingma and Ba 2015, algorithm 1, with torch's ε behind the bias correction: p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε). */
import type { OptimizerRecord } from '../../document/types';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { decayed, mixed } from './formulas';
import type { Optimizer } from './optimizer';

/** What Adam and AdamW keep and are fed. */
export const ADAM_MEMORY = ['mean', 'square'];
export const ADAM_SCALARS = ['size', 'correction'];

export function adamScalars({ beta1 = 0.9, beta2 = 0.999 }: OptimizerRecord, step: number, rate: number): readonly number[] {
  return [rate / (1 - beta1 ** step), Math.sqrt(1 - beta2 ** step)];
}

/** What is taken off the parameter, and what is kept. */
export function adamChange(
  b: Builder,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: OptimizerRecord,
  slope: ValueId,
  [mean, square]: readonly ValueId[],
  [size, correction]: readonly ValueId[]
): { readonly change: ValueId; readonly memory: readonly ValueId[] } {
  const first = mixed(b, beta1, mean!, slope);
  const second = b.add(b.mul(b.constant(beta2), square!), b.mul(b.mul(b.constant(1 - beta2), slope), slope));
  const scale = b.add(b.div(b.sqrt(second), correction!), b.constant(epsilon));
  return { change: b.div(b.mul(size!, first), scale), memory: [first, second] };
}

export function createAdam(record: OptimizerRecord): Optimizer {
  return {
    rule: {
      memory: ADAM_MEMORY,
      scalars: ADAM_SCALARS,
      next: (b, parameter, gradient, kept, scalars) => {
        const slope = decayed(b, record.weight_decay ?? 0, parameter, gradient);
        const { change, memory } = adamChange(b, record, slope, kept, scalars);
        return { parameter: b.sub(parameter, change), memory };
      }
    },
    scalars: (step, rate) => adamScalars(record, step, rate)
  };
}
