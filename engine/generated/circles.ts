/** A circle within a circle: scikit-learn's make_circles with a factor of 0.5. */
import { labelledPoints } from './points';
import type { Generated, Settings } from './table';

const FACTOR = 0.5;

/** Class 0 is the unit circle, class 1 the inner one. */
export function circles(settings: Settings): Generated {
  return labelledPoints(settings, 2, (circle, index, count) => {
    const angle = (2 * Math.PI * index) / count;
    const radius = circle === 0 ? 1 : FACTOR;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}
