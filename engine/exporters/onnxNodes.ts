/** Which nodes a document's graph becomes in ONNX: gates as operators of their meaning where there are such, else primitive by primitive. */
import type { Type } from '../base/dtypes';
import { EngineError } from '../base/errors';
import { outputName } from '../document/types';
import type { Operands } from '../gates/gate';
import type { AnyOperation, Graph, Operation, Primitive, ValueId } from '../ir/graph';
import type { ResolvedNode } from '../lower/connections';
import type { Lowered } from '../lower/lower';
import { Fragment, OnnxGraph } from './onnxGraph';
import { broadcastsTo, ELEMENTWISE, PRIMITIVES, writeCondition, type Site } from './onnxPrimitives';
import { FixedRows, shapeOver } from './onnxRows';

/** A node that is one operator or a few, and what it reads. */
interface Operator {
  readonly node: ResolvedNode;
  readonly operands: readonly ValueId[];
  readonly outputs: readonly ValueId[];
}

const BROADCASTING: ReadonlySet<Primitive> = new Set<Primitive>([
  ...(Object.keys(ELEMENTWISE) as Primitive[]),
  'log1p',
  'expm1',
  'convert',
  'compare',
  'select'
]);

/** The graphs of a document, or the bodies of a region, for each number of rows, with the names that values have in ONNX. */
class Frame {
  private readonly conditions = new Map<ValueId, string>();

  constructor(
    readonly graphs: readonly Graph[],
    readonly names: Map<ValueId, string>,
    private readonly isKept: (id: ValueId) => boolean
  ) {}

  operation(id: ValueId): AnyOperation {
    return this.graphs[0]!.operations[id]!;
  }
  all(id: ValueId): readonly AnyOperation[] {
    return this.graphs.map(({ operations }) => operations[id]!);
  }
  shapes(ids: readonly ValueId[]) {
    return this.graphs.map(({ operations }) => ids.map((id) => operations[id]!.type.shape));
  }

  /** The value that `id` is a copy of, wires and borders left out. */
  resolve(id: ValueId): ValueId {
    let found = id;
    for (let at = this.operation(found); at.primitive === 'identity' && !this.isKept(found); at = this.operation(found)) {
      if (this.names.has(found)) break;
      found = at.inputs[0]!;
    }
    return found;
  }

  /** What the operation reads; where ONNX broadcasts by itself, values as they are before they are broadcast. */
  operands(id: ValueId): readonly ValueId[] {
    const operation = this.operation(id);
    const direct = operation.inputs.map((input) => this.resolve(input));
    if (!BROADCASTING.has(operation.primitive) && !isEntrywise(operation)) return direct;
    const bare = direct.map((input) => this.bare(input));
    const shapes = this.shapes(bare);
    return this.all(id).every(({ type }, at) => broadcastsTo(shapes[at]!, type.shape)) ? bare : direct;
  }

  /** What has to be written before the operation: a select reads its comparison as a bool, and not the float that it is. */
  reads(id: ValueId): readonly ValueId[] {
    const operands = this.operands(id);
    const [condition, ...others] = operands;
    if (this.operation(id).primitive !== 'select' || this.operation(condition!).primitive !== 'compare') return operands;
    return [...this.operands(condition!), ...others];
  }

  /** The value before it was broadcast. */
  private bare(id: ValueId): ValueId {
    let found = id;
    while (this.operation(found).primitive === 'broadcast' && !this.names.has(found))
      found = this.resolve(this.operation(found).inputs[0]!);
    return found;
  }

  /** The bool tensor of a comparison that a select reads, written once. */
  condition(id: ValueId, o: Fragment): string | undefined {
    const operation = this.operation(id);
    if (operation.primitive !== 'compare') return undefined;
    let name = this.conditions.get(id);
    if (name === undefined) {
      name = writeCondition(o, this.namesOf(this.operands(id)), operation);
      this.conditions.set(id, name);
    }
    return name;
  }

  namesOf(ids: readonly ValueId[]): readonly string[] {
    return ids.map((id) => this.names.get(id)!);
  }
}

/** Whether a region's body computes entry by entry from all of its operands, so that they may come as they are before they are broadcast. */
function isEntrywise({ primitive, attributes, inputs }: AnyOperation): boolean {
  if (primitive !== 'custom') return false;
  const { body, output } = (attributes as Operation<'custom'>['attributes']).region;
  const met = new Set<ValueId>();
  const pending = [output];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (met.has(id)) continue;
    met.add(id);
    const operation = body.operations[id]!;
    const known = BROADCASTING.has(operation.primitive) || ['input', 'constant', 'broadcast'].includes(operation.primitive);
    if (!known && !isEntrywise(operation)) return false;
    pending.push(...operation.inputs);
  }
  return inputs.every((_, at) =>
    met.has(body.operations.findIndex((one) => one.primitive === 'input' && one.attributes.name === String(at)))
  );
}

