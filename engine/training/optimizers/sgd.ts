/** b ← μb + g; p ← p − lr·b, with Nesterov p ← p − lr·(g + μb): torch.optim.SGD without dampening. */
import type { OptimizerRecord } from '../../document/types';
import { decayed } from './formulas';
import type { Optimizer } from './optimizer';

export function createSgd({ momentum = 0, nesterov = false, weight_decay: decay = 0 }: OptimizerRecord): Optimizer {
  const keeps = momentum !== 0;
  return {
    rule: {
      memory: keeps ? ['velocity'] : [],
      scalars: ['rate'],
      next: (b, parameter, gradient, [velocity], [rate]) => {
        const slope = decayed(b, decay, parameter, gradient);
        if (!keeps) return { parameter: b.sub(parameter, b.mul(rate!, slope)), memory: [] };
        const moved = b.add(b.mul(b.constant(momentum), velocity!), slope);
        const change = nesterov ? b.add(slope, b.mul(b.constant(momentum), moved)) : moved;
        return { parameter: b.sub(parameter, b.mul(rate!, change)), memory: [moved] };
      }
    },
    scalars: (_step, rate) => [rate]
  };
}
