/**
 * A document becomes IR: every node's gate lowered in topological order, every wire an identity of its own, so that its
 * cotangent is the wire's contribution. What is wrong is reported, and what does not depend on it is lowered all the same.
 */
import type { Type } from '../base/dtypes';
import type { Diagnostic } from '../base/errors';
import { formatShape, sameShape, sizeOf } from '../base/shapes';
import { readTensor, type Tensor } from '../base/tensors';
import { addWire } from '../document/edits';
import { outputName, splitOutput, type Document } from '../document/types';
import { ShapeError, type LowerContext, type ResolvedParams, type SourceKind } from '../gates/gate';
import type { Fans } from '../gates/initializers';
import { Builder } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import { connect, type ResolvedNode } from './connections';

export type LowerOptions = Partial<LowerContext>;

/** A source node: an input of the graph, named by its id. */
export interface Leaf {
  readonly id: string;
  readonly source: SourceKind;
  readonly value: ValueId;
  readonly params: ResolvedParams;
  /** Sizes that a parameter's initializer goes by. */
  readonly fans: Fans;
}

export interface Term {
  readonly from: string;
  readonly value: ValueId;
  readonly upstream?: Tensor;
}

export interface Lowered {
  readonly graph: Builder;
  readonly diagnostics: readonly Diagnostic[];
  /** Node ids, operands before their users. */
  readonly order: readonly string[];
  /** By output reference, in topological order. */
  readonly types: ReadonlyMap<string, Type>;
  readonly values: ReadonlyMap<string, ValueId>;
  /** By index of the document's wires; undefined for a wire that carries nothing. */
  readonly wires: readonly (ValueId | undefined)[];
  readonly leaves: readonly Leaf[];
  /** Terms of the objective; empty when there is none. */
  readonly objective: readonly Term[];
}

/** Default rows of a batch when a document is lowered only to see its shapes. */
const SOME_ROWS = 2;

/** Lowers `document`; what the user got wrong is in `diagnostics`, and nothing is thrown. */
export function lower(document: Document, { batch = SOME_ROWS, mode = 'train' }: LowerOptions = {}): Lowered {
  const { nodes, order, diagnostics: found } = connect(document);
  const diagnostics = [...found];
  const graph = new Builder();
  const values = new Map<string, ValueId>();
  const types = new Map<string, Type>();
  const wires: (ValueId | undefined)[] = document.wires.map(() => undefined);
  const leaves: Leaf[] = [];
  for (const id of order) {
    const node = nodes.get(id)!;
    try {
      const operands = readOperands(graph, node, values, wires);
      if (!operands || !node.sound) continue;
      lowerNode(graph, node, operands, { batch, mode }).forEach((value, at) => {
        const name = outputName(id, node.outputs[at]!);
        values.set(name, value);
        types.set(name, graph.type(value));
      });
      if (node.gate.source === 'data') checkField(document, node);
      if (node.gate.source)
        leaves.push({ id, source: node.gate.source, value: values.get(id)!, params: node.params, fans: { in: 1, out: 1 } });
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      const { message, port, hint } = error;
      diagnostics.push({ code: 'shape-mismatch', gate: id, kind: node.gate.name, ...(port && { port }), message, ...(hint && { hint }) });
    }
  }
  const fans = fansOf(nodes, types);
  checkMetrics(document, nodes, diagnostics);
  return {
    graph,
    diagnostics,
    order,
    types,
    values,
    wires,
    leaves: leaves.map((leaf) => ({ ...leaf, fans: fans.get(leaf.id) ?? defaultFans(types.get(leaf.id)!) })),
    objective: readObjective(document, nodes, values, types, diagnostics)
  };
}

/** Operand types and values by port, each behind its wire; null when one is not known. */
function readOperands(
  graph: Builder,
  { record, inputs, incoming }: ResolvedNode,
  values: ReadonlyMap<string, ValueId>,
  wires: (ValueId | undefined)[]
) {
  const operands: Record<string, ValueId> = Object.create(null);
  let complete = true;
  for (const { name, optional, dtype = 'float' } of inputs) {
    const wire = incoming.get(name);
    const from = wire && values.get(wire.source);
    if (!wire || from === undefined) {
      // An optional port whose wire carries nothing must not be taken for an unconnected one.
      complete &&= !wire && optional === true;
      continue;
    }
    const value = graph.within({ node: record.id, port: name, role: 'value', wire: wire.wire }, () => graph.identity(from));
    wires[wire.wire] = value;
    const found = graph.type(value).dtype;
    if (dtype === 'int32' && found !== 'int32') {
      throw new ShapeError(`expected whole numbers (int32), ${wire.source} is float`, name, 'set the dtype of its source to int32');
    }
    operands[name] =
      dtype === 'float' ? graph.within({ node: record.id, port: name, role: 'internal' }, () => graph.convert(value, 'float')) : value;
  }
  return complete ? operands : null;
}

