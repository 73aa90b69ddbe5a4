import { sizeOf, type Shape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate } from '../gate';

function flatten(shape: Shape, start: number): Shape {
  if (shape.length === 0 && (start === 0 || start === -1)) return [1];
  const axis = axisOf(start, shape);
  return [...shape.slice(0, axis), sizeOf(shape.slice(axis))];
}

export default defineGate({
  kind: 'composite',
  name: 'flatten',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  params: { start_dim: { type: 'integer', default: 1, doc: 'The first of the axes that become one; 1 keeps the batch axis.' } },
  shape: ({ x }, { start_dim: start }) => [{ dtype: x!.dtype, shape: flatten(x!.shape, start) }],
  lower: (b, { x }, { start_dim: start }) => [b.reshape(x!, flatten(b.shape(x!), start))],
  latex: '\\operatorname{flatten}(x)',
  latexBackward: { x: '\\operatorname{reshape}(g)' },
  doc: 'Makes one axis of the last ones: images become rows. Backward the gradient takes the old shape again.',
  emit: {
    torch: 'torch.flatten({x}, {start_dim})',
    onnx: (o, { x }, { start_dim: start }, types) =>
      types['x']!.shape.length > 1 && axisOf(start, types['x']!.shape) === 1 ? [o.node('Flatten', [x])] : null
  },
  samples: [
    {
      inputs: {
        x: [
          [
            [1, 2],
            [3, 4]
          ],
          [
            [5, 6],
            [7, 8]
          ]
        ]
      }
    },
    {
      inputs: {
        x: [
          [
            [1, 2],
            [3, 4]
          ],
          [
            [5, 6],
            [7, 8]
          ]
        ]
      },
      params: { start_dim: 0 }
    },
    { inputs: { x: 3 }, params: { start_dim: 0 } },
    { inputs: { x: { shape: [0, 2, 3], data: [] } } }
  ]
});
