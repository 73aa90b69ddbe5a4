/**
 * What a session is asked and what it answers, as plain data that any transport carries. Browser-safe: types alone.
 * Documents travel as their text, tensors as typed arrays.
 */
import type { Diagnostic } from '../base/errors';
import type { Dtype, NumberArray, Precision } from '../base/dtypes';
import type { InstancePath } from '../document/definitions';
import type {
  BackendName,
  EpochReport,
  Histogram,
  Metrics,
  ParameterSample,
  RunNeeds,
  TrainingSample,
  TrainNews,
  TrainProgress
} from '../base/report';
import type { DatasetRecord } from '../document/types';

export type { BackendName, EpochReport, Histogram, Metrics, ParameterSample, RunNeeds, TrainingSample, TrainNews, TrainProgress };

/** A tensor on its way to a label: the first entries and what sums the rest up. */
export interface TensorSummary {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** All entries if there are at most `SUMMARY_LIMIT`, else the first that many. */
  readonly data: NumberArray;
  readonly complete: boolean;
  /** Over the finite entries; NaN if there is none. */
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Euclidean norm √Σx². */
  readonly norm: number;
  /** How many entries are NaN or infinite. */
  readonly nonFinite: number;
}
export const SUMMARY_LIMIT = 64;

export interface RunRequest {
  /** `.wiregrad` text. */
  readonly document: string;
  /** Echoed in the answer; the asker drops answers to an older one. */
  readonly revision: number;
  readonly backward: boolean;
  readonly precision?: Precision;
  readonly mode?: 'train' | 'eval';
  readonly backend?: BackendName;
  /** Rows [from, to) of each data set in file order; default the first batch. */
  readonly rows?: readonly [from: number, to: number];
  /** The instance that is open: asks for what is inside it too. */
  readonly inside?: InstancePath;
}

export interface WireResult {
  readonly from: string;
  readonly to: string;
  readonly gradient?: TensorSummary;
}

export interface RunResult {
  readonly revision: number;
  /** Keyed by output reference (`id` or `id.port`), in topological order. */
  readonly values: ReadonlyMap<string, TensorSummary>;
  readonly gradients: ReadonlyMap<string, TensorSummary>;
  /** One per wire of the document, in its order; the wire's value is that of `from`. */
  readonly wires: readonly WireResult[];
  /** The opened instance, in the names and wires of its definition's view. */
  readonly inside?: Pick<RunResult, 'values' | 'gradients' | 'wires'>;
  readonly backend: BackendName;
  /** Memory that the run took. */
  readonly bytes: number;
  readonly milliseconds: number;
  /** First gate whose value is NaN or infinite, if any. */
  readonly warnings: readonly Diagnostic[];
}

/** Which tensor of the last run is wanted whole. `wire` is an index into the document's wires, or the opened instance's. */
export type InspectRequest = { readonly inside?: boolean } & (
  { readonly kind: 'value' | 'gradient'; readonly output: string } | { readonly kind: 'wire'; readonly wire: number }
);

export interface WholeTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

export interface JacobianRequest extends Omit<RunRequest, 'backward'> {
  /** Output reference and node id; the result has shape [...of, ...wrt]. */
  readonly of: string;
  readonly wrt: string;
}

export interface CheckRequest {
  readonly document: string;
  readonly all?: boolean;
}
export interface CheckEntry {
  readonly id: string;
  readonly entries: number;
  readonly kinks: number;
  /** Largest |a−n| / max(1, |a|, |n|) over the entries that are no kink, and where it is. */
  readonly worst: number;
  readonly index: readonly number[];
  readonly analytic: number;
  readonly numeric: number;
  readonly ok: boolean;
}

export interface TrainRequest {
  readonly document: string;
  readonly revision: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly backend?: BackendName;
  /** Begin from the parameters in hand instead of fresh draws, or go on with the run that was interrupted. */
  readonly resume?: 'weights' | 'interrupted';
  /** Stand before the first step until told to go on or to take one. */
  readonly paused?: boolean;
  /** `torchrun`: the exported PyTorch project trains, in so many processes; its weights come back. */
  readonly engine?: 'wiregrad' | 'torchrun';
  readonly processes?: number;
}

/** A training run that a crash or the end of the program interrupted, as far as it was written down. */
export interface InterruptedTraining {
  /** All that had ended. */
  readonly epochs: readonly EpochReport[];
  /** When it was written down, in milliseconds since 1970. */
  readonly at: number;
}
export interface TrainOutcome {
  readonly revision: number;
  readonly stopped: boolean;
  readonly backend: BackendName | 'torchrun';
  readonly epochs: readonly EpochReport[];
  /** On the rows that training never saw; absent without a test split. */
  readonly test?: Metrics;
  /** Ended because the loss did not fall any more: the epoch whose parameters are in hand. */
  readonly best?: number;
  /** Counts the training runs of this session from 1; what `takeRun` takes. */
  readonly run: number;
}

export interface TrainingNeeds extends RunNeeds {
  /** Bytes that can be had. */
  readonly available: number;
}

