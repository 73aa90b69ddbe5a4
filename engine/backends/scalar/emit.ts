/**
 * Graphs of single numbers as straight-line WebAssembly: within a function values are locals, between functions they are in
 * memory, as are those that the caller reads. Functions are kept to a size that compilers like.
 */
import { invariant } from '../../base/errors';
import type { AnyOperation, Graph, ValueId } from '../../ir/graph';
import type { Plan } from '../../plan/plan';
import { reachable } from '../../optimize/simplify';
import { Code, encodeModule, type Import, type NumberType } from './encoder';

/** Operations of one function: beyond a few hundred, compiling takes longer than in proportion. */
const FUNCTION_OPERATIONS = 400;

/** Operations that give the one entry of their first operand. */
const SAME: ReadonlySet<string> = new Set([
  'identity',
  'reshape',
  'permute',
  'broadcast',
  'reverse',
  'reduce_sum',
  'reduce_max',
  'reduce_min',
  'cumsum'
]);
/** Functions that are called; the others are instructions. */
const CALLED: ReadonlyMap<string, number> = new Map([
  ...['exp', 'log', 'log1p', 'expm1', 'sin', 'cos', 'tanh', 'erf'].map((name) => [name, 1] as const),
  ['pow', 2]
]);
const COMPUTED: ReadonlySet<string> = new Set([
  ...['input', 'constant', 'iota', 'argmax', 'convert', 'compare', 'select', 'dot', 'neg', 'abs', 'sign', 'sqrt'],
  ...['add', 'sub', 'mul', 'div', 'max', 'min', ...SAME, ...CALLED.keys()]
]);

/** Values that a plan computes, and inputs that it keeps, in order. */
export function valuesOf({ graph, outputs, carries, inputs }: Plan): ValueId[] {
  return reachable(graph, [...outputs, ...carries.flat(), ...inputs.values()]);
}

/** The first value of a plan that is more than one number, or that no instruction computes; undefined where all can be emitted. */
export function notScalar(plan: Plan): ValueId | undefined {
  return valuesOf(plan).find((id) => {
    const { primitive, type } = plan.graph.operations[id]!;
    const single = type.shape.every((length) => length === 1);
    return !single || !COMPUTED.has(primitive);
  });
}

export interface Emitted {
  readonly bytes: Uint8Array;
  /** Functions of floats that the module calls, by name. */
  readonly imports: readonly Import[];
}

/** What a value is computed from when those that only hand on their operand are left out. */
export function sourceOf({ operations }: Graph, id: ValueId): ValueId {
  let at = id;
  while (SAME.has(operations[at]!.primitive)) at = operations[at]!.inputs[0]!;
  return at;
}

/** The module for `values` of a plan; `address` says where a value has its place. */
export function emit(plan: Plan, values: readonly ValueId[], float: 'f32' | 'f64', address: (id: ValueId) => number): Emitted {
  return new Emitter(plan, float, address).emit(values);
}

class Emitter {
  private readonly graph: Graph;
  private readonly imports: Import[] = [];
  private readonly functions: Code[] = [];
  private code: Code;
  /** Locals of the function in hand. */
  private locals = new Map<ValueId, number>();
  private count = 0;

  constructor(
    private readonly plan: Plan,
    private readonly float: 'f32' | 'f64',
    private readonly address: (id: ValueId) => number
  ) {
    this.graph = plan.graph;
    this.code = new Code(float);
  }

  emit(values: readonly ValueId[]): Emitted {
    const { operations } = this.graph;
    const computed = values.filter((id) => sourceOf(this.graph, id) === id && !this.isFixed(operations[id]!));
    const kept = this.keptOf(computed);
    for (const id of computed) {
      if (this.count === FUNCTION_OPERATIONS) this.next();
      this.count++;
      this.compute(operations[id]!);
      const local = this.code.local(this.typeOf(id));
      this.code.set(local);
      this.locals.set(id, local);
      if (kept.has(id)) this.code.store(this.typeOf(id), this.address(id), () => this.code.get(local));
    }
    this.carry();
    this.next();
    return { bytes: encodeModule(this.float, this.imports, this.functions), imports: this.imports };
  }

