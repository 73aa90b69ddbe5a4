/** Duchi, Hazan and Singer 2011, as torch.optim.Adagrad: s ← s + g²; p ← p − lr/(1 + (t − 1)·decay) · g / (√s + ε). */
import type { OptimizerRecord } from '../../document/types';
import { decayed } from './formulas';
import type { Optimizer } from './optimizer';

export function createAdagrad(record: OptimizerRecord): Optimizer {
  const { learning_rate_decay: rateDecay = 0, epsilon = 1e-10, weight_decay: decay = 0 } = record;
  return {
    rule: {
      memory: ['square'],
      scalars: ['rate'],
      next: (b, parameter, gradient, [square], [rate]) => {
        const slope = decayed(b, decay, parameter, gradient);
        const total = b.add(square!, b.mul(slope, slope));
        const scale = b.add(b.sqrt(total), b.constant(epsilon));
        return { parameter: b.sub(parameter, b.div(b.mul(rate!, slope), scale)), memory: [total] };
      }
    },
    scalars: (step, rate) => [rate / (1 + (step - 1) * rateDecay)]
  };
}
