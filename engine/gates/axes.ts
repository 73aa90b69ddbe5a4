/** Which axes a gate's `dim` means: negative ones count from the end, and what the operand does not have is a ShapeError. */
import { formatShape, normalizeAxis, type Shape } from '../base/shapes';
import { ShapeError, type Gate, type OnnxEmit, type ResolvedParams } from './gate';

/** The axis that `dim` names in `shape`. */
export function axisOf(dim: number, shape: Shape, port = 'x'): number {
  const axis = normalizeAxis(dim, shape.length);
  if (axis === null) throw outOfRange(dim, shape, port);
  return axis;
}

/**
 * The axes that `dims` names in `shape`, sorted; all of them where it is absent or empty, as in torch.sum. A scalar has the
 * axes 0 and −1 in name only, so that softmax or a sum over the last axis leaves it as it is.
 */
export function axesOf(dims: readonly number[] | undefined, shape: Shape, port = 'x'): readonly number[] {
  if (dims === undefined || dims.length === 0) return shape.map((_, axis) => axis);
  if (shape.length === 0 && dims.every((dim) => dim === 0 || dim === -1)) return [];
  const axes = dims.map((dim) => axisOf(dim, shape, port));
  if (new Set(axes).size < axes.length) {
    throw new ShapeError(
      `dim is ${formatShape(dims)}, which names an axis of ${port} ${formatShape(shape)} twice`,
      port,
      'name each axis once'
    );
  }
  return axes.sort((a, b) => a - b);
}

/** The shape left when `axes` are reduced: dropped, or of size 1 where they are kept. */
export function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  return keep ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length)) : shape.filter((_, axis) => !axes.includes(axis));
}

/** A reduction in PyTorch: `call` over `dim`, with all axes named where it takes something else beside a dim alone. */
export function overAxes(call: string, needed: (params: ResolvedParams) => boolean = () => false): Gate['emit']['torch'] {
  return (params, { x }) => {
    const { dim, keepdim } = params;
    const named = dim?.length > 0 ? dim : keepdim || needed(params) ? x!.shape.map((_, axis) => axis) : undefined;
    return { forward: call, params: { ...params, dim: named } };
  };
}

/** A reduction in ONNX by the operator `op`; null of a scalar, and of nothing, which ONNX leaves open. */
export function onnxOverAxes(op: string): Exclude<OnnxEmit, string> {
  return (o, { x }, { dim, keepdim }, types) => {
    const { shape } = types['x']!;
    const axes = axesOf(dim, shape);
    if (shape.length === 0 || shape.includes(0)) return null;
    const keepdims = Number(keepdim);
    if (dim === undefined || dim.length === 0) return [o.node(op, [x], { keepdims })];
    // The axes of the sum alone are an operand.
    return [op === 'ReduceSum' ? o.node(op, [x, o.integers(axes)], { keepdims }) : o.node(op, [x], { axes, keepdims })];
  };
}

function outOfRange(dim: number, shape: Shape, port: string): ShapeError {
  const rank = shape.length;
  if (rank === 0)
    return new ShapeError(`dim is ${dim} and ${port} is a scalar, which has no axes`, port, 'reshape it first, or leave the gate out');
  return new ShapeError(
    `dim is ${dim} and ${port} is ${formatShape(shape)}; expected ${-rank} to ${rank - 1}`,
    port,
    'choose an axis that it has'
  );
}
