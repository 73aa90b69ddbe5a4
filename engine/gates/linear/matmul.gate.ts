import type { Type } from '../../base/dtypes';
import { broadcastShapes, formatShape } from '../../base/shapes';
import { defineGate, ShapeError } from '../gate';

/** Shapes as torch.matmul sees them: a vector on the left is a row, on the right a column, and that axis goes again. */
function resolve(a: Type, b: Type) {
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new ShapeError(
      `a is ${formatShape(a.shape)} and b is ${formatShape(b.shape)}; both need at least one axis`,
      a.shape.length === 0 ? 'a' : 'b',
      'use mul for scalars'
    );
  }
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k] = [left.at(-2)!, left.at(-1)!];
  const [k2, n] = [right.at(-2)!, right.at(-1)!];
  const pair = `a is ${formatShape(a.shape)} and b is ${formatShape(b.shape)}`;
  if (k !== k2) throw new ShapeError(`${pair}; their inner sizes ${k} and ${k2} must agree`, undefined, 'transpose or reshape one of them');
  const lead = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  if (!lead) throw new ShapeError(`${pair}; their leading axes must agree or be 1`);
  const out = [...lead, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  return { left, right, lead, m, k, n, out };
}

export default defineGate({
  kind: 'kernel',
  name: 'matmul',
  family: 'linear',
  inputs: [{ name: 'a' }, { name: 'b' }],
  shape: ({ a, b }) => [{ dtype: 'float', shape: resolve(a!, b!).out }],
  lower: (builder, { a, b }) => {
    const { left, right, lead, m, k, n, out } = resolve(builder.type(a!), builder.type(b!));
    // A left batch times one matrix is one taller product.
    if (right.length === 2) {
      const rows = left.slice(0, -1).reduce((product, length) => product * length, 1);
      return [builder.reshape(builder.dot(builder.reshape(a!, [rows, k]), builder.reshape(b!, [k, n])), out)];
    }
    const x = builder.broadcast(builder.reshape(a!, left), [...lead, m, k]);
    const w = builder.broadcast(builder.reshape(b!, right), [...lead, k, n]);
    return [builder.reshape(builder.dot(x, w), out)];
  },
  latex: 'a\\,b',
  latexBackward: { a: 'g\\,b^{\\top}', b: 'a^{\\top} g' },
  doc: 'Matrix product, batched over leading axes as torch.matmul. Backward: dL/da = g bᵀ, dL/db = aᵀ g.',
  emit: { numpy: { forward: 'np.matmul({a}, {b})' }, onnx: 'MatMul' },
  samples: [
    {
      inputs: {
        a: [
          [2, 1, -3],
          [-3, 4, 2]
        ],
        b: [
          [3, 2, 1, -1],
          [2, 1, 3, 2],
          [3, 2, 1, -2]
        ]
      }
    },
    { inputs: { a: [1, 2, 3], b: [4, 5, 6] } },
    {
      inputs: {
        a: [1, 2],
        b: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      }
    },
    {
      inputs: {
        a: [[[1, 2]], [[3, 4]], [[5, 6]]],
        b: [
          [1, 0.5],
          [-1, 2]
        ]
      }
    },
    {
      inputs: {
        a: [
          [1, 2],
          [3, 4]
        ],
        b: [
          [[1], [2]],
          [[3], [4]]
        ]
      }
    },
    {
      inputs: {
        a: { shape: [0, 2], data: [] },
        b: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      }
    }
  ]
});
