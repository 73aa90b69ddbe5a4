/**
 * A document as an ONNX model of what it computes in evaluation: parameters and state are initializers under their names in
 * files of weights, constants are nodes, variables and data come in, and the outputs are what the document predicts. Nodes
 * are called as the gates are and tensors as their outputs, so that a viewer shows the graph that was drawn.
 */
import { EngineError, refuseErrors } from '../base/errors';
import type { Tensor } from '../base/tensors';
import { computingNodes } from '../document/definitions';
import { outputName, splitOutput, type Document } from '../document/types';
import { writeOnnx, type OnnxModel, type OnnxPort } from '../formats/onnx';
import { registry } from '../gates/registry';
import { gateOf } from '../lower/definitionGates';
import { connect, type ResolvedNode } from '../lower/connections';
import { expand } from '../lower/expand';
import { lower, type Leaf, type Lowered } from '../lower/lower';
import { Fragment, OnnxGraph } from './onnxGraph';
import { portSizes, writeNodes } from './onnxNodes';
import { FixedRows, ROWS, sizeText } from './onnxRows';

/** The operator set whose operators are written. */
export const OPSET = 17;

/**
 * The model's bytes. `parameters` holds every parameter and state by key. The batch axis is any N, unless a gate computes
 * otherwise with another number of rows: the model is then for `batch` rows and says so. Throws EngineError with the
 * document's problems, `nothing-to-export`, or `onnx-random` for a gate that draws random numbers in evaluation.
 */
export function exportOnnx(document: Document, parameters: ReadonlyMap<string, Tensor>, batch: number): Uint8Array<ArrayBuffer> {
  refuseErrors(lower(document, { mode: 'eval', batch }).diagnostics);
  if (!computingNodes(document).some(({ gate }) => gate === 'data')) return writeOnnx(modelOf(document, parameters, [batch], ''));
  try {
    return writeOnnx(modelOf(document, parameters, ROWS, ''));
  } catch (error) {
    if (!(error instanceof FixedRows)) throw error;
    return writeOnnx(modelOf(document, parameters, [batch], `For ${batch} rows alone: a gate computes otherwise with another number.`));
  }
}

function modelOf(document: Document, parameters: ReadonlyMap<string, Tensor>, rows: readonly number[], doc: string): OnnxModel {
  const lowered = rows.map((batch) => lower(document, { mode: 'eval', batch }));
  if (lowered.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity !== 'warning'))) throw new FixedRows('a document');
  const [first] = lowered as [Lowered, ...Lowered[]];
  const expanded = expand(document);
  const { nodes } = connect(expanded, (name) => (expanded.gates.has(name) ? expanded.gates.get(name) : registry.get(name)));
  const outputs = predictionsOf(document);
  if (outputs.length === 0)
    throw new EngineError({ code: 'nothing-to-export', message: 'the document computes nothing', hint: 'add a gate' });
  const inputs: OnnxPort[] = [];
  const leaves = new Map(first.leaves.map((leaf) => [leaf.value, leaf]));
  const states = new Map(first.states.map((state) => [state.value, state.id]));
  const written = new Map<string, string>();
  const graph: OnnxGraph = new OnnxGraph(() => leafName(first.leaves.find(({ source }) => source === 'data')!));
  const initializer = (key: string): string => {
    const name = written.get(key) ?? graph.initializer(key, parameters.get(key)!);
    written.set(key, name);
    return name;
  };
  const port = (wish: string, id: number): OnnxPort => {
    const { dtype } = first.graph.type(id);
    return { name: wish, dtype, shape: portSizes(lowered, id, rows).map(sizeText) };
  };
  const leafName = (leaf: Leaf): string => {
    if (leaf.source === 'parameter') return initializer(leaf.id);
    const known = written.get(leaf.node);
    if (known !== undefined) return known;
    const name = graph.name(leaf.node);
    written.set(leaf.node, name);
    if (leaf.source === 'constant') {
      const o = new Fragment(graph, leaf.node);
      o.finish([o.value(leaf.params['value'] as Tensor)], [name], name);
    } else inputs.push(port(name, leaf.value));
    return name;
  };
  writeNodes({
    graph,
    lowered,
    rows,
    nodes,
    outputs,
    leaf: (id) => {
      const leaf = leaves.get(id);
      return leaf ? leafName(leaf) : initializer(states.get(id)!);
    },
    state: (node, name) => initializer(`${expanded.keys.get(node) ?? node}.${name}`)
  });
  return {
    name: document.name || 'untitled',
    doc,
    opset: OPSET,
    producer: 'Wiregrad',
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs,
    outputs: outputs.map((reference) => port(reference, first.values.get(reference)!))
  };
}

/**
 * References of what a document predicts: what comes in at its losses' `input` and what its metrics read, and outputs that
 * nothing reads and no loss is in. Without a loss, every output that nothing reads.
 */
export function predictionsOf(document: Document): readonly string[] {
  const { wires, training, objective } = document;
  const { nodes, order } = connect(document, (name) => gateOf(document, name));
  const computed = (reference: string) => nodes.get(splitOutput(reference).id)?.gate.source === undefined;
  const losses = [...nodes.values()].filter(({ gate }) => gate.family === 'losses');
  const read = [
    ...losses.flatMap(({ incoming }) => [...incoming].flatMap(([port, { source }]) => (port === 'input' ? [source] : []))),
    ...(training?.metrics ?? []).map(({ input }) => input)
  ].filter(computed);
  const terms = new Set(typeof objective === 'string' ? [objective] : objective?.map(({ from }) => from));
  const behindLoss = behind(new Set(read.length > 0 ? losses.map(({ record }) => record.id) : []), order, nodes);
  const used = new Set(wires.map(({ from }) => splitOutput(from).id));
  return order.flatMap((id) => {
    const { outputs, gate } = nodes.get(id)!;
    const isLast = gate.source === undefined && !used.has(id) && !behindLoss.has(id);
    return outputs
      .map((port) => outputName(id, port))
      .filter((reference) => read.includes(reference) || (isLast && !(read.length > 0 && terms.has(reference))));
  });
}

/** `first`, and every node that reads one of them or of those that do. */
function behind(first: ReadonlySet<string>, order: readonly string[], nodes: ReadonlyMap<string, ResolvedNode>): ReadonlySet<string> {
  const found = new Set(first);
  for (const id of order) if ([...nodes.get(id)!.incoming.values()].some(({ source }) => found.has(splitOutput(source).id))) found.add(id);
  return found;
}
