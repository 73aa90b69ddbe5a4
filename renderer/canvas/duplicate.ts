/** Copies of gates with the wires among them; wires that come from outside are copied too, as inputs of the copy. */
import { addNode, addWire, freshId, outputName, splitOutput, type Document, type Position } from '@wiregrad/engine';
import { splitInput } from './ports';

const OFFSET = 40;

/** `copies` are the new ids, in the order of the document. */
export function duplicate(
  document: Document,
  ids: ReadonlySet<string>
): { readonly document: Document; readonly copies: readonly string[] } {
  const renamed = new Map<string, string>();
  let result = document;
  for (const node of document.nodes) {
    if (!ids.has(node.id)) continue;
    const id = freshId(result, node.id.replace(/\d+$/, '') || node.gate);
    renamed.set(node.id, id);
    const [x, y] = document.layout.get(node.id) ?? [0, 0];
    const position: Position = [x + OFFSET, y + OFFSET];
    result = addNode(result, { ...node, id }, position);
  }
  for (const wire of document.wires) {
    const source = splitOutput(wire.from);
    const target = splitInput(wire.to);
    const copy = renamed.get(target.id);
    if (copy === undefined) continue;
    const from = outputName(renamed.get(source.id) ?? source.id, source.port);
    result = addWire(result, { ...wire, from, to: `${copy}.${target.port}` });
  }
  return { document: result, copies: [...renamed.values()] };
}
