import { EngineError } from '../base/errors';
import type { Operation } from '../ir/graph';

/** The run's failure when `gather` or `scatter_add` meets an index outside 0 … length − 1 along its axis. */
export function indexOutOfRange(operation: Operation, index: number, length: number): EngineError {
  const allowed = length === 0 ? 'the axis is empty, so none is allowed' : `0 to ${length - 1} are allowed`;
  return new EngineError({
    code: 'index-out-of-range',
    message: `index ${index} is out of range; ${allowed}`,
    gate: operation.origin?.node,
    port: operation.origin?.port,
    hint: 'check the indices or classes against the size of what they choose from'
  });
}
