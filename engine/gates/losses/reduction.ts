/** What the losses share: what becomes of the single losses, and how a class is looked up among scores. */
import type { Type } from '../../base/dtypes';
import { formatShape, sameShape, sizeOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { broadcastTypes, ShapeError, type Operands, type ParamSpec } from '../gate';

export type Reduction = 'mean' | 'sum' | 'none';

export const REDUCTION = {
  type: 'choice',
  choices: ['mean', 'sum', 'none'],
  default: 'mean',
  doc: 'What becomes of the single losses: their mean, their sum, or each for itself.'
} as const satisfies ParamSpec;

/** Type of the loss when the single losses have `shape`. */
export function lossType(shape: Shape, reduction: Reduction): Type {
  return { dtype: 'float', shape: reduction === 'none' ? shape : [] };
}

/** The loss from the single losses; the mean of none is NaN. */
export function reduceLosses(b: Builder, losses: ValueId, reduction: Reduction): ValueId {
  if (reduction === 'none') return losses;
  const shape = b.shape(losses);
  const sum = b.reduce(
    'sum',
    losses,
    shape.map((_, axis) => axis)
  );
  return reduction === 'sum' ? sum : b.div(sum, b.constant(sizeOf(shape)));
}

/** Shape rule of a loss whose input and target broadcast. */
export function pairwiseLoss(inputs: Operands<Type>, { reduction }: { readonly reduction?: Reduction }): readonly Type[] {
  return [lossType(broadcastTypes(inputs, ['input', 'target']).shape, reduction!)];
}

/** Shape rule of a loss whose target has the input's shape exactly. */
export function sameShapeLoss({ input, target }: Operands<Type>, { reduction }: { readonly reduction?: Reduction }): readonly Type[] {
  if (!sameShape(input!.shape, target!.shape)) {
    throw new ShapeError(
      `input is ${formatShape(input!.shape)} and target is ${formatShape(target!.shape)}; they must be the same`,
      'target',
      'reshape one of them'
    );
  }
  return [lossType(input!.shape, reduction!)];
}

/** Where the classes of `input` [C], [N,C] or [N,C,…] are. Throws ShapeError when `target` is not its shape without that axis. */
export function classAxis({ input, target }: Operands<Type>): { readonly axis: number; readonly shape: Shape } {
  const scores = input!.shape;
  if (scores.length === 0)
    throw new ShapeError('input is a scalar; expected [C], [N,C] or [N,C,…], a score for each of C classes', 'input');
  const axis = scores.length === 1 ? 0 : 1;
  const shape = scores.filter((_, at) => at !== axis);
  if (!sameShape(shape, target!.shape)) {
    throw new ShapeError(
      `input is ${formatShape(scores)} and target is ${formatShape(target!.shape)}; expected ${formatShape(shape)}, one class for each row of scores`,
      'target',
      'classes are whole numbers, not one-hot rows'
    );
  }
  return { axis, shape };
}

/** The entry of `scores` at the class that `target` names, the axis of classes kept with size 1. */
export function atTarget(b: Builder, scores: ValueId, target: ValueId, axis: number): ValueId {
  return b.gather(scores, keepAxis(b, target, axis), axis);
}

/** `target` with an axis of size 1 where the classes are. */
export function keepAxis(b: Builder, target: ValueId, axis: number): ValueId {
  const shape = b.shape(target);
  return b.reshape(target, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
}
