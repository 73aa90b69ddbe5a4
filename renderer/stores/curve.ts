/**
 * What is measured over a training run, as columns for plotting, x counting epochs. Minibatch losses are thinned out when
 * there are too many to see; epoch reports where they are plotted. Plain arrays: a plot reads them at its own pace.
 */
import type { EpochReport, Metrics, TrainNews } from '@wiregrad/engine';
import { Thinning } from './thinning';

const MOST_POINTS = 2_000;

export const MEASURES = ['loss', 'accuracy', 'r2', 'learning_rate'] as const;
export type Measure = (typeof MEASURES)[number];
export const PARTS = ['train', 'validation'] as const;
export type Part = (typeof PARTS)[number];

export type Column = (number | null)[];
export interface Columns {
  readonly epochs: readonly number[];
  /** By `part.measure`; of the learning rate by its name alone. */
  readonly of: Readonly<Record<string, Column>>;
}

/** What a column is called; the learning rate belongs to no part. */
export function columnName(measure: Measure, part: Part): string {
  return measure === 'learning_rate' ? measure : `${part}.${measure}`;
}

/** At most about `most` of the reports as columns, those without a number left out. */
export function columnsOf(reports: readonly EpochReport[], most = MOST_POINTS): Columns {
  const shown = thinned(reports, most);
  const of: Record<string, Column> = {};
  const put = (name: string, numbers: readonly (number | undefined)[]): void => {
    if (numbers.some((number) => number !== undefined))
      of[name] = numbers.map((number) => (number !== undefined && Number.isFinite(number) ? number : null));
  };
  for (const part of PARTS)
    for (const measure of MEASURES)
      if (measure !== 'learning_rate')
        put(
          columnName(measure, part),
          shown.map((report) => (report[part] as Metrics | undefined)?.[measure])
        );
  put(
    'learning_rate',
    shown.map(({ learning_rate: rate }) => rate)
  );
  return { epochs: shown.map(({ epoch }) => epoch), of };
}

export class Curve {
  private readonly steps = new Thinning<readonly [x: number, loss: number]>(MOST_POINTS);
  private readonly reports = new Thinning<EpochReport>(2 * MOST_POINTS);

  add({ step, totalSteps, epochs, loss, epoch, reports }: TrainNews): void {
    if (totalSteps > 0) this.steps.add([Math.min((step / totalSteps) * epochs, epoch), loss]);
    for (const report of reports) this.reports.add(report);
  }

  /** Whether there are more minibatch losses than reports: fewer would draw a line that says nothing. */
  get hasBatches(): boolean {
    return this.steps.length > this.reports.length;
  }

  columns(): Columns {
    return columnsOf(this.reports.all);
  }

  /** Losses of minibatches and the epochs, with their fractions, that they were at. */
  batches(): [x: number[], loss: Column] {
    const { all } = this.steps;
    return [all.map(([x]) => x), all.map(([, loss]) => (Number.isFinite(loss) ? loss : null))];
  }
}

/** At most about `most` of them, evenly, and the last one always. */
function thinned<T>(points: readonly T[], most: number): readonly T[] {
  const every = Math.ceil(points.length / most);
  return every <= 1 ? points : points.filter((_, index) => index % every === 0 || index === points.length - 1);
}
