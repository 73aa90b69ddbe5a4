/** Exclusive or, drawn out to areas: the class says whether x and y have different signs. */
import { keyOf, uniformAt } from '../base/random';
import { labelledPoints } from './points';
import type { Generated, Settings } from './table';

/** Points of the square from -1 to 1, evenly spread over its quarters; noise may carry them across a border. */
export function xor(settings: Settings): Generated {
  const [keyX, keyY] = [keyOf(settings.seed, 'generated.xor.x'), keyOf(settings.seed, 'generated.xor.y')];
  return labelledPoints(settings, 2, (label, index) => {
    const sign = index % 2 === 0 ? 1 : -1;
    const row = 2 * index + label;
    // 1 − u is never 0, so that no point lies on a border.
    return [sign * (1 - uniformAt(keyX, row)), (label === 0 ? sign : -sign) * (1 - uniformAt(keyY, row))];
  });
}
