import type { Type } from '../../base/dtypes';
import { formatShape, normalizeAxis, sameShape } from '../../base/shapes';
import { defineGate, ShapeError } from '../gate';
import { alikeParts, joinedDtype, PART_COUNT, partPorts, partsOf, partsText } from './parts';

/** The first part's shape with an axis of size 1 where the parts are stacked. */
function single(parts: readonly Type[], dim: number) {
  const { shape } = parts[0]!;
  parts.forEach((part, at) => {
    if (!sameShape(part.shape, shape))
      throw new ShapeError(
        `x0 is ${formatShape(shape)} and x${at} is ${formatShape(part.shape)}; they must be the same`,
        `x${at}`,
        'use concat for sizes that differ'
      );
  });
  const axis = normalizeAxis(dim, shape.length + 1);
  if (axis === null)
    throw new ShapeError(`dim is ${dim} and the inputs are ${formatShape(shape)}; expected ${-shape.length - 1} to ${shape.length}`);
  return { axis, row: [...shape.slice(0, axis), 1, ...shape.slice(axis)] };
}

export default defineGate({
  kind: 'composite',
  name: 'stack',
  family: 'structure',
  inputs: partPorts,
  params: { n: PART_COUNT, dim: { type: 'integer', default: 0, doc: 'Where the new axis goes.' } },
  shape: (inputs, params) => {
    const parts = partsOf(inputs, params);
    const { axis, row } = single(parts, params['dim']);
    return [{ dtype: joinedDtype(parts), shape: row.map((length, at) => (at === axis ? parts.length : length)) }];
  },
  lower: (b, inputs, params) => {
    const parts = alikeParts(b, inputs, params);
    const { axis, row } = single(
      parts.map((part) => b.type(part)),
      params['dim']
    );
    return [
      b.concat(
        parts.map((part) => b.reshape(part, row)),
        axis
      )
    ];
  },
  latex: '\\begin{bmatrix} x_0 \\\\ x_1 \\\\ \\vdots \\end{bmatrix}',
  latexBackward: { x0: 'g_0' },
  doc: 'Puts inputs of one shape side by side along a new axis. Backward each receives its slice of the gradient.',
  emit: { torch: (params) => `torch.stack(${partsText(params)}, dim={dim})` },
  samples: [
    { inputs: { x0: 1, x1: 2 } },
    { inputs: { x0: [1, 2], x1: [3, 4], x2: [5, 6] }, params: { n: 3, dim: -1 } },
    { inputs: { x0: [[1, 2]], x1: [[3, 4]] }, params: { dim: 1 } },
    { inputs: { x0: { shape: [0], data: [] }, x1: { shape: [0], data: [] } } }
  ]
});