export interface NodesRequest {
  readonly graph: OnnxGraph;
  /** The document for each number of rows. */
  readonly lowered: readonly Lowered[];
  readonly rows: readonly number[];
  /** All nodes, those inside definitions too. */
  readonly nodes: ReadonlyMap<string, ResolvedNode>;
  /** Output references that the model gives. */
  readonly outputs: readonly string[];
  /** Names of leaves and states that are there already; asked for when they are needed. */
  readonly leaf: (id: ValueId) => string;
  readonly state: (node: string, name: string) => string;
}

/** Appends what `outputs` need to `graph`. Throws EngineError `onnx-random`, FixedRows. */
export function writeNodes(request: NodesRequest): void {
  new Writer(request).write();
}

class Writer {
  private readonly frame: Frame;
  /** Every output of every node. */
  private readonly values: ReadonlyMap<string, ValueId>;
  private readonly operators = new Map<ValueId, Operator>();
  /** Output references of values that are no leaves. */
  private readonly titles = new Map<ValueId, string>();

  constructor(private readonly request: NodesRequest) {
    const { lowered, nodes, outputs } = request;
    const [first, ...others] = lowered;
    this.values = new Map([...first!.values, ...first!.inner.values]);
    const wanted = new Set(outputs.map((reference) => this.values.get(reference)!));
    for (const other of others) requireSame(first!.graph, other.graph);
    this.frame = new Frame(
      lowered.map(({ graph }) => graph),
      new Map(),
      (id) => wanted.has(id) || isGateOutput(first!.graph.operation(id), nodes)
    );
  }

  write(): void {
    const { frame, request } = this;
    for (const node of request.nodes.values()) this.find(node);
    for (const [reference, id] of this.values) {
      // Leaves have the names of their tensors, all else that of its output; `find` needs none.
      if (frame.operation(id).primitive !== 'input' && frame.resolve(id) === id && !frame.names.has(id)) this.titles.set(id, reference);
    }
    const needed = this.needs(request.outputs.map((reference) => this.values.get(reference)!));
    for (const id of [...needed].sort((a, b) => a - b)) {
      const operator = this.operators.get(id);
      if (operator) this.writeOperator(operator, needed);
      else this.writeValue(id);
    }
  }

  /** Notes the node as an operator where its gate says how, and says the same for any number of rows. */
  private find(node: ResolvedNode): void {
    const { gate, record, outputs, inputs, incoming } = node;
    if (gate.emit.onnx === undefined) return;
    const ids = outputs.map((port) => this.values.get(outputName(record.id, port))!);
    const operands = inputs.flatMap(({ name }) =>
      incoming.has(name) ? [this.frame.resolve(this.values.get(incoming.get(name)!.source)!)] : []
    );
    const trials = this.request.rows.map((_, at) => {
      const scratch = new OnnxGraph(() => ':rows');
      const fragment = new Fragment(scratch, record.id, (name) => name);
      const names = Object.fromEntries(inputs.filter(({ name }) => incoming.has(name)).map(({ name }) => [name, name]));
      const results = this.callGate(node, fragment, names, at);
      return results && JSON.stringify([results, fragment.nodesMade, [...scratch.initializers]]);
    });
    if (trials[0] === null || trials.some((trial) => trial !== trials[0])) return;
    const operator = { node, operands, outputs: ids };
    for (const id of ids) this.operators.set(id, operator);
  }

  private callGate(node: ResolvedNode, fragment: Fragment, names: Operands<string>, at: number): readonly string[] | null {
    const { gate, params, inputs, incoming } = node;
    const emit = gate.emit.onnx!;
    if (typeof emit === 'string')
      return [
        fragment.node(
          emit,
          inputs.map(({ name }) => names[name])
        )
      ];
    const graph = this.request.lowered[at]!.graph;
    const types: Record<string, Type> = Object.create(null);
    for (const [port, { source }] of incoming) types[port] = graph.type(this.values.get(source)!);
    return emit(fragment, names, params, types);
  }

  /** Everything that has to be written, what is read before what reads it. */
  private needs(outputs: readonly ValueId[]): ReadonlySet<ValueId> {
    const needed = new Set<ValueId>();
    const pending = [...outputs];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (needed.has(id)) continue;
      needed.add(id);
      const operator = this.operators.get(id);
      if (operator) pending.push(...operator.operands);
      else pending.push(...this.frame.reads(id));
    }
    return needed;
  }

  private writeOperator({ node, outputs }: Operator, needed: ReadonlySet<ValueId>): void {
    const { frame, request } = this;
    if (outputs.some((id) => frame.names.has(id))) return;
    const { record, inputs, incoming, gate } = node;
    const fragment = new Fragment(request.graph, record.id, (name) => request.state(record.id, name));
    const names: Record<string, string> = Object.create(null);
    for (const { name, dtype = 'float' } of inputs) {
      const wire = incoming.get(name);
      if (!wire) continue;
      const source = frame.resolve(this.values.get(wire.source)!);
      const found = frame.names.get(source)!;
      names[name] = dtype === 'float' && frame.operation(source).type.dtype === 'int32' ? fragment.node('Cast', [found], { to: 1 }) : found;
    }
    const results = this.callGate(node, fragment, names, 0)!;
    const targets = outputs.map((id) => (needed.has(id) ? request.graph.name(this.titles.get(id) ?? `${record.id}:${gate.name}`) : null));
    outputs.forEach((id, at) => {
      if (targets[at] !== null) frame.names.set(id, targets[at]!);
    });
    fragment.finish(results, targets, record.id);
  }

  private writeValue(id: ValueId): void {
    const { frame, request, titles } = this;
    const operation = frame.operation(id);
    if (operation.primitive === 'input') {
      frame.names.set(id, request.leaf(id));
      return;
    }
    const owner = operation.origin?.node ?? '';
    const title = titles.get(id);
    if (operation.primitive === 'constant' && title === undefined) {
      const fragment = new Fragment(request.graph, owner);
      const name = PRIMITIVES.constant(fragment, [], {
        operations: frame.all(id) as Operation<'constant'>[],
        shapes: [],
        rows: request.rows
      });
      fragment.finish([name], [], null);
      frame.names.set(id, name);
      return;
    }
    const target = request.graph.name(title ?? `${owner}:${operation.primitive}`);
    writeOperation(frame, id, target, title === undefined ? target : title, request);
    frame.names.set(id, target);
  }
}

