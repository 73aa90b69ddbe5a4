/**
 * Appends operations to a graph and infers their types. Arithmetic broadcasts its operands as NumPy does, by emitting the
 * broadcast. Misuse is a bug of the caller (InvariantError): what users can get wrong is checked by the gates' shape rules.
 */
import type { Dtype, Type } from '../base/dtypes';
import { invariant } from '../base/errors';
import { broadcastShapes, formatShape, sameShape, sizeOf, type Shape } from '../base/shapes';
import type { AnyOperation, Attributes, Binary, CustomRegion, Direction, Graph, Origin, Primitive, Unary, ValueId, Window } from './graph';

/** Name of the input that `random` draws from: int32 [2], the seed of the run and the step within it. */
export const RANDOM_SEED = 'random:';

export class Builder implements Graph {
  readonly operations: AnyOperation[] = [];
  /** Given to every operation that is emitted while it is set. */
  origin: Origin | undefined;
  private readonly constants = new Map<number, ValueId>();
  private seed: ValueId | undefined;

  emit<P extends Primitive>(primitive: P, inputs: readonly ValueId[], attributes: Attributes[P], type: Type): ValueId {
    const operation = this.origin ? { primitive, inputs, attributes, type, origin: this.origin } : { primitive, inputs, attributes, type };
    this.operations.push(operation as unknown as AnyOperation);
    return this.operations.length - 1;
  }

  operation(id: ValueId): AnyOperation {
    const operation = this.operations[id];
    invariant(operation, `no value ${id}`);
    return operation;
  }
  type(id: ValueId): Type {
    return this.operation(id).type;
  }
  shape(id: ValueId): Shape {
    return this.operation(id).type.shape;
  }

  /** Runs `body` with `origin` on what it emits. */
  within<T>(origin: Origin | undefined, body: () => T): T {
    const outer = this.origin;
    this.origin = origin;
    try {
      return body();
    } finally {
      this.origin = outer;
    }
  }

  /** Says of a value that is there already where it comes from. */
  attribute(id: ValueId, origin: Origin): void {
    this.operations[id] = { ...this.operation(id), origin };
  }

  // Leaves

  input(name: string, type: Type): ValueId {
    return this.emit('input', [], { name }, type);
  }
  /** A scalar; equal ones are one value. */
  constant(value: number): ValueId {
    const key = Object.is(value, -0) ? -Number.MIN_VALUE : value;
    let id = this.constants.get(key);
    if (id === undefined) {
      id = this.within(undefined, () => this.emit('constant', [], { value }, { dtype: 'float', shape: [] }));
      this.constants.set(key, id);
    }
    return id;
  }
  full(value: number, shape: Shape): ValueId {
    return this.broadcast(this.constant(value), shape);
  }
  /** int32 0, 1, 2, … along `axis`. */
  iota(shape: Shape, axis: number): ValueId {
    return this.emit('iota', [], { axis }, { dtype: 'int32', shape });
  }

  /** Uniform in [0, 1), drawn from the seed that the graph is run with; see `RANDOM_SEED`. */
  random(stream: readonly [low: number, high: number], shape: Shape): ValueId {
    this.seed ??= this.within(undefined, () => this.input(RANDOM_SEED, { dtype: 'int32', shape: [2] }));
    return this.emit('random', [this.seed], { stream }, { dtype: 'float', shape });
  }

  // Elementwise

  unary(primitive: Unary, x: ValueId): ValueId {
    const { type } = this.operation(x);
    invariant(primitive === 'identity' || type.dtype === 'float', `${primitive} of int32`);
    return this.emit(primitive, [x], {}, type);
  }
  binary(primitive: Binary, a: ValueId, b: ValueId): ValueId {
    const [left, right] = this.align(a, b);
    invariant(this.type(left).dtype === 'float' && this.type(right).dtype === 'float', `${primitive} of int32`);
    return this.emit(primitive, [left, right], {}, this.type(left));
  }
  compare(direction: Direction, a: ValueId, b: ValueId): ValueId {
    const [left, right] = this.align(a, b);
    invariant(this.type(left).dtype === this.type(right).dtype, 'compare of two dtypes');
    return this.emit('compare', [left, right], { direction }, { dtype: 'float', shape: this.shape(left) });
  }
  select(condition: ValueId, a: ValueId, b: ValueId): ValueId {
    const shape = [a, b].reduce((joined, id) => this.joinShapes(joined, this.shape(id)), this.shape(condition));
    invariant(this.type(a).dtype === this.type(b).dtype, 'select of two dtypes');
    const operands = [condition, a, b].map((id) => this.broadcast(id, shape));
    return this.emit('select', operands, {}, { dtype: this.type(a).dtype, shape });
  }
  convert(x: ValueId, dtype: Dtype): ValueId {
    const { type } = this.operation(x);
    return type.dtype === dtype ? x : this.emit('convert', [x], { dtype }, { dtype, shape: type.shape });
  }

