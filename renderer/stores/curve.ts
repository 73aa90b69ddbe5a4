/**
 * Loss and accuracy over a training run as columns for plotting, x counting epochs. Minibatch losses are thinned out when
 * there are too many to see; epoch reports are all kept. Plain arrays: a plot reads them at its own pace.
 */
import type { TrainProgress } from '@wiregrad/engine';

const MOST_STEPS = 2_000;
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

  add({ step, totalSteps, epochs, loss, epoch, report }: TrainProgress): void {
    if (this.heard++ % this.every === 0 && totalSteps > 0) this.steps.push([Math.min((step / totalSteps) * epochs, epoch), loss]);
    if (this.steps.length > MOST_STEPS) {
      this.steps = this.steps.filter((_, index) => index % 2 === 0);
      this.every *= 2;
    }
    if (report) {
      const { train, validation } = report;
      this.reports.push({
        x: report.epoch,
        train: train.loss,
        validation: validation?.loss ?? null,
        trainAccuracy: train.accuracy ?? null,
        validationAccuracy: validation?.accuracy ?? null
      });
    }
  }

  get hasAccuracy(): boolean {
    return this.reports.some(({ trainAccuracy }) => trainAccuracy !== null);
  }

  /** x, minibatch loss, training loss, validation loss; null where a column has no point. */
  loss(): [number[], Column, Column, Column] {
    const x: number[] = [];
    const [batch, train, validation]: [Column, Column, Column] = [[], [], []];
    let next = 0;
    const push = (at: number, ...values: [number | null, number | null, number | null]): void => {
      x.push(at);
      [batch, train, validation].forEach((column, index) => column.push(values[index]!));
    };
    for (const report of this.reports) {
      while (next < this.steps.length && this.steps[next]![0] < report.x) push(this.steps[next]![0], this.steps[next++]![1], null, null);
      push(report.x, null, report.train, report.validation);
      while (next < this.steps.length && this.steps[next]![0] <= report.x) next++;
    }
    for (; next < this.steps.length; next++) push(this.steps[next]![0], this.steps[next]![1], null, null);
    return [x, batch, train, validation];
  }

  /** x, training accuracy, validation accuracy. */
  accuracy(): [number[], Column, Column] {
    return [
      this.reports.map(({ x }) => x),
      this.reports.map(({ trainAccuracy }) => trainAccuracy),
      this.reports.map(({ validationAccuracy }) => validationAccuracy)
    ];
  }
}
