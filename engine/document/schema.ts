/** What the parts of a document below nodes and wires must look like. */
import type { TensorJson } from '../base/tensors';
import { isOutputReference } from './identifiers';
import { count, describe, filledText, flag, list, named, numberWhere, oneOf, record, seed, text, value, type Reader } from './readers';
import {
  OPTIMIZER_KINDS,
  SCHEDULE_KINDS,
  type Area,
  type DatasetRecord,
  type EarlyStoppingRecord,
  type FieldRecord,
  type FrameRecord,
  type GenerateRecord,
  type MetricRecord,
  type NoteRecord,
  type ObjectiveTerm,
  type OptimizerRecord,
  type Position,
  type ScheduleRecord,
  type SplitRecord,
  type TrainingRecord
} from './types';

const outputReference = value<string>('an output, written id or id.port', (json) => typeof json === 'string' && isOutputReference(json));
const fraction = numberWhere('a number from 0 to below 1', (number) => number >= 0 && number < 1);
const positive = numberWhere('a number above 0', (number) => number > 0);
/** Along a side of an image. */
const MOST_PIXELS = 4096;
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

const notZero = numberWhere('a number other than 0', (number) => number !== 0);
const imageSize = value<readonly [number, number]>(
  'a height and a width, such as [28, 28]',
  (json) => Array.isArray(json) && json.length === 2 && json.every((size) => Number.isSafeInteger(size) && size >= 1 && size <= MOST_PIXELS)
);
const channels = value<1 | 3>('1 or 3', (json) => json === 1 || json === 3);

const field = record<FieldRecord>(
  {
    columns: list(filledText, 1),
    source: filledText,
    type: oneOf('number', 'class'),
    one_hot: list(filledText),
    divide_by: notZero,
    standardize: flag,
    size: imageSize,
    channels
  },
  ['columns']
);

/** What a field of classes cannot have, and why. */
const NUMBERS_ONLY = {
  standardize: 'a class field holds names, which have no mean; remove the key or make the field "number"',
  one_hot: 'a class field is read as indices; remove the key or make the field "number"',
  divide_by: 'a class field holds names, which cannot be divided; remove the key or make the field "number"'
} as const;

const readField: Reader<FieldRecord> = (json, place, report) => {
  const read = field(json, place, report);
  if (!read) return undefined;
  const foreign = read.one_hot?.find((column) => !read.columns.includes(column));
  if (foreign !== undefined) {
    report(`${place}.one_hot`, `${describe(foreign)} is none of the field's columns`);
    return undefined;
  }
  if (read.type !== 'class') return read;
  if (read.columns.length !== 1) {
    report(`${place}.columns`, `a class field is one column, found ${read.columns.length}`);
    return undefined;
  }
  for (const [key, message] of Object.entries(NUMBERS_ONLY) as [keyof typeof NUMBERS_ONLY, string][]) {
    const given = read[key];
    if (given === undefined || given === false || (Array.isArray(given) && given.length === 0)) continue;
    report(`${place}.${key}`, message);
    return undefined;
  }
  return read;
};

const readSplit = record<SplitRecord>({
  validation: fraction,
  test: fraction,
  seed,
  stratify: filledText,
  groups: filledText,
  test_groups: list(filledText, 1)
});

const readGenerate = record<GenerateRecord>(
  {
    kind: oneOf('spirals', 'moons', 'circles', 'xor', 'regression', 'digits'),
    rows: count,
    noise: notNegative,
    seed,
    classes: count,
    fonts: oneOf('all', 'train', 'held_out')
  },
  ['kind']
);

const dataset = record<DatasetRecord>(
  { source: filledText, generate: readGenerate, fields: named(readField), split: readSplit, missing: oneOf('skip', 'mean') },
  ['fields']
);

const readDataset: Reader<DatasetRecord> = (json, place, report) => {
  const read = dataset(json, place, report);
  if (!read) return undefined;
  if (read.source === undefined && !read.generate) {
    report(`${place}.source`, 'this key is missing', 'missing-field');
    return undefined;
  }
  if (read.source !== undefined && read.generate) {
    report(`${place}.generate`, 'the data set has a source too; remove one of the two');
    return undefined;
  }
  if (!read.split) return read;
  const { validation = 0, test = 0, stratify, groups } = read.split;
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
  if (read.split.test_groups && groups === undefined) {
    report(`${place}.split.test_groups`, 'it names groups, and "groups" does not say by which column; add it');
    return undefined;
  }
  if (stratify !== undefined && groups !== undefined) {
    report(`${place}.split.groups`, 'rows are parted either by groups or in proportion to classes; remove one of "stratify" and "groups"');
    return undefined;
  }
  return read;
};

export const readDatasets: Reader<ReadonlyMap<string, DatasetRecord>> = named(readDataset);

export const readTraining = record<TrainingRecord>({
  optimizer: record<OptimizerRecord>(
    {
      kind: oneOf(...OPTIMIZER_KINDS),
      learning_rate: positive,
      momentum: fraction,
      nesterov: flag,
      beta1: fraction,
      beta2: fraction,
      alpha: fraction,
      centered: flag,
      learning_rate_decay: notNegative,
      epsilon: positive,
      weight_decay: notNegative
    },
    ['kind', 'learning_rate']
  ),
  schedule: record<ScheduleRecord>(
    {
      kind: oneOf(...SCHEDULE_KINDS),
      warmup_steps: seed,
      step_size: count,
      factor: fraction,
      period: count,
      min_learning_rate: notNegative,
      patience: seed,
      threshold: fraction
    },
    ['kind']
  ),
  clip_norm: positive,
  clip_value: positive,
  early_stopping: record<EarlyStoppingRecord>({ patience: seed, min_delta: notNegative, restore_best: flag }),
  batch_size: count,
  epochs: count,
  seed,
  metrics: list(
    record<MetricRecord>({ kind: oneOf('accuracy', 'r2'), input: outputReference, target: outputReference }, ['kind', 'input', 'target'])
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
