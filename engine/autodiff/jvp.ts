/** Forward mode as a graph transform: appends the tangent of every value that depends on a seeded one. */
import { invariant } from '../base/errors';
import type { Builder } from '../ir/builder';
import { BINARY, UNARY, type AnyOperation, type ValueId } from '../ir/graph';
import { applyVjp } from './rules';

const ELEMENTWISE: ReadonlySet<string> = new Set([...UNARY, ...BINARY, 'select']);

/**
 * Appends the tangents that follow from `seeds` (value → tangent of its shape) for the values up to `until`.
 * Returns a lookup: the tangent of a value, undefined where it is zero.
 */
export function appendJvp(builder: Builder, seeds: ReadonlyMap<ValueId, ValueId>, until: ValueId): ReadonlyMap<ValueId, ValueId> {
  const tangents = new Map(seeds);
  for (let id = 0; id <= until; id++) {
    if (tangents.has(id)) continue;
    const operation = builder.operation(id);
    const incoming = operation.inputs.map((input) => tangents.get(input));
    if (incoming.every((tangent) => tangent === undefined)) continue;
    const tangent = builder.within(operation.origin && { ...operation.origin, role: 'tangent' }, () =>
      push(builder, operation, id, incoming)
    );
    if (tangent !== undefined) tangents.set(id, tangent);
  }
  return tangents;
}

function push(b: Builder, operation: AnyOperation, y: ValueId, tangents: readonly (ValueId | undefined)[]): ValueId | undefined {
  const { inputs, type } = operation;
  if (ELEMENTWISE.has(operation.primitive)) return pushElementwise(b, operation, y, tangents);
  const zero = (position: number) => tangents[position] ?? b.full(0, b.shape(inputs[position]!));
  const t = tangents[0];
  switch (operation.primitive) {
    case 'input':
    case 'constant':
    case 'iota':
    case 'compare':
    case 'argmax':
    case 'window_argmax':
    case 'convert':
    case 'random':
      return undefined;
    case 'custom':
      return operation.attributes.region.jvp(b, inputs, y, tangents);
    case 'concat':
      return b.concat(
        inputs.map((_, position) => zero(position)),
        operation.attributes.axis
      );
    case 'dot': {
      const left = t === undefined ? undefined : b.dot(t, inputs[1]!, operation.attributes);
      const right = tangents[1] === undefined ? undefined : b.dot(inputs[0]!, tangents[1], operation.attributes);
      return left === undefined ? right : right === undefined ? left : b.add(left, right);
    }
    case 'scatter_add':
      return b.scatterAdd(inputs[0]!, tangents[1]!, type.shape, operation.attributes.axis);
    case 'gather':
      return b.gather(t!, inputs[1]!, operation.attributes.axis);
    case 'reduce_max':
    case 'reduce_min': {
      const { axes } = operation.attributes;
      const kept = b.shape(inputs[0]!).map((length, axis) => (axes.includes(axis) ? 1 : length));
      const wins = b.compare('eq', inputs[0]!, b.broadcast(b.reshape(y, kept), b.shape(inputs[0]!)));
      return b.div(b.reduce('sum', b.select(wins, t!, b.constant(0)), axes), b.reduce('sum', wins, axes));
    }
    case 'pad':
      return b.emit('pad', [t!], { ...operation.attributes, value: 0 }, type);
    case 'patches':
      return b.emit('patches', [t!], { ...operation.attributes, value: 0 }, type);
    default:
      // What is left moves or adds entries: the same operation on the tangent.
      invariant(inputs.length === 1, `${operation.primitive} has no forward rule`);
      return b.emit(operation.primitive, [t!], operation.attributes as never, type);
  }
}

/** An elementwise Jacobian is diagonal, so it equals its transpose: the reverse rule applied to the tangent. */
function pushElementwise(b: Builder, operation: AnyOperation, y: ValueId, tangents: readonly (ValueId | undefined)[]): ValueId | undefined {
  let sum: ValueId | undefined;
  tangents.forEach((tangent, position) => {
    if (tangent === undefined) return;
    const part = applyVjp(b, operation, y, tangent)[position];
    if (part !== undefined) sum = sum === undefined ? part : b.add(sum, part);
  });
  return sum;
}
