/**
 * A document becomes IR: every node's gate lowered in topological order, every wire an identity of its own, so that its
 * cotangent is the wire's contribution. What is wrong is reported, and what does not depend on it is lowered all the same.
 */
import type { Type } from '../base/dtypes';
import type { Diagnostic } from '../base/errors';
import { formatShape, sameShape, sizeOf } from '../base/shapes';
import { readTensor, type Tensor } from '../base/tensors';
import { outputName, splitOutput, type DatasetRecord, type Document, type FieldRecord } from '../document/types';
import { NodeContext, type StateLeaf } from '../gates/context';
import { registry } from '../gates/registry';
import { ShapeError, type Gate, type LowerMode, type ResolvedParams, type SourceKind } from '../gates/gate';
import type { Fans } from '../gates/initializers';
import { Builder } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import { passedOn } from './bypass';
import { connect, hasOutput, type ResolvedNode } from './connections';
import { expand, portGate, type Expanded } from './expand';

export interface LowerOptions extends Partial<LowerMode> {
  /** Gates besides those of the registry and the document, by name. */
  readonly gates?: ReadonlyMap<string, Gate>;
}

/** A source node: an input of the graph, named by its id. */
export interface Leaf {
  /** As files of weights call it: a node's id; inside definitions `instance.node`, or `definition.node` where it is shared. */
  readonly id: string;
  /** Its node in the expanded graph. */
  readonly node: string;
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
  /** What is inside definitions. */
  readonly inner: Inner;
  readonly leaves: readonly Leaf[];
  /** What gates keep between steps of training. */
  readonly states: readonly StateLeaf[];
  /** Terms of the objective; empty when there is none. */
  readonly objective: readonly Term[];
}

/** By paths such as `b1/a`, `b1/a.port` and, in the second copy of a repeated instance, `b1@2/a`. */
export interface Inner {
  readonly values: ReadonlyMap<string, ValueId>;
  /** By the input that a wire ends at, `b1/q.a`. */
  readonly wires: ReadonlyMap<string, ValueId>;
}

/** Default rows of a batch when a document is lowered only to see its shapes. */
export const SOME_ROWS = 2;

const NO_GATES: ReadonlyMap<string, Gate> = new Map();

/** Lowers `document`; what the user got wrong is in `diagnostics`, and nothing is thrown. */
export function lower(document: Document, { batch = SOME_ROWS, mode = 'train', gates: others = NO_GATES }: LowerOptions = {}): Lowered {
  const expanded = expand(document);
  const { gates, keys } = expanded;
  const {
    nodes,
    order,
    diagnostics: found
  } = connect(expanded, (name) => (gates.has(name) ? gates.get(name) : (registry.get(name) ?? others.get(name))));
  const diagnostics = [...expanded.diagnostics, ...found];
  const graph = new Builder();
  const all = new Map<string, ValueId>();
  const wires: (ValueId | undefined)[] = expanded.wires.map(() => undefined);
  const sources: Omit<Leaf, 'fans'>[] = [];
  const states = new Map<string, StateLeaf>();
  for (const id of order) {
    const node = nodes.get(id)!;
    try {
      const operands = readOperands(graph, node, all, wires);
      if (!operands || !node.sound) continue;
      const { source } = node.gate;
      const key = keys.get(id) ?? id;
      const context = new NodeContext(graph, id, { batch, mode }, key, states);
      lowerNode(graph, node, key, operands, context).forEach((value, at) => all.set(outputName(id, node.outputs[at]!), value));
      if (source === 'data') checkField(document, node);
      if (source) sources.push({ id: key, node: id, source, value: all.get(id)!, params: node.params });
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      const { message, port, hint, place } = error;
      diagnostics.push({
        code: 'shape-mismatch',
        gate: id,
        kind: node.gate.name,
        ...(port && { port }),
        ...place,
        message,
        ...(hint && { hint })
      });
    }
  }
  const types = new Map([...all].map(([name, value]) => [name, graph.type(value)]));
  const fans = fansOf(nodes, types);
  checkMetrics(document, nodes, diagnostics);
  const leaves = sources.map((leaf) => ({ ...leaf, fans: fans.get(leaf.node) ?? defaultFans(graph.type(leaf.value)) }));
  const objective = readObjective(document, nodes, all, types, diagnostics);
  const outside = <T>(entries: ReadonlyMap<string, T>) =>
    keys.size > 0 ? new Map([...entries].filter(([name]) => !isInside(name))) : entries;
  return {
    graph,
    diagnostics: placed(diagnostics, expanded),
    order: keys.size > 0 ? order.filter((id) => !isInside(id)) : order,
    types: outside(types),
    values: outside(all),
    wires: wires.slice(0, document.wires.length),
    inner: innerOf(expanded, all, wires),
    leaves,
    states: [...states.values()],
    objective
  };
}

