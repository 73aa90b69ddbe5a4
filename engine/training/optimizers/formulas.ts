/** What several optimizers have in common, as values of the graph. */
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';

/** The gradient of the objective with ½ · decay · ‖parameter‖² added to it: torch's weight decay, but for AdamW's. */
export function decayed(b: Builder, decay: number, parameter: ValueId, gradient: ValueId): ValueId {
  return decay === 0 ? gradient : b.add(gradient, b.mul(b.constant(decay), parameter));
}

/** β·x + (1 − β)·y: what a running mean becomes. */
export function mixed(b: Builder, beta: number, x: ValueId, y: ValueId): ValueId {
  return b.add(b.mul(b.constant(beta), x), b.mul(b.constant(1 - beta), y));
}