function lowerNode(
  graph: Builder,
  { record: { id }, gate, params, outputs }: ResolvedNode,
  operands: Record<string, ValueId>,
  context: LowerContext
): readonly ValueId[] {
  const shapes = gate.shape(
    Object.fromEntries(Object.entries(operands).map(([port, value]) => [port, graph.type(value)])),
    params,
    context
  );
  if (gate.source) return [graph.within({ node: id, port: 'out', role: 'value' }, () => graph.input(id, shapes[0]!))];
  const first = graph.operations.length;
  const produced = graph.within({ node: id, role: 'internal' }, () => gate.lower(graph, operands, params, context));
  return outputs.map((port, at) => {
    const value = produced[at]!;
    const origin = { node: id, port, role: 'value' } as const;
    // Each output is a value of its own, so that its cotangent is its own: not an operand, a constant or another output.
    const own = value >= first && graph.operation(value).primitive !== 'constant' && produced.indexOf(value) === at;
    if (!own) return graph.within(origin, () => graph.identity(value));
    graph.attribute(value, origin);
    return value;
  });
}

/** A data node must agree with the data set's field that it names. */
function checkField(document: Document, { params }: ResolvedNode): void {
  const dataset = document.datasets?.get(params['dataset']);
  const names = (keys: Iterable<string> | undefined) => [...(keys ?? [])].join(', ') || 'none';
  if (!dataset)
    throw new ShapeError(
      `there is no data set named ${params['dataset']}; the document has ${names(document.datasets?.keys())}`,
      undefined,
      'open a CSV file as data'
    );
  const field = dataset.fields.get(params['field']);
  if (!field) throw new ShapeError(`data set ${params['dataset']} has no field ${params['field']}; it has ${names(dataset.fields.keys())}`);
  const classes = field.type === 'class';
  if (classes !== (params['dtype'] === 'int32')) {
    throw new ShapeError(
      `field ${params['field']} holds ${classes ? 'classes' : 'numbers'} and dtype is ${params['dtype']}`,
      undefined,
      `set dtype to ${classes ? 'int32' : 'float32'}`
    );
  }
  const rowSize = sizeOf(params['shape']);
  const columns = field.columns.length;
  if (rowSize !== columns) {
    throw new ShapeError(
      `field ${params['field']} has ${columns} columns and shape ${formatShape(params['shape'])} holds ${rowSize}`,
      undefined,
      `set shape to ${columns === 1 ? '[] or [1]' : `[${columns}]`}`
    );
  }
}

const defaultFans = ({ shape }: Type): Fans => ({ in: shape[0] ?? 1, out: shape.at(-1) ?? 1 });

/**
 * Fans of each parameter from the first port that it feeds: [in, out] for linear and matmul; for a convolution's weight
 * [out, in, kernel…] as torch counts them; a bias has those of the weight beside it, as torch.nn.Linear does.
 */
function fansOf(nodes: ReadonlyMap<string, ResolvedNode>, types: ReadonlyMap<string, Type>): Map<string, Fans> {
  const fans = new Map<string, Fans>();
  for (const { gate, incoming } of nodes.values()) {
    for (const [port, { source }] of incoming) {
      if (fans.has(source) || nodes.get(source)?.gate.source !== 'parameter') continue;
      const shape = types.get(port === 'bias' ? (incoming.get('weight')?.source ?? source) : source)?.shape;
      if (!shape) continue;
      const kernel = shape.slice(2).reduce((product, length) => product * length, 1);
      if (gate.name.startsWith('conv')) fans.set(source, { in: (shape[1] ?? 1) * kernel, out: (shape[0] ?? 1) * kernel });
      else fans.set(source, { in: shape.at(-2) ?? shape[0] ?? 1, out: shape.at(-1) ?? 1 });
    }
  }
  return fans;
}

