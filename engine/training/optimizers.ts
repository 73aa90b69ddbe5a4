/** What turns gradients into steps, by torch.optim's formulas. */
import type { OptimizerRecord } from '../document/types';
import type { UpdateRule } from '../plan/program';

export interface Optimizer {
  readonly rule: UpdateRule;
  /** The rule's scalars at a step, the first of which is 1. */
  scalars(step: number): readonly number[];
}

/** Weight decay is added to the gradient, in both kinds. */
export function createOptimizer(record: OptimizerRecord): Optimizer {
  switch (record.kind) {
    case 'sgd':
      return createSgd(record);
    case 'adam':
      return createAdam(record);
    default:
      return record.kind satisfies never;
  }
}

/** b ← μb + g; p ← p − lr·b, torch.optim.SGD without dampening. */
function createSgd({ learning_rate: rate, momentum = 0, weight_decay: decay = 0 }: OptimizerRecord): Optimizer {
  const keeps = momentum !== 0;
  return {
    rule: {
      memory: keeps ? ['velocity'] : [],
      scalars: [],
      next: (b, parameter, gradient, [velocity]) => {
        let change = decay === 0 ? gradient : b.add(gradient, b.mul(b.constant(decay), parameter));
        if (keeps) change = b.add(b.mul(b.constant(momentum), velocity!), change);
        return { parameter: b.sub(parameter, b.mul(b.constant(rate), change)), memory: keeps ? [change] : [] };
      }
    },
    scalars: () => []
  };
}

/** Kingma and Ba 2015, algorithm 1, with torch's ε behind the bias correction: p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε). */
function createAdam(record: OptimizerRecord): Optimizer {
  const { learning_rate: rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay: decay = 0 } = record;
  return {
    rule: {
      memory: ['mean', 'square'],
      scalars: ['size', 'correction'],
      next: (b, parameter, gradient, [mean, square], [size, correction]) => {
        const slope = decay === 0 ? gradient : b.add(gradient, b.mul(b.constant(decay), parameter));
        const first = b.add(b.mul(b.constant(beta1), mean!), b.mul(b.constant(1 - beta1), slope));
        const second = b.add(b.mul(b.constant(beta2), square!), b.mul(b.mul(b.constant(1 - beta2), slope), slope));
        const scale = b.add(b.div(b.sqrt(second), correction!), b.constant(epsilon));
        return { parameter: b.sub(parameter, b.div(b.mul(size!, first), scale)), memory: [first, second] };
      }
    },
    scalars: (step) => [rate / (1 - beta1 ** step), Math.sqrt(1 - beta2 ** step)]
  };
}
