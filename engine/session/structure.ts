/** What of a document decides how it is compiled: everything but the numbers typed into it. */
import { readTensor, type TensorJson } from '../base/tensors';
import type { Document, NodeRecord, WireRecord } from '../document/types';
import { resolveParams } from '../gates/params';
import { registry } from '../gates/registry';
import { expand } from '../lower/expand';
import type { Program } from '../plan/program';

/** Equal for two documents that one program serves. */
export function structureOf(document: Document): string {
  const { nodes, wires, objective, datasets, definitions, training } = document;
  return JSON.stringify([
    nodesKey(nodes),
    wiresKey(wires),
    typeof objective === 'string'
      ? objective
      : objective?.map(({ from, upstream }) => [from, upstream === undefined ? null : shapeKey(upstream)]),
    [...(datasets ?? [])].map(([name, { source, fields }]) => [
      name,
      source,
      [...fields].map(([field, { columns, type, source: own, one_hot: oneHot }]) => [field, columns.length, type, own, oneHot])
    ]),
    [...(definitions ?? [])].map(([name, definition]) => [
      name,
      definition.inputs,
      [...definition.outputs],
      nodesKey(definition.nodes),
      wiresKey(definition.wires),
      definition.parameters
    ]),
    // Only warnings depend on them.
    training?.metrics?.map(({ kind, input, target }) => [kind, input, target])
  ]);
}

const wiresKey = (wires: readonly WireRecord[]) => wires.map(({ from, to }) => [from, to]);

function nodesKey(nodes: readonly NodeRecord[]): unknown {
  return nodes.map(({ id, gate, params = {}, bypass }) => {
    const spec = registry.get(gate)?.params ?? {};
    const entries = Object.entries(params).map(([name, value]) => [
      name,
      spec[name]?.type === 'tensor' ? shapeKey(value, params['dtype']) : value
    ]);
    return [id, gate, entries, bypass === true];
  });
}

function shapeKey(value: unknown, dtype?: unknown): unknown {
  const tensor = readTensor(value, dtype === 'int32' ? 'int32' : 'float');
  // What cannot be read must be compiled, so that it is reported.
  return typeof tensor === 'string' ? value : tensor.shape;
}

/** The same program with the numbers of `document`, which has the structure that it was compiled from. */
export function withNumbersOf(document: Document, program: Program): Program {
  const records = new Map(expand(document).nodes.map((record) => [record.id, record]));
  const leaves = program.lowered.leaves.map((leaf) => {
    const { gate, params } = records.get(leaf.node)!;
    return { ...leaf, params: resolveParams(registry.get(gate)!, params).params };
  });
  const terms = typeof document.objective === 'object' ? document.objective : [];
  const objective = program.lowered.objective.map((term, at) =>
    term.upstream ? { ...term, upstream: readUpstream(terms[at]!.upstream!) } : term
  );
  return { ...program, lowered: { ...program.lowered, leaves, objective } };
}

function readUpstream(json: TensorJson) {
  const tensor = readTensor(json);
  if (typeof tensor === 'string') throw new TypeError(tensor);
  return tensor;
}
