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
export function largest(scores: NumberArray, start: number, count: number): number {
  let best = 0;
  for (let index = 0; index < count; index++) {
    const score = scores[start + index]!;
    if (Number.isNaN(score)) return -1;
    if (score > scores[start + best]!) best = index;
  }
  return best;
}

/** Class that a row's scores say: the largest, or of one score whether it is above 0; −1 where one is NaN. */
export function classFound(scores: NumberArray, row: number, classes: number): number {
  if (classes !== 1) return largest(scores, row * classes, classes);
  const score = scores[row]!;
  return Number.isNaN(score) ? -1 : score > 0 ? 1 : 0;
}

/** What R² is made of, of so many numbers: their mean, Σ(y − mean)², and Σ(y − ŷ)². */
export interface Regression {
  readonly count: number;
  readonly mean: number;
  readonly spread: number;
  readonly residual: number;
}

export function regressionOf(found: NumberArray, right: NumberArray): Regression {
  const count = right.length;
  let [sum, residual] = [0, 0];
  for (let at = 0; at < count; at++) {
    sum += right[at]!;
    residual += (right[at]! - found[at]!) ** 2;
  }
  const mean = sum / count;
  let spread = 0;
  for (let at = 0; at < count; at++) spread += (right[at]! - mean) ** 2;
  return { count, mean, spread, residual };
}

/** Of two sets of numbers together (Chan, Golub and LeVeque 1979). */
export function joinRegressions(a: Regression, b: Regression): Regression {
  const count = a.count + b.count;
  const apart = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (apart * b.count) / count,
    spread: a.spread + b.spread + (apart ** 2 * a.count * b.count) / count,
    residual: a.residual + b.residual
  };
}

/** 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; as scikit-learn has it, where all y are the same 1 for no error and 0 for any. */
export function rSquared({ spread, residual }: Regression): number {
  if (spread === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / spread;
}
