/** What a network makes of rows that no file has: one that was typed in, an image that was drawn, a grid over the plane. */
import { allRows } from '../data/store';
import type { Clock } from '../base/clock';
import { EngineError } from '../base/errors';
import { formatShape, sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { requireCapacity } from '../backends/capacity';
import type { BackendChoice, Executable } from '../backends/backend';
import { splitOutput, type Document } from '../document/types';
import { registry } from '../gates/registry';
import { compileProgram, type Program } from '../plan/program';
import type { Dataset, Field } from '../training/dataset';
import { feedLeaves, feedRows, fieldBehind, type LoadedData } from '../training/feed';
import { initialParameters, seedOf } from '../training/parameters';
import type { Prediction, PredictRequest, WholeTensor } from './messages';
import { structureOf } from './structure';

/** Rows that are predicted at once. */
const MOST_ROWS = 100_000;

/** Keeps what it compiled last: a grid is asked for again and again. */
export class Predictor {
  private kept: { readonly key: string; readonly program: Program; readonly executable: Executable } | undefined;

  dispose(): void {
    this.kept?.executable.dispose();
    this.forget();
  }

  /** What was compiled died with its backend. */
  forget(): void {
    this.kept = undefined;
  }

  /** Throws EngineError `bad-input` for what does not fit a field, or as compiling and running do. */
  async predict(
    document: Document,
    { inputs, output = outputOf(document) }: PredictRequest,
    data: LoadedData,
    weights: ReadonlyMap<string, Tensor>,
    choice: BackendChoice,
    clock: Clock
  ): Promise<Prediction> {
    const rows = countRows(inputs);
    const given = withInputs(data, inputs, rows);
    const key = JSON.stringify([structureOf(document), output, rows]);
    if (this.kept?.key !== key) {
      this.dispose();
      const program = compileProgram(document, { mode: 'eval', batch: rows, values: new Set([output]) }, choice);
      const { precision, compile } = await choice.for([program.plan]);
      requireCapacity([program.plan], precision);
      this.kept = { key, program, executable: compile(program.plan) };
    }
    const { program, executable } = this.kept;
    const seed = seedOf(document);
    feedLeaves(program, executable, initialParameters(program.lowered, seed, weights), seed);
    feedRows(program, executable, given, allRows(rows));
    const pending = executable.run(clock);
    if (pending) await pending;
    const slot = program.values.get(output);
    if (!slot) throw new EngineError({ code: 'unknown-output', message: `there is no output ${output}`, hint: 'choose one of the graph' });
    const values = { ...slot.type, data: executable.view(slot.value).slice() };
    const classes = classesOf(document, data, output);
    return { output, values, ...(classes && { classes, probabilities: probabilitiesOf(values) }) };
  }
}

/** What the accuracy reads, else what comes in at the loss's `input`, else the objective. Throws EngineError `no-objective`. */
export function outputOf({ training, objective, nodes, wires }: Document): string {
  const metric = training?.metrics?.[0];
  if (metric) return metric.input;
  const [first] = typeof objective === 'string' ? [objective] : (objective?.map(({ from }) => from) ?? []);
  if (first === undefined)
    throw new EngineError({ code: 'no-objective', message: 'the document has no objective to tell what it predicts', hint: 'choose one' });
  const { id } = splitOutput(first);
  const gate = registry.get(nodes.find((node) => node.id === id)?.gate ?? '');
  const scored = gate?.family === 'losses' ? wires.find(({ to }) => to === `${id}.input`) : undefined;
  return scored?.from ?? first;
}

function countRows(inputs: PredictRequest['inputs']): number {
  const counts = new Set([...inputs.values()].map(({ shape }) => shape[0] ?? 1));
  const [rows = 1] = counts;
  if (counts.size > 1)
    throw new EngineError({
      code: 'bad-input',
      message: `the fields were given ${[...counts].join(' and ')} rows; expected equally many`,
      hint: 'give every field as many'
    });
  if (rows < 1 || rows > MOST_ROWS)
    throw new EngineError({
      code: 'bad-input',
      message: `${rows} rows were given; expected 1 to ${MOST_ROWS.toLocaleString('en')}`,
      hint: 'predict fewer at once'
    });
  return rows;
}

/** The data sets, their rows replaced by those that were given. */
function withInputs(data: LoadedData, inputs: PredictRequest['inputs'], rows: number): LoadedData {
  const datasets = new Map<string, Dataset>();
  for (const [name, dataset] of data.datasets) {
    const fields = new Map<string, Field>();
    for (const [called, field] of dataset.fields)
      fields.set(called, withRows(field, `${name}.${called}`, inputs.get(`${name}.${called}`), rows));
    datasets.set(name, { ...dataset, rows, fields });
  }
  return { ...data, datasets, rows };
}

function withRows(field: Field, name: string, given: WholeTensor | undefined, rows: number): Field {
  const size = rows * field.size;
  if (given && sizeOf(given.shape) !== size)
    throw new EngineError({
      code: 'bad-input',
      message: `${name}: ${formatShape(given.shape)} was given; expected ${formatShape([rows, ...field.shape])}`,
      hint: 'rows come first, each as the file has it'
    });
  const numbers = given ? Float64Array.from(given.data) : new Float64Array(size);
  if (given && field.type === 'number') field.scale(numbers);
  return { ...field, gather: (_rows, into) => numbers.forEach((number, at) => (into[at] = number)) };
}

/** Names of what `output` scores: those of the class field that the loss or the accuracy compares it with. */
function classesOf(document: Document, data: LoadedData, output: string): readonly string[] | undefined {
  const { training, wires } = document;
  const target =
    training?.metrics?.find(({ kind, input }) => kind === 'accuracy' && input === output)?.target ??
    wires.find(({ to }) =>
      wires.some(({ from, to: input }) => from === output && input.endsWith('.input') && to === input.replace(/input$/, 'target'))
    )?.from;
  const field = fieldBehind(document, data, target)?.field;
  return field?.type === 'class' ? field.classes : undefined;
}

/** Softmax over the scores of a row; of a single score, the logit of the second of two classes. */
function probabilitiesOf({ shape, data }: WholeTensor): WholeTensor {
  const scores = shape.length > 1 ? shape.at(-1)! : 1;
  const rows = data.length / scores;
  const probabilities = new Float64Array(rows * (scores === 1 ? 2 : scores));
  for (let row = 0; row < rows; row++) {
    const own = scores === 1 ? [0, data[row]!] : Array.from(data.subarray(row * scores, (row + 1) * scores));
    const most = Math.max(...own);
    const powers = own.map((score) => Math.exp(score - most));
    const sum = powers.reduce((total, power) => total + power, 0);
    powers.forEach((power, at) => (probabilities[row * own.length + at] = power / sum));
  }
  return { dtype: 'float', shape: [rows, scores === 1 ? 2 : scores], data: probabilities };
}
