/** Shapes are sizes from the slowest axis to the fastest; a scalar is []. All functions are pure. */

export type Shape = readonly number[];

/** Number of entries: the product of the sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Row-major strides in entries, the last one 1. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** NumPy's broadcast of `a` with `b`, aligned at the last axis; null where two sizes differ and neither is 1. */
export function broadcastShapes(a: Shape, b: Shape): number[] | null {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return null;
    result[axis] = left === 1 ? right : left;
  }
  return result;
}

/** `[2,3]`, as messages and labels print it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/** The axis that `dim` names in a tensor of `rank` axes, negative counting from the end; null when out of range. */
export function normalizeAxis(dim: number, rank: number): number | null {
  const axis = dim < 0 ? dim + rank : dim;
  return Number.isInteger(dim) && axis >= 0 && axis < rank ? axis : null;
}
