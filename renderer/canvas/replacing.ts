/** Another gate in a gate's place: wires and parameters stay as far as the new one has a place for them. */
import {
  freshId,
  removeNodes,
  renameNode,
  replaceGate,
  resolveParams,
  type Document,
  type Gate,
  type NodeRecord,
  type Params
} from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { namesOf, portsOf, portsOfGate } from './ports';
import { startingParams } from './startingParams';

/** The document with `node` become one of `gate`. A node called as its gate is called as the new one then. */
export function replaced(document: Document, node: NodeRecord, gate: Gate): { readonly document: Document; readonly id: string } {
  const params = keptParams(node.params, gate);
  const after = portsOfGate(gate, params) ?? { inputs: [], outputs: [] };
  const result = replaceGate(document, node.id, gate.name, params, namesOf(portsOf(document).get(node.id)!), namesOf(after));
  const isOwnName = node.id.startsWith(node.gate) && /^\d*$/.test(node.id.slice(node.gate.length));
  if (!isOwnName) return { document: result, id: node.id };
  const id = freshId(removeNodes(result, [node.id]), gate.name);
  return { document: renameNode(result, node.id, id), id };
}

/** What of `params` the gate has a parameter for that takes it, besides what it starts with. */
function keptParams(params: Params | undefined, gate: Gate): Params | undefined {
  const starting = startingParams(gate.name);
  const problems = (given: Params): number => resolveParams(gate, given).problems.length;
  const kept = Object.entries(params ?? {}).filter(
    ([name, value]) => Object.hasOwn(gate.params, name) && problems({ ...starting, [name]: value }) <= problems({ ...starting })
  );
  const result = { ...starting, ...Object.fromEntries(kept) };
  return Object.keys(result).length > 0 ? result : undefined;
}

export function replaceBy(id: string, name: string): void {
  const documents = useDocumentStore();
  const node = documents.nodesById.get(id);
  const gate = documents.gateOf(name);
  if (!node || !gate) return;
  const { document, id: now } = replaced(documents.document, node, gate);
  documents.apply(`replace ${node.gate} by ${name}`, () => document);
  useSelectionStore().select(now);
}
