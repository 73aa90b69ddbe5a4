import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { sizeOf } from '../../base/shapes';
import { axesOf, reducedShape, onnxOverAxes } from '../axes';
import { defineGate, type Gate } from '../gate';
import { sliceAxis } from '../structure/parts';
import { AXES_SAMPLES, axesParams } from './sharedAxes';

/** The products of the rows of x [m,n] → [m]: halves are multiplied until one entry is left, so a 0 needs no special rule. */
function multiplyRows(b: Builder, x: ValueId): ValueId {
  const [rows, length] = b.shape(x) as [number, number];
  if (length === 0) return b.full(1, [rows]);
  if (length === 1) return b.reshape(x, [rows]);
  const half = length >> 1;
  const pairs = b.mul(sliceAxis(b, x, 1, 0, half), sliceAxis(b, x, 1, half, 2 * half));
  return multiplyRows(b, length % 2 ? b.concat([pairs, sliceAxis(b, x, 1, length - 1, length)], 1) : pairs);
}

/** torch multiplies along one axis at a time; the last first, so that the others keep their numbers. */
const torchProd: Gate['emit']['torch'] = ({ dim, keepdim }, { x }) => {
  if (!dim?.length && !keepdim) return 'torch.prod({x})';
  const axes = [...axesOf(dim, x!.shape)].reverse();
  return axes.reduce((text, axis) => `torch.prod(${text}, ${axis}${keepdim ? ', keepdim=True' : ''})`, '{x}');
};

export default defineGate({
  kind: 'composite',
  name: 'prod',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: axesParams('multiply along'),
  shape: ({ x }, { dim, keepdim }) => [{ dtype: 'float', shape: reducedShape(x!.shape, axesOf(dim, x!.shape), keepdim) }],
  lower: (b, { x }, { dim, keepdim }) => {
    const shape = b.shape(x!);
    const axes = axesOf(dim, shape);
    const others = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const sizes = (list: readonly number[]) => sizeOf(list.map((axis) => shape[axis]!));
    const rows = b.reshape(b.permute(x!, [...others, ...axes]), [sizes(others), sizes(axes)]);
    return [b.reshape(multiplyRows(b, rows), reducedShape(shape, axes, keepdim))];
  },
  latex: '\\prod_i x_i',
  latexBackward: { x: 'g \\prod_{j \\ne i} x_j' },
  doc: 'The product. Backward every entry receives the gradient times the product of all others.',
  emit: { torch: torchProd, onnx: onnxOverAxes('ReduceProd') },
  samples: [
    ...AXES_SAMPLES,
    {
      inputs: {
        x: [
          [1, 0, 3, 2, -1],
          [0, 5, 0, 1, 1]
        ]
      },
      params: { dim: [1], keepdim: true }
    },
    { inputs: { x: [100, -100, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } }, params: { dim: [1] } }
  ]
});