function readObjective(
  document: Document,
  nodes: ReadonlyMap<string, ResolvedNode>,
  values: ReadonlyMap<string, ValueId>,
  types: ReadonlyMap<string, Type>,
  diagnostics: Diagnostic[]
): Term[] {
  const { objective } = document;
  const terms = objective === undefined ? [] : typeof objective === 'string' ? [{ from: objective }] : objective;
  return terms.flatMap(({ from, ...rest }): Term[] => {
    const { id, port } = splitOutput(from);
    const node = nodes.get(id);
    const place = node ? { gate: id, kind: node.gate.name } : {};
    if (!node && document.nodes.some((record) => record.id === id)) return [];
    if (!node || !node.outputs.includes(port)) {
      diagnostics.push({
        code: 'unknown-output',
        ...place,
        message: `the objective names ${from}, which is no output`,
        hint: 'choose another objective'
      });
      return [];
    }
    const type = types.get(from);
    if (!type) return [];
    if (type.dtype !== 'float') {
      diagnostics.push({
        code: 'objective-dtype',
        ...place,
        message: `the objective ${from} is int32 and has no gradient`,
        hint: 'choose a float output'
      });
      return [];
    }
    const value = values.get(from)!;
    const given = 'upstream' in rest ? rest.upstream : undefined;
    if (given === undefined) return [{ from, value }];
    const upstream = readTensor(given);
    if (typeof upstream === 'string' || !sameShape(upstream.shape, type.shape)) {
      const problem =
        typeof upstream === 'string' ? upstream : `it is ${formatShape(upstream.shape)} and the output is ${formatShape(type.shape)}`;
      diagnostics.push({
        code: 'bad-upstream',
        ...place,
        message: `the upstream gradient of ${from} does not fit: ${problem}`,
        hint: 'give it the output’s shape'
      });
      return [];
    }
    return [{ from, value, upstream }];
  });
}

/** A metric that reads what is not there is left out of results: worth a warning. */
function checkMetrics(document: Document, nodes: ReadonlyMap<string, ResolvedNode>, diagnostics: Diagnostic[]): void {
  for (const { kind, input, target } of document.training?.metrics ?? []) {
    for (const reference of [input, target]) {
      const { id, port } = splitOutput(reference);
      if (nodes.get(id)?.outputs.includes(port)) continue;
      diagnostics.push({
        code: 'unknown-output',
        severity: 'warning',
        message: `the metric ${kind} reads ${reference}, which is no output`,
        hint: 'choose another in the training panel'
      });
    }
  }
}

const fingerprint = ({ code, gate, port, message }: Diagnostic) => JSON.stringify([code, gate, port, message]);

/** Why a wire would be refused — its gate's ports, dtype or shape, or a cycle — or null. What the input had is replaced. */
export function checkConnection(document: Document, wire: { readonly from: string; readonly to: string }): Diagnostic | null {
  const target = wire.to.slice(0, Math.max(0, wire.to.indexOf('.')));
  const before = new Set(lower(document).diagnostics.map(fingerprint));
  const after = lower(addWire(document, wire)).diagnostics;
  const fresh = after.filter((diagnostic) => !before.has(fingerprint(diagnostic)) && diagnostic.code !== 'unconnected-input');
  return fresh.find(({ code, gate }) => code === 'cycle' || code === 'unknown-node' || code === 'unknown-port' || gate === target) ?? null;
}

/**
 * Labels of shapes by output reference: `scalar`, `[3,5]`, and `[N,4]` where the batch axis is: the sizes that follow the
 * number of rows when the document is lowered with two different ones.
 */
export function batchShapes(document: Document): ReadonlyMap<string, string> {
  const [few, many] = [{ batch: 5 }, { batch: 7 }];
  const first = lower(document, few).types;
  const usesData = document.nodes.some(({ gate }) => gate === 'data');
  const second = usesData ? lower(document, many).types : first;
  const labels = new Map<string, string>();
  for (const [name, { shape }] of first) {
    const other = second.get(name)?.shape ?? shape;
    const sizes = shape.map((length, axis) => {
      if (length === other[axis]) return String(length);
      const factor = length / few.batch;
      return factor === 1 ? 'N' : factor === other[axis]! / many.batch ? `${factor}N` : 'N…';
    });
    labels.set(name, sizes.length ? `[${sizes.join(',')}]` : 'scalar');
  }
  return labels;
}
