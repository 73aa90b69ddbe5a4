import { formatShape, type Shape } from '../../base/shapes';
import { axisOf } from '../axes';
import { apply } from '../apply';
import { defineGate, ShapeError } from '../gate';
import sigmoid from './sigmoid.gate';

function resolve(shape: Shape, dim: number) {
  const axis = axisOf(dim, shape);
  const length = shape[axis]!;
  if (length % 2)
    throw new ShapeError(
      `x is ${formatShape(shape)} and dim is ${dim}; expected an even size there, found ${length}`,
      'x',
      'half of it gates the other half'
    );
  return { axis, half: length / 2 };
}

export default defineGate({
  kind: 'composite',
  name: 'glu',
  family: 'activations',
  inputs: [{ name: 'x' }],
  params: { dim: { type: 'integer', default: -1, doc: 'The axis to halve.' } },
  shape: ({ x }, { dim }) => {
    const { axis, half } = resolve(x!.shape, dim);
    return [{ dtype: 'float', shape: x!.shape.map((length, at) => (at === axis ? half : length)) }];
  },
  lower: (b, { x }, { dim }) => {
    const shape = b.shape(x!);
    const { axis, half } = resolve(shape, dim);
    const part = (from: number) =>
      b.slice(
        x!,
        shape.map((_, at) => (at === axis ? from : 0)),
        shape.map((length, at) => (at === axis ? from + half : length)),
        shape.map(() => 1)
      );
    return [b.mul(part(0), apply(sigmoid, b, { x: part(half) }))];
  },
  latex: 'a\\,\\sigma(b),\\quad x = [a, b]',
  latexBackward: { x: '[\\,g\\,\\sigma(b),\\ g\\,a\\,\\sigma(b)\\,(1 - \\sigma(b))\\,]' },
  doc: 'Gated linear unit: one half of x decides, by its sigmoid, how much of the other half passes.',
  samples: [
    { inputs: { x: [1, 2] } },
    {
      inputs: {
        x: [
          [1, -2, 0.5, 3],
          [-1, 0, 2, -3]
        ]
      }
    },
    {
      inputs: {
        x: [
          [1, -2],
          [0.5, 3]
        ]
      },
      params: { dim: 0 }
    },
    { inputs: { x: [100, -1e4, -100, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
