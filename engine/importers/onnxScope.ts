/** The document that an ONNX model becomes, while it grows: nodes and wires, and what each of the model's tensors is in it. */
import type { Dtype, Type } from '../base/dtypes';
import { sameShape, sizeOf } from '../base/shapes';
import type { Tensor, TensorJson } from '../base/tensors';
import { writeTensor } from '../base/tensors';
import { freshName, isId } from '../document/identifiers';
import { outputName, type NodeRecord, type Params, type WireRecord } from '../document/types';
import type { OnnxNode } from '../formats/onnx';
import { ShapeError } from '../gates/gate';
import { resolveParams } from '../gates/params';
import { registry } from '../gates/registry';

/** A tensor whose numbers are known: a weight, a constant, or what follows from such alone. */
export interface Known {
  readonly tensor: Tensor;
  /** As the file calls it. */
  readonly name: string;
  /** Whether it is a weight of the model: a float initializer. */
  readonly isWeight: boolean;
  /** Whether it was computed while importing, from sizes. */
  readonly isWorkedOut?: boolean;
}

/** An output of a gate. */
export interface Wired {
  readonly reference: string;
  readonly type: Type;
  /** Indices of a max pool that count through all of its input, as ONNX's do: entries of a channel of it. */
  readonly channel?: number;
}

export type Value = Known | Wired;

export const isKnown = (value: Value): value is Known => 'tensor' in value;
export const typeOf = (value: Value): Type => (isKnown(value) ? value.tensor : value.type);
export const shapeOf = (value: Value) => typeOf(value).shape;

/** What keeps a node from being imported: a sentence, without its place. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
  constructor(
    message: string,
    readonly hint = 'export the model another way, or leave the node out'
  ) {
    super(message);
  }
}

/** Constants of up to so many numbers stand in the document; longer ones are parameters that do not train. */
const MOST_INLINE = 64;

export class Scope {
  readonly nodes: NodeRecord[] = [];
  readonly wires: WireRecord[] = [];
  readonly weights = new Map<string, Tensor>();
  readonly notes: string[] = [];
  /** By the model's names of tensors. */
  readonly values = new Map<string, Value>();
  /** Weights that some node reads with their axes exchanged. */
  readonly flipped = new Map<Tensor, Known>();
  private readonly ids = new Set<string>();
  private readonly placed = new Map<Tensor, string>();
  private readonly openLinears = new Set<string>();
  private readonly renamed = new Map<string, string>();

  /** How many nodes read each tensor of the model. */
  constructor(private readonly uses: ReadonlyMap<string, number>) {}

