/** What turns gradients into steps, by torch.optim's formulas, in place. */
import type { FloatArray } from '../base/dtypes';
import type { OptimizerRecord } from '../document/types';

/** A parameter and its gradient, equally long. Both are read at every step, so a getter may hand out other views. */
export interface OptimizedParameter {
  readonly id: string;
  readonly data: FloatArray;
  readonly gradient: FloatArray;
}

export interface Optimizer {
  /** Moves every parameter by its gradient. */
  step(): void;
}

/** Weight decay is added to the gradient, in both kinds. */
export function createOptimizer(record: OptimizerRecord, parameters: readonly OptimizedParameter[]): Optimizer {
  switch (record.kind) {
    case 'sgd':
      return createSgd(record, parameters);
    case 'adam':
      return createAdam(record, parameters);
    default:
      return record.kind satisfies never;
  }
}

/** State of the parameter's own precision, as torch keeps it. */
function zerosLike({ data }: OptimizedParameter): FloatArray {
  return data instanceof Float64Array ? new Float64Array(data.length) : new Float32Array(data.length);
}

/** b ← μb + g; p ← p − lr·b, torch.optim.SGD without dampening. */
function createSgd(
  { learning_rate: rate, momentum = 0, weight_decay: decay = 0 }: OptimizerRecord,
  parameters: readonly OptimizedParameter[]
): Optimizer {
  const velocities = momentum === 0 ? null : parameters.map(zerosLike);
  return {
    step() {
      parameters.forEach(({ data, gradient }, index) => {
        const velocity = velocities?.[index];
        for (let at = 0; at < data.length; at++) {
          let change = gradient[at]! + decay * data[at]!;
          if (velocity) change = velocity[at] = momentum * velocity[at]! + change;
          data[at] = data[at]! - rate * change;
        }
      });
    }
  };
}

/** Kingma and Ba 2015, algorithm 1, with torch's ε behind the bias correction: p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε). */
function createAdam(record: OptimizerRecord, parameters: readonly OptimizedParameter[]): Optimizer {
  const { learning_rate: rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay: decay = 0 } = record;
  const states = parameters.map((parameter) => ({ first: zerosLike(parameter), second: zerosLike(parameter) }));
  let steps = 0;
  return {
    step() {
      steps++;
      const size = rate / (1 - beta1 ** steps);
      const correction = Math.sqrt(1 - beta2 ** steps);
      parameters.forEach(({ data, gradient }, index) => {
        const { first, second } = states[index]!;
        for (let at = 0; at < data.length; at++) {
          const slope = gradient[at]! + decay * data[at]!;
          const mean = (first[at] = beta1 * first[at]! + (1 - beta1) * slope);
          const square = (second[at] = beta2 * second[at]! + (1 - beta2) * slope * slope);
          data[at] = data[at]! - (size * mean) / (Math.sqrt(square) / correction + epsilon);
        }
      });
    }
  };
}