/** One operation as the nodes that make `target`; a region's body in its place. */
function writeOperation(
  frame: Frame,
  id: ValueId,
  target: string,
  title: string,
  request: Pick<NodesRequest, 'graph' | 'rows' | 'nodes'>
): void {
  const operation = frame.operation(id);
  const { primitive, origin } = operation;
  const owner = origin?.node ?? title.split(':')[0]!;
  if (primitive === 'random') throw drawsRandom(owner, request.nodes);
  const operands = frame.operands(id);
  if (primitive === 'custom') return writeRegion(frame, id, operands, target, title, request);
  if (primitive === 'input') return;
  const o = new Fragment(request.graph, owner);
  const condition = primitive === 'select' ? frame.condition(operands[0]!, o) : undefined;
  const site: Site<never> = { operations: frame.all(id) as never, shapes: frame.shapes(operands), rows: request.rows, condition };
  const result = PRIMITIVES[primitive](o, frame.namesOf(operands), site);
  o.finish([result], [target], title);
}

function writeRegion(
  frame: Frame,
  id: ValueId,
  operands: readonly ValueId[],
  target: string,
  title: string,
  request: Pick<NodesRequest, 'graph' | 'rows' | 'nodes'>
): void {
  const regions = frame.all(id).map(({ attributes }) => (attributes as Operation<'custom'>['attributes']).region);
  const { body, output } = regions[0]!;
  for (const region of regions) requireSame(body, region.body);
  const names = new Map<ValueId, string>();
  body.operations.forEach((operation, at) => {
    if (operation.primitive === 'input') names.set(at, frame.names.get(operands[Number(operation.attributes.name)]!)!);
  });
  const inside = new Frame(
    regions.map((region) => region.body),
    names,
    () => false
  );
  const last = inside.resolve(output);
  const owner = title.split(':')[0]!;
  const needed = new Set<ValueId>();
  const pending = [last];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (needed.has(value) || names.has(value)) continue;
    needed.add(value);
    pending.push(...inside.reads(value));
  }
  if (names.has(last)) {
    const o = new Fragment(request.graph, owner);
    o.finish([o.node('Identity', [names.get(last)!])], [target], title);
    return;
  }
  for (const value of [...needed].sort((a, b) => a - b)) {
    const { primitive } = inside.operation(value);
    const name = value === last ? target : request.graph.name(`${owner}:${primitive}`);
    writeOperation(inside, value, name, value === last ? title : name, request);
    names.set(value, name);
  }
}

/** Outputs of gates are kept as nodes, also those that only hand on; wires and borders of definitions are not. */
function isGateOutput({ origin }: AnyOperation, nodes: ReadonlyMap<string, ResolvedNode>): boolean {
  if (origin?.role !== 'value' || origin.wire !== undefined) return false;
  return nodes.get(origin.node)?.gate.family !== 'definitions';
}

/** Throws FixedRows where another number of rows makes another graph. */
function requireSame(first: Graph, other: Graph): void {
  const same =
    first.operations.length === other.operations.length &&
    first.operations.every(({ primitive, inputs }, id) => {
      const found = other.operations[id]!;
      return (
        found.primitive === primitive && found.inputs.length === inputs.length && found.inputs.every((input, at) => input === inputs[at])
      );
    });
  if (!same) throw new FixedRows('another graph');
}

/** Sizes of a value as a port of the model shows them. */
export function portSizes(lowered: readonly Lowered[], id: ValueId, rows: readonly number[]) {
  return shapeOver(
    rows,
    lowered.map(({ graph }) => graph.shape(id))
  );
}

function drawsRandom(id: string, nodes: ReadonlyMap<string, ResolvedNode>): EngineError {
  const kind = nodes.get(id)?.gate.name;
  return new EngineError({
    code: 'onnx-random',
    gate: id,
    ...(kind && { kind }),
    message: 'it draws random numbers, and an exported model gives the same for the same input',
    hint: kind?.startsWith('fractional') ? 'connect its samples' : 'remove training from its parameters'
  });
}
