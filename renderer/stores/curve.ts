/**
 * Loss and accuracy over a training run as columns for plotting, x counting epochs. Minibatch losses are thinned out when
 * there are too many to see; epoch reports where they are plotted. Plain arrays: a plot reads them at its own pace.
 */
import type { TrainNews } from '@wiregrad/engine';

const MOST_POINTS = 2_000;
type Column = (number | null)[];

export class Curve {
  private steps: [x: number, loss: number][] = [];
  private readonly reports: {
    x: number;
    train: number;
    validation: number | null;
    trainAccuracy: number | null;
    validationAccuracy: number | null;
  }[] = [];
  private every = 1;
  private heard = 0;

  add({ step, totalSteps, epochs, loss, epoch, reports }: TrainNews): void {
    if (this.heard++ % this.every === 0 && totalSteps > 0) this.steps.push([Math.min((step / totalSteps) * epochs, epoch), loss]);
    if (this.steps.length > MOST_POINTS) {
      this.steps = this.steps.filter((_, index) => index % 2 === 0);
      this.every *= 2;
    }
    for (const { epoch: x, train, validation } of reports) {
      this.reports.push({
        x,
        train: train.loss,
        validation: validation?.loss ?? null,
        trainAccuracy: train.accuracy ?? null,
        validationAccuracy: validation?.accuracy ?? null
      });
    }
  }

  /** Whether there are more minibatch losses than reports: fewer would draw a line that says nothing. */
  get hasBatches(): boolean {
    return this.steps.length > this.reports.length;
  }

  get hasValidation(): boolean {
    return this.reports.some(({ validation }) => validation !== null);
  }

  get hasAccuracy(): boolean {
    return this.reports.some(({ trainAccuracy }) => trainAccuracy !== null);
  }

  /** x, minibatch loss, training loss, validation loss; null where a column has no point. */
  loss(): [number[], Column, Column, Column] {
    const x: number[] = [];
    const [batch, train, validation]: [Column, Column, Column] = [[], [], []];
    let next = 0;
    const reports = thinned(this.reports);
    const push = (at: number, ...values: [number | null, number | null, number | null]): void => {
      x.push(at);
      [batch, train, validation].forEach((column, index) => column.push(values[index]!));
    };
    for (const report of reports) {
      while (next < this.steps.length && this.steps[next]![0] < report.x) push(this.steps[next]![0], this.steps[next++]![1], null, null);
      push(report.x, null, report.train, report.validation);
      while (next < this.steps.length && this.steps[next]![0] <= report.x) next++;
    }
    for (; next < this.steps.length; next++) push(this.steps[next]![0], this.steps[next]![1], null, null);
    return [x, batch, train, validation];
  }

  /** x, training accuracy, validation accuracy. */
  accuracy(): [number[], Column, Column] {
    const reports = thinned(this.reports);
    return [
      reports.map(({ x }) => x),
      reports.map(({ trainAccuracy }) => trainAccuracy),
      reports.map(({ validationAccuracy }) => validationAccuracy)
    ];
  }
}

/** At most about MOST_POINTS of them, evenly, and the last one always. */
function thinned<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, index) => index % every === 0 || index === points.length - 1);
}