/** A training run that goes on, for a window that did not start it: one that was loaded again. */
export interface TrainingInHand {
  readonly document: string;
  /** The data sources that the engine was given: `describeData` tells what is in them. */
  readonly sources: readonly string[];
  /** How far it is; absent before the first step. */
  readonly progress?: Omit<TrainProgress, 'report' | 'sample'>;
  /** All that have ended. */
  readonly epochs: readonly EpochReport[];
}

export interface ColumnSummary {
  readonly name: string;
  /** `array`: several numbers a row, of `shape`; `image`: [channels, height, width] of bytes. */
  readonly type: 'number' | 'text' | 'array' | 'image';
  readonly shape?: readonly number[];
  readonly missing: number;
  /** Cells of a column of numbers that are no numbers. */
  readonly malformed?: number;
  /** Distinct texts of a text column, or classes of a column of whole numbers (at most 50), sorted, and rows of each. */
  readonly classes?: readonly string[];
  readonly counts?: readonly number[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly mean?: number;
  readonly deviation?: number;
  readonly histogram?: Histogram;
}

/** The first images of a column, all of one size: bytes [count, height, width, channels], and what their row says of each. */
export interface Thumbnails {
  readonly column: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
  readonly labels?: readonly string[];
}

export interface DataSummary {
  /** As it was given; the JSON of the record for a generated set. */
  readonly source: string;
  readonly kind: 'csv' | 'npy' | 'npz' | 'idx' | 'images' | 'generated';
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  /** The first rows as text, header left out. */
  readonly preview: readonly (readonly string[])[];
  /** The first empty cells, as an editor counts lines (the header is line 1). */
  readonly missingCells: readonly { readonly line: number; readonly column: string }[];
  /** The first cells that are no numbers in columns that otherwise hold numbers. */
  readonly malformedCells: readonly { readonly line: number; readonly column: string; readonly text: string }[];
  readonly thumbnails?: Thumbnails;
  /** Bytes of the source. */
  readonly bytes: number;
}

/** A stretch of a file, or of a file in a folder of images: large ones come in pieces, in order. */
export interface DataPart {
  /** The name that documents use: of the file, or of the folder. */
  readonly source: string;
  /** Path below the folder, with slashes; absent for a single file. */
  readonly file?: string;
  /** Where the bytes go; a part at 0 begins the file anew, and with `first` the whole source. */
  readonly at: number;
  readonly first?: boolean;
  readonly bytes: Uint8Array;
}

/** What a data set of a document has become once read as its record says. */
export interface DatasetSummary {
  readonly rows: number;
  /** Rows of each part of the split. */
  readonly parts: { readonly train: number; readonly validation: number; readonly test: number };
  /** By field: sizes of one row as a data gate needs them, and classes. */
  readonly fields: ReadonlyMap<string, { readonly shape: readonly number[]; readonly classes?: readonly string[] }>;
  /** Rows that were left out for empty or malformed cells. */
  readonly skipped: number;
}

/** Rows of a field before any scaling, as `predict` takes them: [rows, …row]. */
export interface FieldRows extends WholeTensor {
  /** What the entries of a row are called; absent for images and other arrays of two axes or more. */
  readonly entries?: readonly string[];
  readonly classes?: readonly string[];
}
export interface DatasetRows {
  /** The first one's number, from 0, and how many the data set has. */
  readonly from: number;
  readonly rows: number;
  /** Of each row: 0 trains, 1 validates, 2 tests. */
  readonly parts: Uint8Array;
  readonly fields: ReadonlyMap<string, FieldRows>;
}

export interface EvaluateRequest {
  readonly document: string;
  readonly part: 'train' | 'validation' | 'test';
  readonly backend?: BackendName;
}

/** With the parameters in hand, in evaluation mode. */
export interface Evaluation {
  readonly part: EvaluateRequest['part'];
  readonly rows: number;
  readonly metrics: Metrics;
  /** Of the accuracy's classes: rows by [right class, found class]; only where accuracy is measured. */
  readonly confusion?: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] };
  /** The first rows that were classified wrong; `row` counts from 0 in the data set, `line` in its file. */
  readonly mistakes?: readonly { readonly row: number; readonly line?: number; readonly right: string; readonly found: string }[];
  /** Of a regression (r2): right and found numbers of the first rows. */
  readonly scatter?: { readonly right: readonly number[]; readonly found: readonly number[] };
}

export interface PredictRequest {
  readonly document: string;
  /** By `dataset.field` of the document's data gates: rows as the file has them, before any scaling; [rows, …row]. A field that is not given is zeros. */
  readonly inputs: ReadonlyMap<string, WholeTensor>;
  /** Output reference; default what the metric or the loss reads. */
  readonly output?: string;
}
export interface Prediction {
  readonly output: string;
  /** [rows, …]. */
  readonly values: WholeTensor;
  /** Of a classification: names of the classes, and the softmax over the last axis of values. */
  readonly classes?: readonly string[];
  readonly probabilities?: WholeTensor;
}

