/** Loss, metrics, confusion and mistakes over rows of a data set, in evaluation mode. */
import type { Clock } from '../base/clock';
import type { NumberArray } from '../base/dtypes';
import type { Metrics } from '../base/report';
import type { Tensor } from '../base/tensors';
import type { BackendChoice, Executable } from '../backends/backend';
import { requireCapacity } from '../backends/capacity';
import type { Document, MetricRecord } from '../document/types';
import { compileProgram, requireObjective, type Program } from '../plan/program';
import { MeanMetrics, meter, metricOf, metricOutputs } from './evaluate';
import { feedLeaves, feedRows, fieldBehind, type LoadedData } from './feed';
import { classFound } from './metrics';
import { initialParameters, seedOf } from './parameters';
import { EVALUATION_ROWS } from './programs';

/** Mistakes and points that are listed. */
const MOST_MISTAKES = 50;
const MOST_POINTS = 1000;
/** A confusion matrix of more classes says nothing to anybody. */
const MOST_CLASSES = 100;

export interface PartOptions {
  readonly choice: BackendChoice;
  readonly data: LoadedData;
  readonly rows: Int32Array;
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly clock: Clock;
}

export interface PartEvaluation {
  readonly rows: number;
  readonly metrics: Metrics;
  readonly confusion?: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] };
  readonly mistakes?: readonly { readonly row: number; readonly line?: number; readonly right: string; readonly found: string }[];
  readonly scatter?: { readonly right: readonly number[]; readonly found: readonly number[] };
}

/** Throws EngineError for what is wrong with the document, or when the clock is cancelled. */
export async function evaluatePart(document: Document, options: PartOptions): Promise<PartEvaluation> {
  const { choice, data, rows, parameters, clock } = options;
  const mean = new MeanMetrics();
  const classified = new Classified(document, data);
  const measured = new MeasuredPoints(document);
  let compiled: { readonly size: number; readonly program: Program; readonly executable: Executable } | undefined;
  try {
    for (let from = 0; from < rows.length; from += EVALUATION_ROWS) {
      const part = rows.subarray(from, from + EVALUATION_ROWS);
      if (compiled?.size !== part.length) {
        compiled?.executable.dispose();
        compiled = { size: part.length, ...(await prepare(document, part.length, choice)) };
        const seed = seedOf(document);
        feedLeaves(compiled.program, compiled.executable, initialParameters(compiled.program.lowered, seed, parameters), seed);
      }
      const { program, executable } = compiled;
      feedRows(program, executable, data, part);
      const pending = executable.run(clock);
      if (pending) await pending;
      mean.add(meter(document, program, executable)(), part.length);
      classified.add(program, executable, part);
      measured.add(program, executable);
    }
  } finally {
    compiled?.executable.dispose();
  }
  return { rows: rows.length, metrics: mean.value, ...classified.result, ...measured.result };
}

async function prepare(document: Document, batch: number, choice: BackendChoice): Promise<{ program: Program; executable: Executable }> {
  const program = compileProgram(document, { mode: 'eval', batch, values: metricOutputs(document) }, choice);
  requireObjective(program.lowered);
  const { precision, compile } = await choice.for([program.plan]);
  requireCapacity([program.plan], precision);
  return { program, executable: compile(program.plan) };
}

/** The two sides of a metric in a run that has ended. */
function sidesOf(metric: MetricRecord | undefined, { values }: Program, executable: Executable) {
  const found = metric && values.get(metric.input);
  const right = metric && values.get(metric.target);
  if (!found || !right) return undefined;
  return { shape: found.type.shape, found: executable.view(found.value), right: executable.view(right.value) };
}

/** What accuracy is made of, class by class and row by row. */
class Classified {
  private readonly metric: MetricRecord | undefined;
  private readonly names: readonly string[] | undefined;
  private readonly lines: Int32Array | undefined;
  private readonly mistakes: { row: number; line?: number; right: string; found: string }[] = [];
  private counts: number[][] | undefined;
  private isMet = false;

  constructor(document: Document, data: LoadedData) {
    this.metric = metricOf(document, 'accuracy');
    const target = fieldBehind(document, data, this.metric?.target);
    this.names = target?.field.type === 'class' ? target.field.classes : undefined;
    this.lines = target?.dataset.lines;
  }

  add(program: Program, executable: Executable, rows: Int32Array): void {
    const sides = sidesOf(this.metric, program, executable);
    // A class for each row; a sequence of them has no matrix.
    if (!sides || sides.right.length !== rows.length) return;
    const { found, right, shape } = sides;
    const scores = found.length === right.length ? 1 : (shape.at(-1) ?? 1);
    const classes = Math.max(scores === 1 ? 2 : scores, this.names?.length ?? 0);
    this.isMet = true;
    if (classes <= MOST_CLASSES) this.counts ??= Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    rows.forEach((row, at) => this.count(row, right[at]!, classFound(found, at, scores)));
  }

  private count(row: number, right: number, found: number): void {
    // A NaN is of no class.
    const line = this.counts?.[right];
    if (line && found >= 0) line[found]!++;
    if (right === found || this.mistakes.length >= MOST_MISTAKES) return;
    const at = this.lines?.[row];
    this.mistakes.push({ row, ...(at !== undefined && { line: at }), right: this.nameOf(right), found: this.nameOf(found) });
  }

  private nameOf(index: number): string {
    return index < 0 ? 'NaN' : (this.names?.[index] ?? String(index));
  }

  get result(): Pick<PartEvaluation, 'confusion' | 'mistakes'> {
    if (!this.isMet) return {};
    const { counts } = this;
    return {
      mistakes: this.mistakes,
      ...(counts && { confusion: { classes: counts.map((_, index) => this.nameOf(index)), counts } })
    };
  }
}

/** The first right and found numbers of a regression. */
class MeasuredPoints {
  private readonly metric: MetricRecord | undefined;
  private readonly right: number[] = [];
  private readonly found: number[] = [];

  constructor(document: Document) {
    this.metric = metricOf(document, 'r2');
  }

  add(program: Program, executable: Executable): void {
    const sides = sidesOf(this.metric, program, executable);
    if (!sides) return;
    const room = MOST_POINTS - this.right.length;
    this.right.push(...firstOf(sides.right, room));
    this.found.push(...firstOf(sides.found, room));
  }

  get result(): Pick<PartEvaluation, 'scatter'> {
    return this.right.length > 0 ? { scatter: { right: this.right, found: this.found } } : {};
  }
}

const firstOf = (numbers: NumberArray, count: number): number[] => Array.from(numbers.subarray(0, count));
