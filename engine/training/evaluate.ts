/** Loss and metrics of a program that has just run. */
import type { Document } from '../document/types';
import type { Executable } from '../backends/backend';
import type { Program } from '../plan/program';
import { countCorrect } from './metrics';
import type { Metrics } from '../base/report';

/** Output references that a document's metrics read. */
export function metricOutputs(document: Document): ReadonlySet<string> {
  return new Set((document.training?.metrics ?? []).flatMap(({ input, target }) => [input, target]));
}

/** What reads off a run the objective, and the share of right classes where the document asks for accuracy. */
export function meter(document: Document, program: Program, executable: Executable): () => Metrics {
  const loss = executable.view(program.loss!.value);
  const metric = document.training?.metrics?.find(({ kind }) => kind === 'accuracy');
  const scores = metric && program.values.get(metric.input);
  const target = metric && program.values.get(metric.target);
  if (!scores || !target) return () => ({ loss: loss[0]! });
  const classes = scores.type.shape.at(-1) ?? 1;
  const [found, right] = [executable.view(scores.value), executable.view(target.value)];
  return () => ({ loss: loss[0]!, accuracy: countCorrect(found, classes, right) / right.length });
}

/** Sums of metrics, each times its rows. */
export interface MeanSums {
  readonly rows: number;
  readonly loss: number;
  readonly accuracy?: number;
}

/** The mean of metrics, each weighted by its rows; begins with sums that were made before. */
export class MeanMetrics {
  private rows: number;
  private loss: number;
  private accuracy: number | undefined;

  constructor({ rows, loss, accuracy }: MeanSums = { rows: 0, loss: 0 }) {
    this.rows = rows;
    this.loss = loss;
    this.accuracy = accuracy;
  }

  add({ loss, accuracy }: Metrics, rows: number): void {
    this.rows += rows;
    this.loss += loss * rows;
    if (accuracy !== undefined) this.accuracy = (this.accuracy ?? 0) + accuracy * rows;
  }

  get sums(): MeanSums {
    return { rows: this.rows, loss: this.loss, ...(this.accuracy !== undefined && { accuracy: this.accuracy }) };
  }

  /** NaN of nothing. */
  get value(): Metrics {
    return { loss: this.loss / this.rows, ...(this.accuracy !== undefined && { accuracy: this.accuracy / this.rows }) };
  }
}
