/** How large a graph is. */
import { sizeOf, type Document, type Lowered } from '@wiregrad/engine';

const FLOAT32_BYTES = 4;

export interface Counts {
  readonly gates: number;
  readonly wires: number;
  /** Numbers that parameter gates hold. */
  readonly parameters: number;
  /** Of all outputs as float32, for the rows that `lowered` was made for. */
  readonly valueBytes: number;
}

export function countGraph(document: Document, { types }: Pick<Lowered, 'types'>): Counts {
  let parameters = 0;
  for (const { id, gate } of document.nodes) {
    const type = gate === 'parameter' ? types.get(id) : undefined;
    if (type) parameters += sizeOf(type.shape);
  }
  let entries = 0;
  for (const { shape } of types.values()) entries += sizeOf(shape);
  return { gates: document.nodes.length, wires: document.wires.length, parameters, valueBytes: entries * FLOAT32_BYTES };
}
