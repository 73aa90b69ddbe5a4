import type { Type } from '../../base/dtypes';
import { formatShape, sameShape } from '../../base/shapes';
import { defineGate, ShapeError, type Operands } from '../gate';
import { EPS, normalize, scaleAndShift } from './normalize';

function check(inputs: Operands<Type>): Type {
  const { shape } = inputs['x']!;
  if (shape.length === 0) throw new ShapeError('x is a scalar; expected at least one axis, of features', 'x');
  const features = shape.slice(-1);
  for (const port of ['weight', 'bias']) {
    const found = inputs[port]?.shape;
    if (found && !sameShape(found, features)) {
      throw new ShapeError(
        `${port} is ${formatShape(found)} and x is ${formatShape(shape)}; expected ${formatShape(features)}, one for each feature`,
        port,
        `make it ${formatShape(features)}`
      );
    }
  }
  return { dtype: 'float', shape };
}

export default defineGate({
  kind: 'composite',
  name: 'layer_norm',
  family: 'normalization',
  inputs: [{ name: 'x' }, { name: 'weight', optional: true }, { name: 'bias', optional: true }],
  params: { eps: EPS },
  shape: (inputs) => [check(inputs)],
  lower: (b, { x, weight, bias }, { eps }) => {
    const shape = b.shape(x!);
    return [scaleAndShift(b, normalize(b, x!, [shape.length - 1], eps), weight, bias, shape.slice(-1))];
  },
  latex: '\\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}}\\,w + b',
  latexBackward: { weight: '\\sum g\\,\\hat{x}', bias: '\\sum g' },
  doc: 'Brings each row to mean 0 and variance 1 along the last axis, then scales and shifts each feature.',
  emit: {
    torch: 'F.layer_norm({x}, {x}.shape[-1:], {weight}, {bias}, {eps})',
    onnx: (o, { x, weight, bias }, { eps }, types) => {
      const ones = () => o.numbers(Array<number>(types['x']!.shape.at(-1)!).fill(1));
      return [o.node('LayerNormalization', [x, weight ?? ones(), bias], { axis: -1, epsilon: eps })];
    }
  },
  samples: [
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6]
        ],
        weight: [1, 2, -1],
        bias: [0.5, 0, 1]
      }
    },
    { inputs: { x: [[[1, 2, 4]], [[-3, 0.5, 2]]] } },
    { inputs: { x: [1, 2, 4], weight: [1, 2, 3] }, params: { eps: 0.1 } },
    { inputs: { x: [100, -100, 1e4, -1e4] } },
    { inputs: { x: { shape: [0, 3], data: [] }, weight: [1, 1, 1], bias: [0, 0, 0] } }
  ]
});
