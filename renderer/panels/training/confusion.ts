/** A confusion matrix in shares of its rows: of those that are of a class, how many were found to be of each. */
export interface ConfusionCell {
  readonly count: number;
  /** Of the row, from 0 to 1; 0 in an empty row. */
  readonly share: number;
  readonly isRight: boolean;
}

/** `counts` [right class, found class] → a row of cells per right class. */
export function confusionCells(counts: readonly (readonly number[])[]): readonly (readonly ConfusionCell[])[] {
  return counts.map((row, right) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, found) => ({ count, share: total === 0 ? 0 : count / total, isRight: right === found }));
  });
}