function isInside(name: string): boolean {
  return /[/@]/.test(name);
}

function innerOf({ wires, aliases, keys }: Expanded, all: ReadonlyMap<string, ValueId>, ends: readonly (ValueId | undefined)[]): Inner {
  const values = new Map<string, ValueId>();
  const inside = new Map<string, ValueId>();
  if (keys.size === 0) return { values, wires: inside };
  for (const [name, value] of all) if (isInside(name)) values.set(name, value);
  for (const [path, id] of aliases) if (all.has(id)) values.set(path, all.get(id)!);
  wires.forEach(({ to }, index) => {
    if (ends[index] !== undefined) inside.set(to, ends[index]);
  });
  return { values, wires: inside };
}

/** Diagnostics where the user sees their gates; what is wrong in every copy of a repeated instance is told once. */
function placed(diagnostics: readonly Diagnostic[], { places }: Expanded): readonly Diagnostic[] {
  if (places.size === 0) return diagnostics;
  const told = new Set<string>();
  return diagnostics.flatMap((diagnostic) => {
    const place = diagnostic.gate === undefined ? undefined : places.get(diagnostic.gate);
    const result = place ? { ...diagnostic, ...place } : diagnostic;
    const print = fingerprint({ ...result, gate: result.gate?.replace(/@\d+/g, '') });
    if (told.has(print)) return [];
    told.add(print);
    return [result];
  });
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
  key: string,
  operands: Record<string, ValueId>,
  context: NodeContext
): readonly ValueId[] {
  const shapes = gate.shape(
    Object.fromEntries(Object.entries(operands).map(([port, value]) => [port, graph.type(value)])),
    params,
    context
  );
  if (gate.source) return [graph.within({ node: id, port: 'out', role: 'value' }, () => graph.input(key, shapes[0]!))];
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
      'open a file as data'
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
  if (isOneEach(field, dataset) && rowSize !== columns) {
    throw new ShapeError(
      `field ${params['field']} has ${columns} columns and shape ${formatShape(params['shape'])} holds ${rowSize}`,
      undefined,
      `set shape to ${columns === 1 ? '[] or [1]' : `[${columns}]`}`
    );
  }
}

/** Whether each column of `field` gives one entry a row; of other sources and of names that become entries, only the data tells. */
function isOneEach({ source, one_hot = [], type }: FieldRecord, dataset: DatasetRecord): boolean {
  return type === 'class' || (one_hot.length === 0 && /\.(?:csv|tsv|txt)$/i.test(source ?? dataset.source ?? ''));
}

const defaultFans = ({ shape }: Type): Fans => ({ in: shape[0] ?? 1, out: shape.at(-1) ?? 1 });

/**
 * Fans of each parameter from the first port that it feeds: [in, out] for linear and matmul; for a convolution's weight
 * [out, in, kernel…] as torch counts them; a bias has those of the weight beside it, as torch.nn.Linear does.
 */
function fansOf(nodes: ReadonlyMap<string, ResolvedNode>, types: ReadonlyMap<string, Type>): Map<string, Fans> {
  const fans = new Map<string, Fans>();
  const passes = ({ gate, record }: ResolvedNode): boolean => gate === portGate || record.bypass === true;
  /** The output itself, or the one that comes in at the port of an instance or at a bypassed gate. */
  const origin = (output: string): string => {
    let found = output;
    // Bypassed gates may feed each other in a circle.
    const met = new Set<ResolvedNode>();
    for (let node = nodes.get(splitOutput(found).id); node && passes(node) && !met.has(node); node = nodes.get(splitOutput(found).id)) {
      met.add(node);
      const from = passedOn(node);
      if (from === undefined) break;
      found = from;
    }
    return found;
  };
  for (const node of nodes.values()) {
    const { gate, incoming } = node;
    if (passes(node)) continue;
    for (const [port, { source: from }] of incoming) {
      const source = origin(from);
      if (fans.has(source) || nodes.get(source)?.gate.source !== 'parameter') continue;
      const shape = types.get(port === 'bias' ? (incoming.get('weight')?.source ?? from) : from)?.shape;
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
    const { id } = splitOutput(from);
    const node = nodes.get(id);
    const place = node ? { gate: id, kind: node.gate.name } : {};
    if (!node && document.nodes.some((record) => record.id === id)) return [];
    if (!node || !hasOutput(node, from)) {
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
      const node = nodes.get(splitOutput(reference).id);
      if (node && hasOutput(node, reference)) continue;
      diagnostics.push({
        code: 'unknown-output',
        severity: 'warning',
        message: `the metric ${kind} reads ${reference}, which is no output`,
        hint: 'choose another in the training panel'
      });
    }
  }
}

/** What tells one problem from another. */
export const fingerprint = ({ code, gate, port, message }: Diagnostic): string => JSON.stringify([code, gate, port, message]);
