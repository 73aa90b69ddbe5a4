/** Two half circles that reach into each other: scikit-learn's make_moons. */
import { labelledPoints, spaced } from './points';
import type { Generated, Settings } from './table';

/** Class 0 is the upper half of the unit circle; class 1 the lower half, moved by 1 to the right and 0.5 up. */
export function moons(settings: Settings): Generated {
  return labelledPoints(settings, 2, (moon, index, count) => {
    const angle = spaced(0, Math.PI, index, count);
    return moon === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  });
}
