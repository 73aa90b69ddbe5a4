/**
 * Rewrites a graph to what its outputs need: custom regions inlined, equal values computed once, identities and neutral
 * operands gone, transposes absorbed by products. Outputs keep their meaning to the bit, up to the sign of a zero.
 */
import { sameShape } from '../base/shapes';
import { Builder } from '../ir/builder';
import type { AnyOperation, Graph, ValueId } from '../ir/graph';

export interface Simplified {
  readonly graph: Builder;
  /** What each value of the old graph is in the new one; undefined where no output needs it. */
  readonly values: ReadonlyMap<ValueId, ValueId>;
}

export function simplify(graph: Graph, outputs: Iterable<ValueId>): Simplified {
  const rewriter = new Rewriter();
  return { graph: rewriter.builder, values: rewriter.copy(graph, outputs, new Map()) };
}

/** Ids of the values that `outputs` are computed from, themselves included, in order. */
export function reachable(graph: Graph, outputs: Iterable<ValueId>): ValueId[] {
  const live = new Uint8Array(graph.operations.length);
  for (const id of outputs) live[id] = 1;
  for (let id = live.length - 1; id >= 0; id--) {
    if (live[id]) for (const input of graph.operations[id]!.inputs) live[input] = 1;
  }
  return [...live.keys()].filter((id) => live[id]);
}

/** Those of `live` that follow from constants alone. */
export function fixedValues(graph: Graph, live: readonly ValueId[]): ReadonlySet<ValueId> {
  const fixed = new Set<ValueId>();
  for (const id of live) {
    const { primitive, inputs } = graph.operations[id]!;
    if (primitive !== 'input' && inputs.every((input) => fixed.has(input))) fixed.add(id);
  }
  return fixed;
}

class Rewriter {
  readonly builder = new Builder();
  private readonly seen = new Map<string, ValueId>();

  /** Copies what `outputs` need; `bound` says what the graph's inputs are already, by name (a region's operands). */
  copy(graph: Graph, outputs: Iterable<ValueId>, bound: ReadonlyMap<string, ValueId>): Map<ValueId, ValueId> {
    const values = new Map<ValueId, ValueId>();
    for (const id of reachable(graph, outputs)) {
      const operation = graph.operations[id]!;
      const inputs = operation.inputs.map((input) => values.get(input)!);
      const known = operation.primitive === 'input' ? bound.get(operation.attributes.name) : undefined;
      values.set(id, known ?? this.rewrite(operation, inputs));
    }
    return values;
  }

  private rewrite(operation: AnyOperation, inputs: readonly ValueId[]): ValueId {
    if (operation.primitive === 'custom') {
      const { body, output } = operation.attributes.region;
      const bound = new Map(inputs.map((input, position) => [String(position), input]));
      // The result stands for the gate: its operations carry the call's origin.
      return this.builder.within(operation.origin, () => this.copy(body, [output], bound).get(output)!);
    }
    return this.shortcut(operation, inputs) ?? this.emitOnce(operation, inputs);
  }

  /** The value that this operation's result equals already, or a simpler operation's. */
  private shortcut(operation: AnyOperation, inputs: readonly ValueId[]): ValueId | undefined {
    const b = this.builder;
    const [x, y] = inputs as readonly [ValueId, ValueId];
    const again = (id: ValueId) => b.operation(id);
    switch (operation.primitive) {
      case 'identity':
        return x;
      case 'add':
        return this.uniform(x) === 0 ? y : this.uniform(y) === 0 ? x : undefined;
      case 'sub':
        return this.uniform(y) === 0 ? x : undefined;
      case 'mul':
        return this.uniform(x) === 1 ? y : this.uniform(y) === 1 ? x : undefined;
      case 'div':
        return this.uniform(y) === 1 ? x : undefined;
      case 'neg':
        return again(x).primitive === 'neg' ? again(x).inputs[0] : undefined;
      case 'constant':
        return this.builder.constant(operation.attributes.value);
      case 'reshape':
      case 'broadcast': {
        if (sameShape(b.shape(x), operation.type.shape)) return x;
        const inner = again(x);
        return inner.primitive === operation.primitive ? this.rewrite(operation, inner.inputs) : undefined;
      }
      case 'reduce_sum': {
        // A sum over axes of one entry moves nothing.
        const trivial = operation.attributes.axes.every((axis) => b.shape(x)[axis] === 1);
        return trivial ? this.rewrite({ ...operation, primitive: 'reshape', attributes: {} } as AnyOperation, inputs) : undefined;
      }
      case 'dot': {
        const { transposeA, transposeB } = operation.attributes;
        const [left, right] = [this.transposed(x), this.transposed(y)];
        if (left === undefined && right === undefined) return undefined;
        const attributes = { transposeA: transposeA !== (left !== undefined), transposeB: transposeB !== (right !== undefined) };
        return this.rewrite({ ...operation, attributes } as AnyOperation, [left ?? x, right ?? y]);
      }
      default:
        return undefined;
    }
  }

  /** The operand of a permutation that swaps the last two axes only. */
  private transposed(id: ValueId): ValueId | undefined {
    const operation = this.builder.operation(id);
    if (operation.primitive !== 'permute') return undefined;
    const { dims } = operation.attributes;
    const rank = dims.length;
    return dims.every((dim, axis) => dim === (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis))
      ? operation.inputs[0]
      : undefined;
  }

  /** The one number that every entry of a value is, if that is known. */
  private uniform(id: ValueId): number | undefined {
    const operation = this.builder.operation(id);
    if (operation.primitive === 'constant') return operation.attributes.value;
    return operation.primitive === 'broadcast' || operation.primitive === 'reshape' ? this.uniform(operation.inputs[0]!) : undefined;
  }

  private emitOnce({ primitive, attributes, type, origin }: AnyOperation, inputs: readonly ValueId[]): ValueId {
    const key = `${primitive} ${inputs.join()} ${JSON.stringify(attributes, distinct)} ${type.dtype} ${type.shape.join()}`;
    let id = this.seen.get(key);
    if (id === undefined) {
      id = this.builder.within(origin ?? this.builder.origin, () => this.builder.emit(primitive, inputs, attributes as never, type));
      this.seen.set(key, id);
    }
    return id;
  }
}

/** JSON has one word, null, for NaN and both infinities. */
function distinct(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