  /** Values that must be in memory: what the caller reads, and what another function than its own reads. */
  private keptOf(computed: readonly ValueId[]): ReadonlySet<ValueId> {
    const kept = new Set(this.plan.outputs.map((id) => sourceOf(this.graph, id)));
    const place = new Map(computed.map((id, at) => [id, Math.floor(at / FUNCTION_OPERATIONS)]));
    for (const id of computed) {
      for (const operand of this.graph.operations[id]!.inputs) {
        const source = sourceOf(this.graph, operand);
        if (place.get(source) !== place.get(id)) kept.add(source);
      }
    }
    for (const [next] of this.plan.carries) kept.add(sourceOf(this.graph, next));
    return kept;
  }

  private next(): void {
    this.functions.push(this.code);
    this.code = new Code(this.float);
    this.locals = new Map();
    this.count = 0;
  }

  private isFixed({ primitive }: AnyOperation): boolean {
    return primitive === 'input' || primitive === 'constant' || primitive === 'iota' || primitive === 'argmax';
  }

  /** All new values before any of them replaces an old one. */
  private carry(): void {
    const { carries } = this.plan;
    const locals = carries.map(([next]) => {
      this.push(next);
      const local = this.code.local(this.typeOf(next));
      this.code.set(local);
      return local;
    });
    carries.forEach(([, input], at) => this.code.store(this.typeOf(input), this.address(input), () => this.code.get(locals[at]!)));
  }

  private typeOf(id: ValueId): NumberType {
    return this.graph.operations[id]!.type.dtype === 'int32' ? 'i32' : this.float;
  }

  /** Puts a value on the stack. */
  private push(id: ValueId): void {
    const source = sourceOf(this.graph, id);
    const operation = this.graph.operations[source]!;
    const type = this.typeOf(source);
    switch (operation.primitive) {
      case 'constant':
        return this.code.constant(type, operation.attributes.value);
      case 'iota':
      case 'argmax':
        return this.code.constant('i32', 0);
      default: {
        let local = this.locals.get(source);
        if (local === undefined) {
          this.code.load(type, this.address(source));
          local = this.code.local(type);
          this.code.set(local);
          this.locals.set(source, local);
        }
        return this.code.get(local);
      }
    }
  }

  /** Leaves the operation's result on the stack. */
  private compute(operation: AnyOperation): void {
    const { code } = this;
    const [a, b, c] = operation.inputs as readonly [ValueId, ValueId, ValueId];
    switch (operation.primitive) {
      case 'neg':
      case 'abs':
      case 'sqrt':
        this.push(a);
        return code.do(operation.primitive);
      case 'sign':
        this.above(a, 'gt');
        this.above(a, 'lt');
        return code.do('sub');
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
      case 'max':
      case 'min':
        this.push(a);
        this.push(b);
        return code.do(operation.primitive);
      case 'dot':
        this.push(a);
        this.push(b);
        return code.do('mul');
      case 'compare':
        this.push(a);
        this.push(b);
        if (this.typeOf(a) === 'i32') code.compareIntegers(operation.attributes.direction);
        else code.do(operation.attributes.direction);
        return code.do('fromInt');
      case 'select':
        this.push(b);
        this.push(c);
        this.push(a);
        code.constant(this.float, 0);
        code.do('ne');
        return code.select();
      case 'convert':
        this.push(a);
        if (this.typeOf(a) === 'i32') {
          if (operation.type.dtype === 'float') code.do('fromInt');
        } else if (operation.type.dtype === 'int32') code.toInteger();
        return;
      default: {
        const parameters = CALLED.get(operation.primitive);
        invariant(parameters !== undefined, `${operation.primitive} is no operation on single numbers`);
        operation.inputs.forEach((input) => this.push(input));
        return code.call(this.imported(operation.primitive, parameters));
      }
    }
  }

  /** 1 where the value is above, or below, 0. */
  private above(id: ValueId, direction: 'gt' | 'lt'): void {
    this.push(id);
    this.code.constant(this.float, 0);
    this.code.do(direction);
    this.code.do('fromInt');
  }

  private imported(name: string, parameters: number): number {
    const known = this.imports.findIndex((called) => called.name === name);
    return known >= 0 ? known : this.imports.push({ name, parameters }) - 1;
  }
}
