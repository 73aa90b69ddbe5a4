import { formatShape, type Shape } from '../../base/shapes';
import { axesOf } from '../axes';
import { ShapeError } from '../gate';

/** The axes that `dims` names, none of them empty: of nothing there is no largest and no smallest. Throws ShapeError. */
export function nonEmptyAxes(dims: readonly number[] | undefined, shape: Shape): readonly number[] {
  const axes = axesOf(dims, shape);
  const empty = axes.find((axis) => shape[axis] === 0);
  if (empty !== undefined)
    throw new ShapeError(`x is ${formatShape(shape)}; axis ${empty} has no entries to choose from`, 'x', 'choose another dim');
  return axes;
}
