/**
 * TensorBoard's smoothing: an exponential moving average without the bias of its beginning at zero. s ← w·s + (1 − w)·x, shown
 * as s / (1 − wⁿ) after n numbers. What is missing stays missing and counts for nothing.
 */
import type { Column } from '../../stores/curve';

export function smooth(column: Column, weight: number): Column {
  if (weight <= 0) return column;
  let [average, power] = [0, 1];
  return column.map((number) => {
    if (number === null) return null;
    average = weight * average + (1 - weight) * number;
    power *= weight;
    return average / (1 - power);
  });
}
