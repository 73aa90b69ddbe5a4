/** Loss and metrics of a program that has just run. */
import type { Metrics } from '../base/report';
import type { Document, MetricRecord } from '../document/types';
import type { Executable } from '../backends/backend';
import type { Program } from '../plan/program';
import { countCorrect, joinRegressions, regressionOf, rSquared, type Regression } from './metrics';

/** What is read off one run, to be joined with others. */
export interface Measured {
  readonly loss: number;
  /** Share of rows whose class is right. */
  readonly accuracy?: number;
  readonly regression?: Regression;
}

/** Output references that a document's metrics read. */
export function metricOutputs(document: Document): ReadonlySet<string> {
  return new Set((document.training?.metrics ?? []).flatMap(({ input, target }) => [input, target]));
}

/** The document's metric of a kind, the first where there are several. */
export function metricOf({ training }: Document, kind: MetricRecord['kind']): MetricRecord | undefined {
  return training?.metrics?.find((metric) => metric.kind === kind);
}

/** What reads off a run the objective and what the document's metrics are made of. */
export function meter(document: Document, program: Program, executable: Executable): () => Measured {
  const loss = executable.view(program.loss!.value);
  const pair = (kind: MetricRecord['kind']) => {
    const metric = metricOf(document, kind);
    const found = metric && program.values.get(metric.input);
    const right = metric && program.values.get(metric.target);
    if (!found || !right) return undefined;
    return { classes: found.type.shape.at(-1) ?? 1, found: executable.view(found.value), right: executable.view(right.value) };
  };
  const [classified, measured] = [pair('accuracy'), pair('r2')];
  return () => ({
    loss: loss[0]!,
    ...(classified && { accuracy: countCorrect(classified.found, classified.classes, classified.right) / classified.right.length }),
    ...(measured && { regression: regressionOf(measured.found, measured.right) })
  });
}

/** Sums over runs, each times its rows. */
export interface MeanSums extends Measured {
  readonly rows: number;
}

/** The mean of what was measured, each weighted by its rows; begins with sums that were made before. */
export class MeanMetrics {
  private rows: number;
  private loss: number;
  private accuracy: number | undefined;
  private regression: Regression | undefined;

  constructor({ rows, loss, accuracy, regression }: MeanSums = { rows: 0, loss: 0 }) {
    this.rows = rows;
    this.loss = loss;
    this.accuracy = accuracy;
    this.regression = regression;
  }

  add({ loss, accuracy, regression }: Measured, rows: number): void {
    this.rows += rows;
    this.loss += loss * rows;
    if (accuracy !== undefined) this.accuracy = (this.accuracy ?? 0) + accuracy * rows;
    if (regression) this.regression = this.regression ? joinRegressions(this.regression, regression) : regression;
  }

  get sums(): MeanSums {
    const { rows, loss, accuracy, regression } = this;
    return { rows, loss, ...(accuracy !== undefined && { accuracy }), ...(regression && { regression }) };
  }

  /** NaN of nothing. */
  get value(): Metrics {
    const { rows, loss, accuracy, regression } = this;
    return {
      loss: loss / rows,
      ...(accuracy !== undefined && { accuracy: accuracy / rows }),
      ...(regression && { r2: rSquared(regression) })
    };
  }
}