  identity = (x: ValueId) => this.unary('identity', x);
  neg = (x: ValueId) => this.unary('neg', x);
  abs = (x: ValueId) => this.unary('abs', x);
  sign = (x: ValueId) => this.unary('sign', x);
  exp = (x: ValueId) => this.unary('exp', x);
  log = (x: ValueId) => this.unary('log', x);
  log1p = (x: ValueId) => this.unary('log1p', x);
  expm1 = (x: ValueId) => this.unary('expm1', x);
  sin = (x: ValueId) => this.unary('sin', x);
  cos = (x: ValueId) => this.unary('cos', x);
  tanh = (x: ValueId) => this.unary('tanh', x);
  erf = (x: ValueId) => this.unary('erf', x);
  sqrt = (x: ValueId) => this.unary('sqrt', x);
  add = (a: ValueId, b: ValueId) => this.binary('add', a, b);
  sub = (a: ValueId, b: ValueId) => this.binary('sub', a, b);
  mul = (a: ValueId, b: ValueId) => this.binary('mul', a, b);
  div = (a: ValueId, b: ValueId) => this.binary('div', a, b);
  pow = (a: ValueId, b: ValueId) => this.binary('pow', a, b);
  max = (a: ValueId, b: ValueId) => this.binary('max', a, b);
  min = (a: ValueId, b: ValueId) => this.binary('min', a, b);

  // Structure

  reshape(x: ValueId, shape: Shape): ValueId {
    const { type } = this.operation(x);
    if (sameShape(type.shape, shape)) return x;
    invariant(sizeOf(type.shape) === sizeOf(shape), `reshape of ${formatShape(type.shape)} to ${formatShape(shape)}`);
    return this.emit('reshape', [x], {}, { dtype: type.dtype, shape });
  }
  permute(x: ValueId, dims: readonly number[]): ValueId {
    const { type } = this.operation(x);
    if (dims.every((dim, axis) => dim === axis)) return x;
    return this.emit('permute', [x], { dims }, { dtype: type.dtype, shape: dims.map((dim) => type.shape[dim]!) });
  }
  broadcast(x: ValueId, shape: Shape): ValueId {
    const { type } = this.operation(x);
    if (sameShape(type.shape, shape)) return x;
    const joined = broadcastShapes(type.shape, shape);
    invariant(joined && sameShape(joined, shape), `broadcast of ${formatShape(type.shape)} to ${formatShape(shape)}`);
    return this.emit('broadcast', [x], {}, { dtype: type.dtype, shape });
  }
  slice(x: ValueId, start: readonly number[], limit: readonly number[], step: readonly number[]): ValueId {
    const { type } = this.operation(x);
    const shape = type.shape.map((_, axis) => Math.max(0, Math.ceil((limit[axis]! - start[axis]!) / step[axis]!)));
    if (sameShape(shape, type.shape)) return x;
    return this.emit('slice', [x], { start, limit, step }, { dtype: type.dtype, shape });
  }
  pad(x: ValueId, low: readonly number[], high: readonly number[], interior: readonly number[], value = 0): ValueId {
    const { type } = this.operation(x);
    const shape = type.shape.map((length, axis) =>
      Math.max(0, low[axis]! + length + Math.max(0, length - 1) * interior[axis]! + high[axis]!)
    );
    if ([...low, ...high, ...interior].every((amount) => amount === 0)) return x;
    return this.emit('pad', [x], { low, high, interior, value }, { dtype: type.dtype, shape });
  }
  concat(parts: readonly ValueId[], axis: number): ValueId {
    const shape = [...this.shape(parts[0]!)];
    shape[axis] = parts.reduce((length, part) => length + this.shape(part)[axis]!, 0);
    return this.emit('concat', parts, { axis }, { dtype: this.type(parts[0]!).dtype, shape });
  }
  reverse(x: ValueId, axes: readonly number[]): ValueId {
    return this.emit('reverse', [x], { axes }, this.type(x));
  }

  // Reductions and linear algebra