  /** An id near to `wish`, a name of the file unless it is told otherwise. */
  id(wish: string, isFromFile = true): string {
    const plain = wish.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '');
    const id = freshName(isId(plain) ? plain : plain ? `_${plain}` : 'gate', (other) => this.ids.has(other));
    this.ids.add(id);
    if (isFromFile && id !== wish && wish !== '' && !this.renamed.has(wish)) this.renamed.set(wish, id);
    return id;
  }

  /** Which names of the file could not stay, in a sentence; null where all could. */
  renamings(): string | null {
    const { size } = this.renamed;
    if (size === 0) return null;
    const shown = [...this.renamed].slice(0, 3).map(([name, id]) => `${name.slice(0, 80)} is ${id}`);
    return `${size === 1 ? 'a name was' : `${size} names were`} made fit for ids: ${shown.join(', ')}${size > 3 ? ' and so on' : ''}`;
  }

  /** Adds a node of the gate `name` and answers its outputs. Throws Unsupported for operands that the gate does not take. */
  add(name: string, wish: string, operands: Readonly<Record<string, Value | undefined>>, params: Params = {}): readonly Wired[] {
    const gate = registry.get(name)!;
    const { params: resolved, problems } = resolveParams(gate, params);
    if (problems[0]) throw new Unsupported(`as the gate ${name}, its ${problems[0].message}`);
    const types: Record<string, Type> = Object.create(null);
    const given: [port: string, value: Value][] = [];
    for (const { name: port, dtype = 'float' } of gate.inputs(resolved)) {
      const value = operands[port];
      if (!value) continue;
      const type = typeOf(value);
      if (dtype === 'int32' && type.dtype !== 'int32') throw new Unsupported(`as the gate ${name}, its ${port} should be whole numbers`);
      types[port] = dtype === 'float' ? { dtype: 'float', shape: type.shape } : type;
      given.push([port, value]);
    }
    const outputs = this.typesOf(() => gate.shape(types, resolved, { mode: 'eval', batch: 1 }), name);
    const sources = given.map(([port, value]) => [port, this.reference(value)] as const);
    const id = this.id(wish);
    this.nodes.push({ id, gate: name, ...(Object.keys(params).length > 0 && { params }) });
    if (name === 'linear' && !operands['bias']) this.openLinears.add(id);
    for (const [port, from] of sources) this.wires.push({ from, to: `${id}.${port}` });
    return gate.outputs(resolved).map((port, at) => ({ reference: outputName(id, port), type: outputs[at]! }));
  }

  /** The one output of a node of the gate `name`. */
  gate(name: string, wish: string, operands: Readonly<Record<string, Value | undefined>>, params: Params = {}): Wired {
    return this.add(name, wish, operands, params)[0]!;
  }

  private typesOf(shape: () => readonly Type[], name: string): readonly Type[] {
    try {
      return shape();
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw new Unsupported(`as the gate ${name}, ${error.message}`, error.hint);
    }
  }

  /** The output that gives `value`; what is known gets a node of its own when it is first asked for. */
  reference(value: Value): string {
    if (!isKnown(value)) return value.reference;
    const { tensor, name, isWeight } = value;
    let id = this.placed.get(tensor);
    if (id === undefined) {
      id = isWeight || sizeOf(tensor.shape) > MOST_INLINE ? this.parameter(value) : this.constant(tensor, name);
      this.placed.set(tensor, id);
    }
    return id;
  }

  private parameter({ tensor, name, isWeight }: Known): string {
    if (tensor.dtype === 'int32') return this.constant(tensor, name);
    const id = this.id(name);
    this.weights.set(id, tensor);
    this.nodes.push({ id, gate: 'parameter', params: { shape: [...tensor.shape], ...(!isWeight && { trainable: false }) } });
    return id;
  }

  private constant(tensor: Tensor, name: string): string {
    // Our own exports name constants by their values, which the gate shows anyway.
    const id = this.id(name && !name.startsWith(':') ? name : 'c', false);
    this.nodes.push({ id, gate: 'constant', params: { value: listOf(tensor), ...(tensor.dtype === 'int32' && { dtype: 'int32' }) } });
    return id;
  }

  /** A leaf that the user types into. */
  variable(wish: string, dtype: Dtype, shape: readonly number[]): Wired {
    const id = this.id(wish);
    const zeros = { shape, data: new Float64Array(sizeOf(shape)) };
    this.nodes.push({ id, gate: 'variable', params: { value: writeTensor(zeros), ...(dtype === 'int32' && { dtype: 'int32' }) } });
    return { reference: id, type: { dtype, shape } };
  }

  /** Whether `value` is a linear gate without a bias that nothing but one node reads, under the model's name `name`. */
  isOpenLinear({ reference }: Wired, name: string): boolean {
    return this.openLinears.has(reference) && this.uses.get(name) === 1;
  }

  /** A number as short as float32 allows: what is stored of 0.1 is written as 0.1. */
  short(value: number): number {
    return shortest(value);
  }

  tell(note: string): void {
    if (!this.notes.includes(note)) this.notes.push(note);
  }

  /** Connects `value` to a port that nothing is connected to yet. */
  connect(value: Value, id: string, port: string): void {
    this.openLinears.delete(id);
    this.wires.push({ from: this.reference(value), to: `${id}.${port}` });
  }
}

function listOf(tensor: Tensor): TensorJson {
  // What float32 holds of 0.1 is written as 0.1.
  const data = tensor.dtype === 'float' ? Float64Array.from(tensor.data, (value) => shortest(value)) : tensor.data;
  return writeTensor({ shape: tensor.shape, data });
}

/** The number with the fewest digits that float32 rounds to `value`. */
export function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}

/** What a handler is given: the node, its operands in order (undefined where one is left out), and what it may ask for. */
export interface Call {
  readonly scope: Scope;
  readonly node: OnnxNode;
  readonly inputs: readonly (Value | undefined)[];
  readonly opset: number;
  /** What its gate should be called. */
  readonly wish: string;
}

/** Imports a node; its outputs in order. Throws Unsupported. */
export type Handler = (call: Call) => Value | readonly Value[];

/** The operand at `at`. */
export function operand({ inputs, node }: Call, at: number): Value {
  const value = inputs[at];
  if (!value) throw new Unsupported(`it has ${node.inputs.length} inputs; expected at least ${at + 1}`);
  return value;
}

/** The numbers at `at`, which have to be known; undefined where the input is left out. */
export function numbersAt({ inputs }: Call, at: number, what: string): readonly number[] | undefined {
  const value = inputs[at];
  if (!value) return undefined;
  if (!isKnown(value)) throw new Unsupported(`its ${what} are computed by the model; expected fixed ones`);
  return [...value.tensor.data];
}

/** A number among the attributes. */
export function numberOf({ node }: Call, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return typeof value === 'number' ? value : otherwise;
}

/** A list of numbers among the attributes; undefined where there is none. */
export function listAttribute({ node }: Call, name: string): readonly number[] | undefined {
  const value = node.attributes[name];
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number') ? (value as readonly number[]) : undefined;
}

export function textOf({ node }: Call, name: string, otherwise: string): string {
  const value = node.attributes[name];
  return typeof value === 'string' ? value : otherwise;
}

/** A number that no input holds. */
export function scalar(value: number): Known {
  return { tensor: { dtype: 'float', shape: [], data: Float64Array.of(value) }, name: '', isWeight: false };
}

export function sameAs(value: Value, shape: readonly number[]): boolean {
  return sameShape(shapeOf(value), shape);
}
