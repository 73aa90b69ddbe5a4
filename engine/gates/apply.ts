import type { Builder } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import type { Gate, Operands, ResolvedParams } from './gate';

/** Appends another gate, one that is the same in every mode, and returns its first output: how a composite is built from gates. */
export function apply(gate: Gate, builder: Builder, inputs: Operands<ValueId>, params: ResolvedParams = {}): ValueId {
  return gate.lower(builder, inputs, params, { mode: 'eval', batch: 1 })[0]!;
}