  /** Drops `axes`; with `keep` their size becomes 1. */
  reduce(kind: 'sum' | 'max' | 'min', x: ValueId, axes: readonly number[], keep = false): ValueId {
    const { type } = this.operation(x);
    const sorted = [...axes].sort((a, b) => a - b);
    const shape = type.shape.filter((_, axis) => !sorted.includes(axis));
    const reduced = sorted.length === 0 ? x : this.emit(`reduce_${kind}`, [x], { axes: sorted }, { dtype: type.dtype, shape });
    return keep
      ? this.reshape(
          reduced,
          type.shape.map((length, axis) => (sorted.includes(axis) ? 1 : length))
        )
      : reduced;
  }
  /** Sums over the axes along which `shape` was broadcast: the adjoint of `broadcast`. */
  sumTo(x: ValueId, shape: Shape): ValueId {
    const from = this.shape(x);
    const lead = from.length - shape.length;
    const axes = from.flatMap((length, axis) => (axis < lead || (shape[axis - lead] === 1 && length !== 1) ? [axis] : []));
    return this.reshape(this.reduce('sum', x, axes), shape);
  }
  cumsum(x: ValueId, axis: number): ValueId {
    return this.emit('cumsum', [x], { axis }, this.type(x));
  }
  argmax(x: ValueId, axis: number): ValueId {
    return this.emit('argmax', [x], { axis }, { dtype: 'int32', shape: this.shape(x).filter((_, at) => at !== axis) });
  }
  windowArgmax(x: ValueId, windows: readonly Window[]): ValueId {
    const shape = [this.shape(x)[0]!, ...windows.map(({ count }) => count)];
    return this.emit('window_argmax', [x], { windows }, { dtype: 'int32', shape });
  }
  dot(a: ValueId, b: ValueId, { transposeA = false, transposeB = false } = {}): ValueId {
    const left = this.shape(a);
    const right = this.shape(b);
    const [m, k] = transposeA ? [left.at(-1)!, left.at(-2)!] : [left.at(-2)!, left.at(-1)!];
    const [k2, n] = transposeB ? [right.at(-1)!, right.at(-2)!] : [right.at(-2)!, right.at(-1)!];
    const lead = left.slice(0, -2);
    invariant(k === k2 && sameShape(lead, right.slice(0, -2)), `dot of ${formatShape(left)} and ${formatShape(right)}`);
    return this.emit('dot', [a, b], { transposeA, transposeB }, { dtype: 'float', shape: [...lead, m, n] });
  }
  gather(x: ValueId, index: ValueId, axis: number): ValueId {
    return this.emit('gather', [x, index], { axis }, { dtype: this.type(x).dtype, shape: this.shape(index) });
  }
  scatterAdd(index: ValueId, updates: ValueId, shape: Shape, axis: number): ValueId {
    return this.emit('scatter_add', [index, updates], { axis }, { dtype: this.type(updates).dtype, shape });
  }

  patches(x: ValueId, windows: readonly Window[], at: number, value = 0): ValueId {
    const { dtype, shape } = this.type(x);
    return this.emit('patches', [x], { windows, at, value }, { dtype, shape: patchesShape(shape, windows, at) });
  }
  /** `spatial` is the shape that the windows lie on. */
  foldPatches(x: ValueId, windows: readonly Window[], at: number, spatial: Shape): ValueId {
    const { dtype, shape } = this.type(x);
    const lead = [...shape.slice(0, at), ...shape.slice(at + windows.length, shape.length - windows.length)];
    return this.emit('fold_patches', [x], { windows, at }, { dtype, shape: [...lead, ...spatial] });
  }

  /** A call of `region`, whose body has this type of result on operands like these. */
  custom(region: CustomRegion, inputs: readonly ValueId[]): ValueId {
    return this.emit('custom', inputs, { region }, region.body.operations[region.output]!.type);
  }

  private joinShapes(a: Shape, b: Shape): Shape {
    const joined = broadcastShapes(a, b);
    invariant(joined, `${formatShape(a)} and ${formatShape(b)} do not broadcast`);
    return joined;
  }
  private align(a: ValueId, b: ValueId): [ValueId, ValueId] {
    const shape = this.joinShapes(this.shape(a), this.shape(b));
    return [this.broadcast(a, shape), this.broadcast(b, shape)];
  }
}

/** Shape of the patches of `shape`: the windows' sizes stand before axis `at`, their counts in place of the axes they lie on. */
export function patchesShape(shape: Shape, windows: readonly Window[], at: number): Shape {
  const lead = shape.slice(0, shape.length - windows.length);
  return [...lead.slice(0, at), ...windows.map(({ size }) => size), ...lead.slice(at), ...windows.map(({ count }) => count)];
}

/** Builds a region's body: `body` gets one input per type, named `0`, `1`, …, and returns the output. */
export function buildRegion(
  name: string,
  types: readonly Type[],
  body: (builder: Builder, inputs: readonly ValueId[]) => ValueId,
  rules: Pick<CustomRegion, 'vjp' | 'jvp'>
): CustomRegion {
  const builder = new Builder();
  const output = body(
    builder,
    types.map((type, position) => builder.input(String(position), type))
  );
  return { name, body: builder, output, ...rules };
}
