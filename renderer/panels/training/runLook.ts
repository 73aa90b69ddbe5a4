/** How the lines of runs are told apart: by colour and by dashes, the same wherever a run is shown. */
export interface Look {
  /** Name of a CSS variable. */
  readonly color: string;
  readonly dash: readonly number[];
}

/** Of the run in hand. */
export const OWN: Readonly<Record<'train' | 'validation', Look>> = {
  train: { color: '--accent', dash: [] },
  validation: { color: '--warn', dash: [6, 4] }
};

const OTHERS: readonly Look[] = [
  { color: '--family-losses', dash: [] },
  { color: '--family-linear', dash: [9, 3] },
  { color: '--family-reductions', dash: [3, 3] },
  { color: '--family-regularization', dash: [9, 3, 2, 3] },
  { color: '--family-structure', dash: [14, 4] },
  { color: '--family-pooling', dash: [2, 2, 6, 2] }
];

/** Of the `index`th of several lines. */
export function lookOf(index: number): Look {
  return OTHERS[index % OTHERS.length]!;
}
