/** Checks what every pass may rely on: operands come before their users, and types follow the primitives' rules. */
import type { Type } from '../base/dtypes';
import { invariant } from '../base/errors';
import { broadcastShapes, formatShape, sameShape, sizeOf, type Shape } from '../base/shapes';
import { patchesShape } from './builder';
import { BINARY, UNARY, type AnyOperation, type Graph } from './graph';

const UNARIES: ReadonlySet<string> = new Set(UNARY);
const BINARIES: ReadonlySet<string> = new Set(BINARY);

/** Throws InvariantError naming the first value that breaks a rule. */
export function verify(graph: Graph): void {
  graph.operations.forEach((operation, id) => {
    const operands = operation.inputs.map((input) => {
      invariant(
        Number.isInteger(input) && input >= 0 && input < id,
        `%${id} ${operation.primitive} uses %${input}, which does not come before it`
      );
      return graph.operations[input]!.type;
    });
    invariant(
      operation.type.shape.every((length) => Number.isInteger(length) && length >= 0),
      `%${id} has shape ${formatShape(operation.type.shape)}`
    );
    const problem = problemWith(operation, operands);
    invariant(problem === null, `%${id} ${operation.primitive}: ${problem}`);
  });
}

function problemWith(operation: AnyOperation, operands: readonly Type[]): string | null {
  const { primitive, type } = operation;
  const same = (a: Shape, b: Shape) => (sameShape(a, b) ? null : `${formatShape(a)} should be ${formatShape(b)}`);
  const floats = () =>
    operands.every(({ dtype }) => dtype === 'float') && type.dtype === 'float' ? null : 'operands and result should be float';
  const count = (expected: number) => (operands.length === expected ? null : `has ${operands.length} operands, should have ${expected}`);
  const [x, y, z] = operands;
  if (UNARIES.has(primitive)) return count(1) ?? same(type.shape, x!.shape) ?? (primitive === 'identity' ? null : floats());
  if (BINARIES.has(primitive)) return count(2) ?? same(x!.shape, y!.shape) ?? same(type.shape, x!.shape) ?? floats();
  switch (operation.primitive) {
    case 'input':
    case 'iota':
      return count(0);
    case 'constant':
      return count(0) ?? same(type.shape, []);
    case 'convert':
      return (
        count(1) ?? same(type.shape, x!.shape) ?? (type.dtype === operation.attributes.dtype ? null : 'dtype differs from its attribute')
      );
    case 'compare':
      return (
        count(2) ?? same(x!.shape, y!.shape) ?? same(type.shape, x!.shape) ?? (x!.dtype === y!.dtype ? null : 'operands of two dtypes')
      );
    case 'select':
      return (
        count(3) ??
        same(y!.shape, x!.shape) ??
        same(z!.shape, x!.shape) ??
        same(type.shape, x!.shape) ??
        (y!.dtype === z!.dtype ? null : 'branches of two dtypes')
      );
    case 'reshape':
      return count(1) ?? (sizeOf(x!.shape) === sizeOf(type.shape) ? null : 'changes the number of entries');
    case 'permute':
      return (
        count(1) ??
        same(
          type.shape,
          operation.attributes.dims.map((dim) => x!.shape[dim]!)
        )
      );
    case 'broadcast': {
      const joined = broadcastShapes(x!.shape, type.shape);
      return (
        count(1) ??
        (joined && sameShape(joined, type.shape) ? null : `${formatShape(x!.shape)} does not broadcast to ${formatShape(type.shape)}`)
      );
    }
    case 'slice': {
      const { start, limit, step } = operation.attributes;
      const fits = x!.shape.every((length, axis) => start[axis]! >= 0 && limit[axis]! <= length && step[axis]! >= 1);
      return (
        count(1) ??
        (fits
          ? same(
              type.shape,
              x!.shape.map((_, axis) => Math.max(0, Math.ceil((limit[axis]! - start[axis]!) / step[axis]!)))
            )
          : 'reaches outside')
      );
    }
    case 'pad': {
      const { low, high, interior } = operation.attributes;
      return (
        count(1) ??
        same(
          type.shape,
          x!.shape.map((length, axis) => Math.max(0, low[axis]! + length + Math.max(0, length - 1) * interior[axis]! + high[axis]!))
        )
      );
    }
    case 'concat': {
      const { axis } = operation.attributes;
      const total = operands.reduce((sum, { shape }) => sum + shape[axis]!, 0);
      return same(
        type.shape,
        x!.shape.map((length, at) => (at === axis ? total : length))
      );
    }
    case 'reverse':
    case 'cumsum':
      return count(1) ?? same(type.shape, x!.shape);
    case 'reduce_sum':
    case 'reduce_max':
    case 'reduce_min': {
      const { axes } = operation.attributes;
      return (
        count(1) ??
        same(
          type.shape,
          x!.shape.filter((_, axis) => !axes.includes(axis))
        )
      );
    }
    case 'argmax':
      return (
        count(1) ??
        (type.dtype === 'int32'
          ? same(
              type.shape,
              x!.shape.filter((_, axis) => axis !== operation.attributes.axis)
            )
          : 'should be int32')
      );
    case 'window_argmax':
      return (
        count(1) ??
        (type.dtype === 'int32' && x!.shape.length === operation.attributes.windows.length + 1
          ? same(type.shape, [x!.shape[0]!, ...operation.attributes.windows.map((window) => window.count)])
          : 'should be int32 over [lines, axes…]')
      );
    case 'dot': {
      const { transposeA, transposeB } = operation.attributes;
      const [m, k] = transposeA ? [x!.shape.at(-1), x!.shape.at(-2)] : [x!.shape.at(-2), x!.shape.at(-1)];
      const [k2, n] = transposeB ? [y!.shape.at(-1), y!.shape.at(-2)] : [y!.shape.at(-2), y!.shape.at(-1)];
      return count(2) ?? floats() ?? (k === k2 ? same(type.shape, [...x!.shape.slice(0, -2), m!, n!]) : 'inner sizes differ');
    }
    case 'gather':
      return count(2) ?? (y!.dtype === 'int32' ? same(type.shape, y!.shape) : 'index should be int32');
    case 'scatter_add':
      return count(2) ?? (x!.dtype === 'int32' ? same(x!.shape, y!.shape) : 'index should be int32');
    case 'patches':
      return count(1) ?? same(type.shape, patchesShape(x!.shape, operation.attributes.windows, operation.attributes.at));
    case 'fold_patches':
      return count(1) ?? floats() ?? same(x!.shape, patchesShape(type.shape, operation.attributes.windows, operation.attributes.at));
    case 'random':
      return (
        count(1) ?? (x!.dtype === 'int32' && type.dtype === 'float' ? same(x!.shape, [2]) : 'the seed should be int32, the result float')
      );
    case 'custom':
      return same(type.shape, operation.attributes.region.body.operations[operation.attributes.region.output]!.type.shape);
    default:
      return `unknown primitive ${primitive}`;
  }
}
