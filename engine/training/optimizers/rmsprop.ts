/**
 * Hinton's lecture 6e, as torch.optim.RMSprop: v ← αv + (1 − α)g²; centered, with m the same mean of g, v − m² stands for v;
 * b ← μb + g/(√v + ε); p ← p − lr·b.
 */
import type { OptimizerRecord } from '../../document/types';
import { decayed, mixed } from './formulas';
import type { Optimizer } from './optimizer';

export function createRmsprop(record: OptimizerRecord): Optimizer {
  const { alpha = 0.99, momentum = 0, centered = false, epsilon = 1e-8, weight_decay: decay = 0 } = record;
  const moves = momentum !== 0;
  const memory = ['square', ...(centered ? ['mean'] : []), ...(moves ? ['velocity'] : [])];
  return {
    rule: {
      memory,
      scalars: ['rate'],
      next: (b, parameter, gradient, kept, [rate]) => {
        const held = (name: string) => kept[memory.indexOf(name)]!;
        const slope = decayed(b, decay, parameter, gradient);
        const square = mixed(b, alpha, held('square'), b.mul(slope, slope));
        const mean = centered ? mixed(b, alpha, held('mean'), slope) : undefined;
        const variance = mean === undefined ? square : b.sub(square, b.mul(mean, mean));
        const change = b.div(slope, b.add(b.sqrt(variance), b.constant(epsilon)));
        const moved = moves ? b.add(b.mul(b.constant(momentum), held('velocity')), change) : undefined;
        return {
          parameter: b.sub(parameter, b.mul(rate!, moved ?? change)),
          memory: [square, ...(mean === undefined ? [] : [mean]), ...(moved === undefined ? [] : [moved])]
        };
      }
    },
    scalars: (_step, rate) => [rate]
  };
}
