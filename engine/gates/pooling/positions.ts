/** Where the windows of pools lie when they are not alike: positions per axis, computed in floats that hold whole numbers exactly. */
import { sizeOf, stridesOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';

/** 0, 1, 2, … along one of two axes, as floats. */
export function counting(b: Builder, length: number, axis: 0 | 1): ValueId {
  return b.convert(b.iota(axis === 0 ? [length, 1] : [1, length], axis), 'float');
}

/** The whole part. */
export function truncated(b: Builder, x: ValueId): ValueId {
  return b.convert(b.convert(x, 'int32'), 'float');
}

/**
 * Begin and end of each of `count` windows that share an axis of `length` out evenly, of `counter`'s shape, which counts
 * them: ⌊i·length/count⌋ and ⌈(i+1)·length/count⌉, torch's adaptive pools.
 */
export function adaptiveBounds(b: Builder, counter: ValueId, length: number, count: number): readonly [start: ValueId, end: ValueId] {
  const [sizes, counts] = [b.constant(length), b.constant(count)];
  const scaled = b.mul(counter, sizes);
  const above = b.add(scaled, b.constant(length + count - 1));
  return [truncated(b, b.div(scaled, counts)), truncated(b, b.div(above, counts))];
}

/**
 * Flat indices int32 [rows, K, O] into axes of `spatial`, where the entries of K = Π k by O = Π o windows are, from the
 * positions [rows, k, o] on each axis.
 */
export function flatIndices(b: Builder, spatial: Shape, positions: readonly ValueId[]): ValueId {
  const shapes = positions.map((position) => b.shape(position));
  const rows = shapes[0]![0]!;
  const strides = stridesOf(spatial);
  const sum = positions
    .map((position, axis) => {
      const own = (length: (shape: Shape) => number) => shapes.map((shape, other) => (other === axis ? length(shape) : 1));
      const placed = b.reshape(position, [rows, ...own(([, k]) => k!), ...own(([, , o]) => o!)]);
      return b.mul(placed, b.constant(strides[axis]!));
    })
    .reduce((total, part) => b.add(total, part));
  const product = (at: 1 | 2) => sizeOf(shapes.map((shape) => shape[at]!));
  return b.convert(b.reshape(sum, [rows, product(1), product(2)]), 'int32');
}
