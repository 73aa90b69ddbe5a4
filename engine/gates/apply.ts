import type { Builder } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import { NodeContext } from './context';
import type { Gate, Operands, ResolvedParams } from './gate';

/** Appends another gate, one that is the same in every mode and has no state, and returns its first output: how a composite is built from gates. */
export function apply(gate: Gate, builder: Builder, inputs: Operands<ValueId>, params: ResolvedParams = {}): ValueId {
  return gate.lower(builder, inputs, params, new NodeContext(builder, '', { mode: 'eval', batch: 1 }))[0]!;
}
