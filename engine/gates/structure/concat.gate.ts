import type { Type } from '../../base/dtypes';
import { formatShape, sameShape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate, ShapeError } from '../gate';
import { alikeParts, joinedDtype, PART_COUNT, partPorts, partsOf, partsText } from './parts';

function join(parts: readonly Type[], dim: number): Type {
  const first = parts[0]!.shape;
  const axis = axisOf(dim, first, 'x0');
  const others = (shape: readonly number[]) => shape.filter((_, at) => at !== axis);
  parts.forEach(({ shape }, at) => {
    if (shape.length !== first.length || !sameShape(others(shape), others(first))) {
      throw new ShapeError(
        `x0 is ${formatShape(first)} and x${at} is ${formatShape(shape)}; all sizes but that of axis ${axis} must agree`,
        `x${at}`,
        'choose another dim, or reshape one of them'
      );
    }
  });
  const total = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  return { dtype: joinedDtype(parts), shape: first.map((length, at) => (at === axis ? total : length)) };
}

export default defineGate({
  kind: 'composite',
  name: 'concat',
  family: 'structure',
  inputs: partPorts,
  params: { n: PART_COUNT, dim: { type: 'integer', default: 0, doc: 'The axis that they are put together along.' } },
  shape: (inputs, params) => [join(partsOf(inputs, params), params['dim'])],
  lower: (b, inputs, params) => [b.concat(alikeParts(b, inputs, params), axisOf(params['dim'], b.shape(inputs['x0']!), 'x0'))],
  latex: '[x_0, x_1, \\dots]',
  latexBackward: { x0: '\\text{its part of } g' },
  doc: 'Puts its inputs one behind another along an axis. Backward each receives its part of the gradient.',
  emit: { torch: (params) => `torch.cat(${partsText(params)}, dim={dim})` },
  samples: [
    { inputs: { x0: [1, 2], x1: [3] } },
    {
      inputs: {
        x0: [
          [1, 2],
          [3, 4]
        ],
        x1: [[5], [6]],
        x2: [[7], [8]]
      },
      params: { n: 3, dim: -1 }
    },
    { inputs: { x0: { shape: [0, 2], data: [] }, x1: [[1, 2]] } },
    { inputs: { x0: [[1, 2]] }, params: { n: 1 } }
  ]
});
