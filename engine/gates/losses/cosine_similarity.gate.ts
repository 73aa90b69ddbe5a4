import type { Type } from '../../base/dtypes';
import type { ValueId } from '../../ir/graph';
import { apply } from '../apply';
import { axesOf, reducedShape } from '../axes';
import { broadcastTypes, defineGate, type Operands, type ResolvedParams } from '../gate';
import norm from '../reductions/norm.gate';

function resolve(inputs: Operands<Type>, { dim }: ResolvedParams) {
  const { shape } = broadcastTypes(inputs, ['a', 'b']);
  const axes = axesOf([dim], shape, 'a');
  return { shape, axes, out: reducedShape(shape, axes, false) };
}

export default defineGate({
  kind: 'composite',
  name: 'cosine_similarity',
  family: 'losses',
  inputs: [{ name: 'a' }, { name: 'b' }],
  params: {
    dim: { type: 'integer', default: 1, doc: 'The axis that the vectors lie along.' },
    eps: { type: 'number', default: 1e-8, min: 0, doc: 'The least that a length counts as.' }
  },
  shape: (inputs, params) => [{ dtype: 'float', shape: resolve(inputs, params).out }],
  lower: (b, inputs, params) => {
    const { shape, axes } = resolve({ a: b.type(inputs['a']!), b: b.type(inputs['b']!) }, params);
    const [left, right] = [inputs['a']!, inputs['b']!].map((operand) => b.broadcast(operand, shape)) as [ValueId, ValueId];
    const length = (x: ValueId) => b.max(apply(norm, b, { x }, { p: 2, dim: axes, keepdim: false }), b.constant(params['eps']));
    return [b.div(b.reduce('sum', b.mul(left, right), axes), b.mul(length(left), length(right)))];
  },
  latex: '\\frac{a \\cdot b}{\\|a\\|\\,\\|b\\|}',
  latexBackward: { a: '\\frac{g}{\\|a\\|} \\Big(\\frac{b}{\\|b\\|} - out\\,\\frac{a}{\\|a\\|}\\Big)' },
  doc: 'The cosine of the angle between two vectors: 1 alike, 0 at a right angle, −1 opposed. Length does not matter.',
  samples: [
    {
      inputs: {
        a: [
          [1, 2, 3],
          [4, -5, 0.5]
        ],
        b: [
          [-1, 0.5, 2],
          [3, 1, -2]
        ]
      }
    },
    { inputs: { a: [1, 2], b: [3, -1] }, params: { dim: 0 } },
    {
      inputs: {
        a: [
          [1, 2],
          [3, 4]
        ],
        b: [0.5, -1]
      },
      params: { dim: -1 }
    },
    { inputs: { a: [[100, -1e4]], b: [[-100, 1e4]] } },
    { inputs: { a: [[0, 0]], b: [[1, 2]] }, kink: true },
    { inputs: { a: { shape: [0, 2], data: [] }, b: { shape: [0, 2], data: [] } } }
  ]
});
