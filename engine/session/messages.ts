/**
 * What a session is asked and what it answers, as plain data that any transport carries. Browser-safe: types alone.
 * Documents travel as their text, tensors as typed arrays.
 */
import type { Diagnostic } from '../base/errors';
import type { Dtype, NumberArray, Precision } from '../base/dtypes';
import type { InstancePath } from '../document/definitions';
import type { BackendName, EpochReport, Metrics, RunNeeds, TrainNews, TrainProgress } from '../base/report';

export type { BackendName, EpochReport, Metrics, RunNeeds, TrainNews, TrainProgress };

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
  readonly backend: BackendName;
  readonly epochs: readonly EpochReport[];
  /** On the rows that training never saw; absent without a test split. */
  readonly test?: Metrics;
}

export interface TrainingNeeds extends RunNeeds {
  /** Bytes that can be had. */
  readonly available: number;
}

/** A training run that goes on, for a window that did not start it: one that was loaded again. */
export interface TrainingInHand {
  readonly document: string;
  /** Bytes of the data sources that the document names. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
  /** How far it is; absent before the first step. */
  readonly progress?: Omit<TrainProgress, 'report'>;
  /** All that have ended. */
  readonly epochs: readonly EpochReport[];
}

export interface ColumnSummary {
  readonly name: string;
  readonly type: 'number' | 'text';
  readonly missing: number;
  /** Distinct texts of a text column (at most 50), sorted. */
  readonly classes?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly mean?: number;
}
export interface DataSummary {
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  /** The first rows as text, header left out. */
  readonly preview: readonly (readonly string[])[];
  /** The first empty cells, as an editor counts lines (the header is line 1). */
  readonly missingCells: readonly { readonly line: number; readonly column: string }[];
}

export type ExportFormat = 'safetensors' | 'npz' | 'numpy' | 'pytorch';
export interface ExportRequest {
  readonly document: string;
  readonly format: ExportFormat;
}
/** One file to write; numpy may need its numbers in a second one beside it. */
export interface ExportFile {
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
  /** Gives the bytes of a data source, under the name that documents use, and tells what is in it. */
  openData(source: string, bytes: Uint8Array): Promise<DataSummary>;
  exportWeights(request: ExportRequest): Promise<readonly ExportFile[]>;
  /** Puts the parameters of a safetensors file in place of the initial ones; answers the ids that matched. */
  loadWeights(document: string, bytes: Uint8Array): Promise<readonly string[]>;
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
  openData: true,
  exportWeights: true,
  loadWeights: true,
  resetWeights: true
} satisfies Record<keyof EngineCalls, true>) as (keyof EngineCalls)[];

/** What the engine process tells unasked. */
export interface EngineEvents {
  trainProgress(news: TrainNews): void;
}
