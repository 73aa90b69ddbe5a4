/** How large a graph is. */
import { sizeOf, type Document, type Lowered, type ValueId } from '@wiregrad/engine';

const FLOAT32_BYTES = 4;

export interface Counts {
  readonly gates: number;
  readonly wires: number;
  /** Numbers that parameter gates hold. */
  readonly parameters: number;
  /** Of all outputs as float32, for the rows that `lowered` was made for. */
  readonly valueBytes: number;
}

export function countGraph(
  document: Document,
  { graph, values, inner, leaves }: Pick<Lowered, 'graph' | 'values' | 'inner' | 'leaves'>
): Counts {
  const size = (value: ValueId): number => sizeOf(graph.shape(value));
  const sum = (list: Iterable<ValueId>): number => [...list].reduce((total, value) => total + size(value), 0);
  return {
    gates: document.nodes.length,
    wires: document.wires.length,
    parameters: sum(leaves.filter(({ source }) => source === 'parameter').map(({ value }) => value)),
    // What is there once for several copies has one value.
    valueBytes: sum(new Set([...values.values(), ...inner.values.values()])) * FLOAT32_BYTES
  };
}
