/** Fills the leaves of a program: what the user typed, the parameters in hand, rows of the data sets. */
import type { Type } from '../base/dtypes';
import { EngineError, invariant } from '../base/errors';
import { formatShape, sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { computingNodes } from '../document/definitions';
import type { DatasetRecord, Document } from '../document/types';
import type { ResolvedParams } from '../gates/gate';
import { RANDOM_SEED } from '../ir/builder';
import { inputName, type Program } from '../plan/program';
import type { Executable } from '../backends/backend';
import { noData, type DataProvider } from '../data/source';
import { loadDataset, type Dataset, type Field } from './dataset';

export type Part = 'train' | 'validation' | 'test';

/** The data sets that a document's data nodes use, read, and the rows that they share. */
export interface LoadedData {
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Rows of each data set; 0 when the document has no data nodes. */
  readonly rows: number;
  readonly parts: Readonly<Record<Part, Int32Array>>;
}

const NO_ROWS = new Int32Array();
export const NO_DATA: LoadedData = { datasets: new Map(), rows: 0, parts: { train: NO_ROWS, validation: NO_ROWS, test: NO_ROWS } };

/** Default rows of a batch, and epochs. */
const BATCH_SIZE = 32;
const EPOCHS = 100;

/** Rows of a batch of `document`, where there are as many. */
export function batchSizeOf({ training }: Document): number {
  return training?.batch_size ?? BATCH_SIZE;
}

/** Who reads data sets, and may have read one before. */
export interface DatasetLoader {
  /** As `loadDataset`. */
  load(name: string, record: DatasetRecord): Promise<Dataset>;
}
export type Data = DataProvider | DatasetLoader;

/** How often all rows are trained on. */
export function epochsOf({ training }: Document): number {
  return training?.epochs ?? EPOCHS;
}

/**
 * Reads the data sets that nodes of `document` name; without such nodes there is `NO_DATA`. Throws EngineError when two of
 * them differ in rows, or as `loadDataset`.
 */
export async function loadData(document: Document, data: Data = noData): Promise<LoadedData> {
  const names = new Set(
    computingNodes(document).flatMap(({ gate, params }) =>
      gate === 'data' && typeof params?.['dataset'] === 'string' ? [params['dataset']] : []
    )
  );
  const datasets = new Map<string, Dataset>();
  for (const name of names) {
    const record = document.datasets?.get(name);
    // A node that names no data set is reported when the document is lowered.
    if (record) datasets.set(name, await ('load' in data ? data.load(name, record) : loadDataset(name, record, data)));
  }
  const [first, ...others] = [...datasets];
  if (!first) return NO_DATA;
  const [name, { rows, parts }] = first;
  for (const [other, dataset] of others) {
    if (dataset.rows !== rows) {
      throw new EngineError({
        code: 'row-count',
        message: `data sets ${name} and ${other} have ${rows} and ${dataset.rows} rows`,
        hint: 'data sets of one document advance together and need equally many rows'
      });
    }
  }
  return { datasets, rows, parts };
}

/** The field that a data node's parameters name. Throws EngineError `row-shape` where its rows are of another size than the node says. */
function fieldOf(data: LoadedData, id: string, params: ResolvedParams): Field {
  const field = data.datasets.get(params['dataset'])?.fields.get(params['field']);
  invariant(field, 'the field of a lowered data node is loaded');
  const shape = params['shape'] as readonly number[];
  if (sizeOf(shape) === field.size) return field;
  throw new EngineError({
    code: 'row-shape',
    gate: id,
    kind: 'data',
    param: 'shape',
    message: `a row of field ${params['field']} of data set ${params['dataset']} is ${formatShape(field.shape)}, ${field.size} numbers, and shape ${formatShape(shape)} holds ${sizeOf(shape)}`,
    hint: `set shape to ${formatShape(field.shape)}`
  });
}

/** The data set and field that `output` is a batch of, where it is that of a data node. */
export function fieldBehind(
  { nodes }: Document,
  data: LoadedData,
  output: string | undefined
): { readonly dataset: Dataset; readonly field: Field } | undefined {
  const node = nodes.find(({ id, gate }) => gate === 'data' && id === output);
  const dataset = data.datasets.get(String(node?.params?.['dataset']));
  const field = dataset?.fields.get(String(node?.params?.['field']));
  return dataset && field && { dataset, field };
}

/** Rows of the field that a data node's parameters name, as a tensor of `type`. */
export function rowsOf(data: LoadedData, id: string, params: ResolvedParams, rows: Int32Array, type: Type): Tensor {
  const entries = type.dtype === 'int32' ? new Int32Array(sizeOf(type.shape)) : new Float64Array(sizeOf(type.shape));
  fieldOf(data, id, params).gather(rows, entries);
  return { ...type, data: entries };
}

/** What writes the data leaves of a batch of rows; there must be as many as the program was compiled for. */
export function rowFeeder(program: Program, executable: Executable, data: LoadedData): (rows: Int32Array) => void {
  const leaves = program.lowered.leaves.flatMap(({ id, source, params }) => {
    const value = program.plan.inputs.get(id);
    if (source !== 'data' || value === undefined) return [];
    return [{ field: fieldOf(data, id, params), view: executable.view(value) }];
  });
  return (rows) => {
    for (const { field, view } of leaves) field.gather(rows, view);
  };
}

export function feedRows(program: Program, executable: Executable, data: LoadedData, rows: Int32Array): void {
  rowFeeder(program, executable, data)(rows);
}

/** What writes the numbers that random ones are drawn from: the run's seed and, in training, how many steps went before. */
export function seedFeeder(program: Program, executable: Executable, seed: number): (step: number) => void {
  const value = program.plan.inputs.get(RANDOM_SEED);
  if (value === undefined) return () => undefined;
  const view = executable.view(value);
  return (step) => {
    // A typed array keeps the low 32 bits of a seed.
    view[0] = seed;
    view[1] = step;
  };
}

/** Writes parameters and state as `parameters` has them, and all else but data. */
export function feedLeaves(program: Program, executable: Executable, parameters: ReadonlyMap<string, Tensor>, seed: number): void {
  for (const id of [...program.lowered.states, ...program.lowered.leaves.filter(({ source }) => source === 'parameter')].map(
    (leaf) => leaf.id
  )) {
    const value = program.plan.inputs.get(id);
    if (value === undefined) continue;
    const tensor = parameters.get(id);
    invariant(tensor, `leaf ${id} has a value`);
    executable.view(value).set(tensor.data);
  }
  feedFixed(program, executable, seed);
}

/** Writes what stays as it is while parameters are trained: variables, constants, upstream gradients and the seed. */
export function feedFixed(program: Program, executable: Executable, seed: number): void {
  seedFeeder(program, executable, seed)(0);
  for (const { id, source, params } of program.lowered.leaves) {
    const value = program.plan.inputs.get(id);
    if (source === 'data' || source === 'parameter' || value === undefined) continue;
    executable.view(value).set((params['value'] as Tensor).data);
  }
  program.lowered.objective.forEach(({ upstream }, term) => {
    const value = program.plan.inputs.get(inputName.upstream(term));
    if (value !== undefined) executable.view(value).set(upstream!.data);
  });
}

/** A step of training, so far as a program that does not share the run's memory can compute it again. */
export interface StepInputs {
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly rows: Int32Array;
  readonly seed: number;
  /** Steps before this one. */
  readonly steps: number;
}

/** Writes all that such a step is computed from. */
export function feedStep(program: Program, executable: Executable, data: LoadedData, { parameters, rows, seed, steps }: StepInputs): void {
  feedLeaves(program, executable, parameters, seed);
  feedRows(program, executable, data, rows);
  seedFeeder(program, executable, seed)(steps);
}
