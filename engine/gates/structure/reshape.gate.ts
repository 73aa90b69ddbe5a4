import { formatShape, sizeOf, type Shape } from '../../base/shapes';
import { defineGate, ShapeError } from '../gate';

/** `asked` with its −1 filled in. */
function resolve(from: Shape, asked: Shape): Shape {
  const pair = `x is ${formatShape(from)} and shape is ${formatShape(asked)}`;
  const open = asked.filter((length) => length === -1).length;
  if (open > 1 || asked.some((length) => length < -1))
    throw new ShapeError(`${pair}; expected sizes of 0 or more, and at most one −1`, 'x', 'write −1 for one axis only');
  const size = sizeOf(from);
  const known = sizeOf(asked.filter((length) => length !== -1));
  if (open && known === 0) throw new ShapeError(`${pair}; beside a size of 0 any −1 would do`, 'x', 'write the size instead of −1');
  if (open ? size % known : size !== known) {
    throw new ShapeError(
      `${pair}; x has ${size} entries, the shape ${open ? 'a multiple of ' : ''}${known}`,
      'x',
      'the number of entries must stay the same'
    );
  }
  return asked.map((length) => (length === -1 ? size / known : length));
}

export default defineGate({
  kind: 'composite',
  name: 'reshape',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  params: { shape: { type: 'integers', doc: 'The new sizes; one may be −1 and follows from the rest.' } },
  shape: ({ x }, { shape }) => [{ dtype: x!.dtype, shape: resolve(x!.shape, shape) }],
  lower: (b, { x }, { shape }) => [b.reshape(x!, resolve(b.shape(x!), shape))],
  latex: '\\operatorname{reshape}(x)',
  latexBackward: { x: '\\operatorname{reshape}(g)' },
  doc: 'The same entries in the same order under another shape. Backward the gradient takes the old shape again.',
  emit: { torch: 'torch.reshape({x}, {shape})' },
  samples: [
    { inputs: { x: 3 }, params: { shape: [1, 1] } },
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      },
      params: { shape: [3, -1] }
    },
    { inputs: { x: [[5]] }, params: { shape: [] } },
    { inputs: { x: { shape: [0, 4], data: [] } }, params: { shape: [2, 0] } },
    { inputs: { x: { shape: [0, 4], data: [] } }, params: { shape: [-1, 2] } }
  ]
});
