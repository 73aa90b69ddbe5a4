/** The data gates of a document, wherever they stand, and edits that keep them in step with its data sets. */
import { setDataset, type DatasetRecord, type Document, type NodeRecord, type Params } from '@wiregrad/engine';

/** Every node of the document and of its definitions, changed by `edit`; one that it gives back as it was stays the same. */
function editNodes(document: Document, edit: (node: NodeRecord) => NodeRecord): Document {
  const nodes = changed(document.nodes, edit);
  const definitions =
    document.definitions && [...document.definitions].map(([name, one]) => [name, { ...one, nodes: changed(one.nodes, edit) }] as const);
  const isSame =
    nodes === document.nodes && (definitions ?? []).every(([name, one]) => one.nodes === document.definitions!.get(name)!.nodes);
  return isSame ? document : { ...document, nodes, ...(definitions && { definitions: new Map(definitions) }) };
}

function changed(nodes: readonly NodeRecord[], edit: (node: NodeRecord) => NodeRecord): readonly NodeRecord[] {
  const edited = nodes.map(edit);
  return edited.every((node, at) => node === nodes[at]) ? nodes : edited;
}

const reads = ({ gate, params }: NodeRecord, dataset: string): boolean => gate === 'data' && params?.['dataset'] === dataset;

/** A data set under another name, in its gates too. */
export function renameDataset(document: Document, from: string, to: string): Document {
  const record = document.datasets!.get(from)!;
  const datasets = new Map([...document.datasets!].map(([name, one]) => (name === from ? [to, record] : [name, one])));
  return editNodes({ ...document, datasets }, (node) => (reads(node, from) ? { ...node, params: { ...node.params, dataset: to } } : node));
}

/** A data set whose field has another name, in its gates too. */
export function withRenamedField(document: Document, dataset: string, record: DatasetRecord, from: string, to: string): Document {
  return editNodes(setDataset(document, dataset, record), (node) =>
    reads(node, dataset) && node.params?.['field'] === from ? { ...node, params: { ...node.params, field: to } } : node
  );
}

/** Nodes of the data set whose shape or dtype is not what `paramsOf` says of their field. */
export function misfits(document: Document, dataset: string, paramsOf: (field: string) => Params | undefined): NodeRecord[] {
  const all = [...document.nodes, ...[...(document.definitions?.values() ?? [])].flatMap(({ nodes }) => nodes)];
  return all.filter((node) => reads(node, dataset) && !fits(node, paramsOf));
}

export function fitGates(document: Document, dataset: string, paramsOf: (field: string) => Params | undefined): Document {
  return editNodes(document, (node) =>
    reads(node, dataset) && !fits(node, paramsOf)
      ? { ...node, params: { ...node.params, ...paramsOf(node.params!['field'] as string) } }
      : node
  );
}

function fits({ params }: NodeRecord, paramsOf: (field: string) => Params | undefined): boolean {
  const right = typeof params?.['field'] === 'string' ? paramsOf(params['field']) : undefined;
  if (!right) return true;
  const isShape = JSON.stringify(params!['shape'] ?? []) === JSON.stringify(right['shape']);
  return isShape && (params!['dtype'] ?? 'float32') === right['dtype'];
}