/** What loading weights by name came to. */
export interface WeightsReport {
  readonly matched: readonly string[];
  /** Parameters of the document that the file does not hold. */
  readonly missing: readonly string[];
  /** Tensors of the file that the document does not have. */
  readonly unexpected: readonly string[];
  /** Held by both in different shapes; not loaded. */
  readonly reshaped: readonly { readonly id: string; readonly expected: readonly number[]; readonly found: readonly number[] }[];
}

/** A model of another program as a document. */
export interface ImportedModel {
  /** `.wiregrad` text. */
  readonly document: string;
  /** Safetensors bytes of its parameters. */
  readonly weights: Uint8Array;
  /** What was renamed or left out, as sentences. */
  readonly notes: readonly string[];
}

export type ExportFormat = 'safetensors' | 'npz' | 'numpy' | 'pytorch' | 'pytorch-project' | 'onnx';
export interface ExportRequest {
  readonly document: string;
  readonly format: ExportFormat;
}
/** One file to write, of several where numbers lie beside the code that needs them. */
export interface ExportFile {
  /** Those of a pytorch-project are paths below its folder, with slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the engine process does when asked. Failures reject with `{ diagnostics }`, never with a stack. */
export interface EngineCalls {
  run(request: RunRequest): Promise<RunResult>;
  inspect(request: InspectRequest): Promise<WholeTensor>;
  jacobian(request: JacobianRequest): Promise<WholeTensor>;
  check(request: CheckRequest): Promise<readonly CheckEntry[]>;
  train(request: TrainRequest): Promise<TrainOutcome>;
  /** What that would take, before it is begun. */
  trainingNeeds(request: TrainRequest): Promise<TrainingNeeds>;
  /** The training run that goes on now, whoever asked for it; null where there is none. */
  trainingInHand(): Promise<TrainingInHand | null>;
  /** Answers what `train` answers, when the run in hand ends or at once for the last one. */
  trainingEnd(): Promise<TrainOutcome>;
  /** The interrupted run of this document's graph that `train` can go on with; null where there is none. */
  interruptedTraining(document: string): Promise<InterruptedTraining | null>;
  /** Forgets it. */
  dropInterrupted(document: string): Promise<void>;
  /** Stops the run or training in hand within a step; the call in hand answers. */
  stop(): Promise<void>;
  /** The training run in hand stands still between two steps, goes on, or takes so many steps and stands still again. */
  pauseTraining(): Promise<void>;
  continueTraining(steps?: number): Promise<void>;
  /** Gives the bytes of a data source, under the name that documents use, and tells what is in it. */
  openData(source: string, bytes: Uint8Array): Promise<DataSummary>;
  /** The same in pieces, for files larger than a message and for folders. */
  giveData(part: DataPart): Promise<void>;
  /** What is in a source that was given, or what a generated data set makes. */
  describeData(source: string | NonNullable<DatasetRecord['generate']>): Promise<DataSummary>;
  /** What a data set of the document becomes, read as its record says. Rejects with what is wrong with it, by row and column. */
  describeDataset(document: string, dataset: string): Promise<DatasetSummary>;
  /** Rows [from, to) of a data set of the document, as its files have them. */
  datasetRows(document: string, dataset: string, from: number, to: number): Promise<DatasetRows>;
  evaluate(request: EvaluateRequest): Promise<Evaluation>;
  predict(request: PredictRequest): Promise<Prediction>;
  /** A parameter as it is now, during training too. */
  parameter(document: string, id: string): Promise<WholeTensor>;
  exportWeights(request: ExportRequest): Promise<readonly ExportFile[]>;
  /** Puts the tensors of a safetensors file that have a parameter's name and shape in its place. Rejects where none has. */
  loadWeights(document: string, bytes: Uint8Array): Promise<WeightsReport>;
  /** Puts the parameters of a training run that ended in place of those in hand: `run` counts those of this session from 1. */
  takeRun(run: number): Promise<void>;
  importOnnx(name: string, bytes: Uint8Array): Promise<ImportedModel>;
  /** Forgets trained and loaded parameters: the next run draws them again. */
  resetWeights(): Promise<void>;
}

/** The closed set of names that may be called from outside: every host passes on exactly these. */
export const ENGINE_CALLS: readonly (keyof EngineCalls)[] = Object.keys({
  run: true,
  inspect: true,
  jacobian: true,
  check: true,
  train: true,
  trainingNeeds: true,
  trainingInHand: true,
  trainingEnd: true,
  interruptedTraining: true,
  dropInterrupted: true,
  stop: true,
  pauseTraining: true,
  continueTraining: true,
  openData: true,
  giveData: true,
  describeData: true,
  describeDataset: true,
  datasetRows: true,
  evaluate: true,
  predict: true,
  parameter: true,
  exportWeights: true,
  loadWeights: true,
  takeRun: true,
  importOnnx: true,
  resetWeights: true
} satisfies Record<keyof EngineCalls, true>) as (keyof EngineCalls)[];

/** What the engine process tells unasked. */
export interface EngineEvents {
  trainProgress(news: TrainNews): void;
}
