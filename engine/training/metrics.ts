/** Figures that a user reads beside the loss. */
import type { NumberArray } from '../base/dtypes';

/**
 * Rows of `scores` [rows, classes] whose largest entry is at the index that `target` [rows] gives, the first one where
 * several are largest. A single score a row is the logit of class 1. A row with a NaN is wrong.
 */
export function countCorrect(scores: NumberArray, classes: number, target: NumberArray): number {
  const rows = target.length;
  let correct = 0;
  if (scores.length === rows || classes === 1) {
    for (let row = 0; row < rows; row++) {
      const score = scores[row]!;
      if (!Number.isNaN(score) && (score > 0 ? 1 : 0) === target[row]) correct++;
    }
    return correct;
  }
  for (let row = 0; row < rows; row++) if (largest(scores, row * classes, classes) === target[row]) correct++;
  return correct;
}

/** Index of the largest of `count` scores from `start`; −1 if one is NaN. */
function largest(scores: NumberArray, start: number, count: number): number {
  let best = 0;
  for (let index = 0; index < count; index++) {
    const score = scores[start + index]!;
    if (Number.isNaN(score)) return -1;
    if (score > scores[start + best]!) best = index;
  }
  return best;
}
