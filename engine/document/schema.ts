/** What the parts of a document below nodes and wires must look like. */
import type { TensorJson } from '../base/tensors';
import { isOutputReference } from './identifiers';
import { count, describe, filledText, flag, list, named, numberWhere, oneOf, record, seed, text, value, type Reader } from './readers';
import type {
  Area,
  DatasetRecord,
  FieldRecord,
  FrameRecord,
  MetricRecord,
  NoteRecord,
  ObjectiveTerm,
  OptimizerRecord,
  Position,
  SplitRecord,
  TrainingRecord
} from './types';

const outputReference = value<string>('an output, written id or id.port', (json) => typeof json === 'string' && isOutputReference(json));
const fraction = numberWhere('a number from 0 to below 1', (number) => number >= 0 && number < 1);
const positive = numberWhere('a number above 0', (number) => number > 0);
const notNegative = numberWhere('a number of 0 or more', (number) => number >= 0);

/** The numbers themselves are read where the output's shape is known. */
const tensor = value<TensorJson>(
  'a number, a list or {"shape", "data"}',
  (json) =>
    typeof json === 'number' || (typeof json === 'object' && json !== null) || json === 'NaN' || json === 'Infinity' || json === '-Infinity'
);

const objectiveTerms = list(record<ObjectiveTerm>({ from: outputReference, upstream: tensor }, ['from']), 1);

export const readObjective: Reader<string | readonly ObjectiveTerm[]> = (json, place, report) => {
  if (Array.isArray(json)) return objectiveTerms(json, place, report);
  if (typeof json === 'string') return outputReference(json, place, report);
  report(place, `expected an output or a list of {"from": output}, found ${describe(json)}`);
  return undefined;
};

const field = record<FieldRecord>({ columns: list(filledText, 1), type: oneOf('number', 'class'), standardize: flag }, ['columns']);

const readField: Reader<FieldRecord> = (json, place, report) => {
  const read = field(json, place, report);
  if (read?.type !== 'class') return read;
  if (read.columns.length !== 1) {
    report(`${place}.columns`, `a class field is one column, found ${read.columns.length}`);
    return undefined;
  }
  if (read.standardize) {
    report(`${place}.standardize`, 'a class field holds names, which have no mean; remove the key or make the field "number"');
    return undefined;
  }
  return read;
};

const readSplit = record<SplitRecord>({ validation: fraction, test: fraction, seed, stratify: filledText });

const dataset = record<DatasetRecord>({ source: filledText, fields: named(readField), split: readSplit, missing: oneOf('skip', 'mean') }, [
  'source',
  'fields'
]);

const readDataset: Reader<DatasetRecord> = (json, place, report) => {
  const read = dataset(json, place, report);
  if (!read?.split) return read;
  const { validation = 0, test = 0, stratify } = read.split;
  if (validation + test >= 1) {
    report(`${place}.split`, `validation and test are ${validation} and ${test} and leave no row to train on; their sum must be below 1`);
    return undefined;
  }
  if (stratify !== undefined && read.fields.get(stratify)?.type !== 'class') {
    const classes = [...read.fields].filter(([, { type }]) => type === 'class').map(([name]) => name);
    report(
      `${place}.split.stratify`,
      `expected the name of a class field (${classes.join(', ') || 'there is none'}), found ${describe(stratify)}`
    );
    return undefined;
  }
  return read;
};

export const readDatasets: Reader<ReadonlyMap<string, DatasetRecord>> = named(readDataset);

export const readTraining = record<TrainingRecord>({
  optimizer: record<OptimizerRecord>(
    {
      kind: oneOf('sgd', 'adam'),
      learning_rate: positive,
      momentum: fraction,
      beta1: fraction,
      beta2: fraction,
      epsilon: positive,
      weight_decay: notNegative
    },
    ['kind', 'learning_rate']
  ),
  batch_size: count,
  epochs: count,
  seed,
  metrics: list(
    record<MetricRecord>({ kind: oneOf('accuracy'), input: outputReference, target: outputReference }, ['kind', 'input', 'target'])
  )
});

const isFinite = (json: unknown): boolean => typeof json === 'number' && Number.isFinite(json);
export const position = value<Position>('[x, y]', (json) => Array.isArray(json) && json.length === 2 && json.every(isFinite));
const area = value<Area>(
  '[x, y, width, height]',
  (json) => Array.isArray(json) && json.length === 4 && json.every(isFinite) && json[2] > 0 && json[3] > 0
);

/** Points of a wire. */
export const readVia = list(position);
export const readFrames = list(record<FrameRecord>({ title: text, area }, ['title', 'area']));
export const readNotes = list(record<NoteRecord>({ text, area }, ['text', 'area']));
