/**
 * One gate alone, its inputs made variables that hold what they held in the run: its Jacobians are the local gradients.
 * Taken in the whole graph instead, a source that also reaches the gate by other ways would bring those in.
 */
import { addNode, addWire, emptyDocument, writeTensor, type Document, type NodeRecord, type TensorSummary } from '@wiregrad/engine';

export const GATE = 'gate';
export const inputId = (port: string): string => `in_${port}`;

/** `inputs` by port. */
export function localDocument(node: NodeRecord, inputs: ReadonlyMap<string, TensorSummary>): Document {
  let document = addNode(emptyDocument('local'), { id: GATE, gate: node.gate, ...(node.params && { params: node.params }) });
  for (const [port, { dtype, shape, data }] of inputs) {
    const params = { value: writeTensor({ shape, data }), dtype: dtype === 'int32' ? 'int32' : 'float32' };
    document = addNode(document, { id: inputId(port), gate: 'variable', params });
    document = addWire(document, { from: inputId(port), to: `${GATE}.${port}` });
  }
  return document;
}
