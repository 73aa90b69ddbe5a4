import { broadcastShapes, formatShape, sameShape, type Shape } from '../../base/shapes';
import { defineGate, ShapeError } from '../gate';

/** `asked`, with −1 for the size that x has there. */
function resolve(shape: Shape, asked: readonly number[]): Shape {
  const lead = asked.length - shape.length;
  const full = asked.map((length, axis) => (length === -1 && axis >= lead ? shape[axis - lead]! : length));
  const fits = full.every((length) => length >= 0) && lead >= 0 && broadcastShapes(shape, full);
  if (!fits || !sameShape(fits, full)) {
    throw new ShapeError(
      `x is ${formatShape(shape)} and shape is ${formatShape(asked)}; aligned at the last axis, sizes must agree or be 1 in x`,
      'x',
      'reshape x, or add axes of size 1'
    );
  }
  return full;
}

export default defineGate({
  kind: 'composite',
  name: 'expand',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  params: { shape: { type: 'integers', doc: 'The new sizes; −1 keeps one.' } },
  shape: ({ x }, { shape }) => [{ dtype: x!.dtype, shape: resolve(x!.shape, shape) }],
  lower: (b, { x }, { shape }) => [b.broadcast(x!, resolve(b.shape(x!), shape))],
  latex: '\\operatorname{expand}(x)',
  latexBackward: { x: '\\sum_{\\text{repeats}} g' },
  doc: 'Repeats x along new axes and along those of size 1. Backward the gradients of all repeats add up.',
  emit: { torch: '{x}.expand({shape})' },
  samples: [
    { inputs: { x: 3 }, params: { shape: [2, 2] } },
    { inputs: { x: [[1], [2]] }, params: { shape: [3, -1, 4] } },
    { inputs: { x: [[1, 2]] }, params: { shape: [0, 2] } },
    { inputs: { x: { shape: [0, 1], data: [] } }, params: { shape: [-1, 3] } }
  ]
});
