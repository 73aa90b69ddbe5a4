import type { Type } from '../../base/dtypes';
import { formatShape, sizeOf } from '../../base/shapes';
import { defineGate, ShapeError, type Operands } from '../gate';

function resolve({ x, weight, bias }: Operands<Type>) {
  if (weight!.shape.length !== 2)
    throw new ShapeError(`weight is ${formatShape(weight!.shape)}; expected two axes, [in,out]`, 'weight', 'reshape it');
  const [inner, outer] = weight!.shape as [number, number];
  const pair = `x is ${formatShape(x!.shape)} and weight is ${formatShape(weight!.shape)}`;
  if (x!.shape.length === 0) throw new ShapeError(`${pair}; x needs at least one axis`, 'x', 'use mul for scalars');
  if (x!.shape.at(-1) !== inner) {
    throw new ShapeError(
      `${pair}; the last size of x, ${x!.shape.at(-1)}, and the first of weight, ${inner}, must agree`,
      'weight',
      `make weight [${x!.shape.at(-1)},${outer}]`
    );
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outer)) {
    throw new ShapeError(
      `bias is ${formatShape(bias.shape)} and weight is ${formatShape(weight!.shape)}; expected [${outer}]`,
      'bias',
      `make bias [${outer}]`
    );
  }
  const lead = x!.shape.slice(0, -1);
  return { rows: sizeOf(lead), inner, out: [...lead, outer] };
}

export default defineGate({
  kind: 'kernel',
  name: 'linear',
  family: 'linear',
  inputs: [{ name: 'x' }, { name: 'weight' }, { name: 'bias', optional: true }],
  shape: (inputs) => [{ dtype: 'float', shape: resolve(inputs).out }],
  // However many axes x has, it is one product of two matrices.
  lower: (b, { x, weight, bias }) => {
    const { rows, inner, out } = resolve({ x: b.type(x!), weight: b.type(weight!) });
    const product = b.reshape(b.dot(b.reshape(x!, [rows, inner]), weight!), out);
    return [bias === undefined ? product : b.add(product, bias)];
  },
  latex: 'x\\,W + b',
  latexBackward: { x: 'g\\,W^{\\top}', weight: 'x^{\\top} g', bias: '\\sum_{\\text{rows}} g' },
  doc: 'A fully connected layer: each output is a weighted sum of the inputs plus a bias. weight is [in, out].',
  emit: {
    torch: 'F.linear({x}, {weight}.T, {bias})',
    onnx: (o, { x, weight, bias }, _, types) => {
      if (types['x']!.shape.length === 2) return [o.node('Gemm', [x, weight, bias])];
      const product = o.node('MatMul', [x, weight]);
      return [bias === undefined ? product : o.node('Add', [product, bias])];
    }
  },
  samples: [
    {
      inputs: {
        x: [
          [1, 2, -1],
          [0.5, -3, 2]
        ],
        weight: [
          [1, 0.5],
          [-1, 2],
          [0.25, 3]
        ],
        bias: [0.1, -0.2]
      }
    },
    {
      inputs: {
        x: [1, 2],
        weight: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      }
    },
    { inputs: { x: [[[1, 2]], [[3, 4]], [[-5, 0]]], weight: [[1], [2]], bias: [3] } },
    {
      inputs: {
        x: [
          [100, -100],
          [1e4, -1e4]
        ],
        weight: [
          [1, 2],
          [-1, 0.5]
        ],
        bias: [0, 0]
      }
    },
    {
      inputs: {
        x: { shape: [0, 2], data: [] },
        weight: [
          [1, 2, 3],
          [4, 5, 6]
        ],
        bias: [1, 2, 3]
      }
    },
    { inputs: { x: { shape: [2, 0], data: [] }, weight: { shape: [0, 3], data: [] }, bias: [1, 2, 3] } }
  ]
});
