import { formatShape, type Shape } from '../../base/shapes';
import { reducedShape } from '../axes';
import { defineGate, ShapeError, type Gate } from '../gate';
import { nonEmptyAxes } from './nonEmpty';

function resolve(shape: Shape, dim: readonly number[] | undefined): readonly number[] {
  const axes = nonEmptyAxes(dim, shape);
  if (dim && dim.length > 1)
    throw new ShapeError(`dim is ${formatShape(dim)}; expected one axis, or none for the place in the flattened x`, 'x');
  return axes;
}

/** torch's argmax of the flattened x keeps no axes. */
const torchArgmax: Gate['emit']['torch'] = ({ dim, keepdim }, { x }) => {
  const { length } = x!.shape;
  if (dim?.length) return { forward: 'torch.argmax', params: { dim, keepdim: keepdim || undefined } };
  return keepdim && length > 0 ? `torch.argmax({x}).reshape((${'1,'.repeat(length)}))` : 'torch.argmax({x})';
};

export default defineGate({
  kind: 'composite',
  name: 'argmax',
  family: 'reductions',
  inputs: [{ name: 'x' }],
  params: {
    dim: { type: 'integers', optional: true, doc: 'The axis to search; the flattened x when absent.' },
    keepdim: { type: 'boolean', default: false, doc: 'Keep it with size 1.' }
  },
  shape: ({ x }, { dim, keepdim }) => [{ dtype: 'int32', shape: reducedShape(x!.shape, resolve(x!.shape, dim), keepdim) }],
  lower: (b, { x }, { dim, keepdim }) => {
    const shape = b.shape(x!);
    const axes = resolve(shape, dim);
    const place =
      axes.length === 1 ? b.argmax(x!, axes[0]!) : b.argmax(b.reshape(x!, [shape.reduce((size, length) => size * length, 1)]), 0);
    return [b.reshape(place, reducedShape(shape, axes, keepdim))];
  },
  latex: '\\operatorname{arg\\,max}_i x_i',
  doc: 'Where the largest entry is: the class with the best score. A place has no slope: nothing flows back.',
  emit: {
    torch: torchArgmax,
    onnx: (o, { x }, { dim, keepdim }, types) =>
      dim?.length === 1 && types['x']!.shape.length > 0 ? [o.node('ArgMax', [x], { axis: dim[0], keepdims: Number(keepdim) })] : null
  },
  samples: [
    { inputs: { x: 3 } },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      }
    },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ]
      },
      params: { dim: 1 }
    },
    {
      inputs: {
        x: [
          [1, 1],
          [0, 2]
        ]
      },
      params: { dim: [0], keepdim: true }
    },
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { dim: 1 } }
  ]
});
