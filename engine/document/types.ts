/** The graph as it is saved and edited. Immutable: every edit returns a new document that shares what did not change. */
import type { TensorJson } from '../base/tensors';

export type ParamValue = TensorJson | string | boolean | null | { readonly [key: string]: unknown };
export type Params = Readonly<Record<string, ParamValue>>;
/** Keys that this version does not know; they survive a load and save. */
export type Unknowns = Readonly<Record<string, unknown>>;

export interface NodeRecord {
  readonly id: string;
  readonly gate: string;
  readonly params?: Params;
  /** The gate is left out: its outputs give what comes in at the first of its connected inputs. */
  readonly bypass?: boolean;
  /** Shown as its header alone. */
  readonly collapsed?: boolean;
  readonly unknowns?: Unknowns;
}

export type Position = readonly [x: number, y: number];

/** `from` is an output (`id`, or `id.port` for a port other than `out`), `to` is `id.port`. */
export interface WireRecord {
  readonly from: string;
  readonly to: string;
  /** Points that the wire is led through, from its output to its input. */
  readonly via?: readonly Position[];
  readonly unknowns?: Unknowns;
}

/** One term ⟨upstream, from⟩ of the objective; upstream defaults to ones. */
export interface ObjectiveTerm {
  readonly from: string;
  readonly upstream?: TensorJson;
  readonly unknowns?: Unknowns;
}

export interface FieldRecord {
  /**
   * Columns of the source. A CSV file has those of its header; an npz file its arrays; an npy or IDX file the one column
   * `data`; a folder of images by class `image` and `class`; a generated set those of its kind.
   */
  readonly columns: readonly string[];
  /** Another file than the data set's, with equally many rows. */
  readonly source?: string;
  /** `number` (default): float entries; `class`: one column of names or whole numbers, read as int32 class indices. */
  readonly type?: 'number' | 'class';
  /** Those of `columns` that hold names: each becomes as many entries as it has names, 1 for the row's own. */
  readonly one_hot?: readonly string[];
  /** Every entry is divided by this, 255 for the bytes of an image. */
  readonly divide_by?: number;
  /**
   * Subtract the mean and divide by the standard deviation of the training rows: of each column and each entry of a vector;
   * of an image or another array of two axes or more, of all its entries together.
   */
  readonly standardize?: boolean;
  /** Height and width that the images of a folder are brought to; default that of the first. */
  readonly size?: readonly [height: number, width: number];
  /** Of the images of a folder: 1 (default) is grey, 3 is red, green and blue. */
  readonly channels?: 1 | 3;
  readonly unknowns?: Unknowns;
}

/**
 * Parts of the rows, from 0 to 1, that are held out. `stratify` names the class field whose classes each part gets in
 * proportion; `groups` a column: rows that say the same there come into the same part.
 */
export interface SplitRecord {
  readonly validation?: number;
  readonly test?: number;
  readonly seed?: number;
  readonly stratify?: string;
  readonly groups?: string;
  /** What `groups` says of the rows that are the test part, in place of a share drawn by seed. */
  readonly test_groups?: readonly string[];
  readonly unknowns?: Unknowns;
}

/** A data set that is made by formula; `engine/generated` has the kinds and what each takes. */
export interface GenerateRecord {
  readonly kind: 'spirals' | 'moons' | 'circles' | 'xor' | 'regression' | 'digits';
  readonly rows?: number;
  readonly noise?: number;
  readonly seed?: number;
  readonly classes?: number;
  readonly fonts?: 'all' | 'train' | 'held_out';
  readonly unknowns?: Unknowns;
}

/** Has a `source`, or is generated. */
export interface DatasetRecord {
  /** Path relative to the document, of a file or of a folder of images by class. */
  readonly source?: string;
  readonly generate?: GenerateRecord;
  readonly fields: ReadonlyMap<string, FieldRecord>;
  readonly split?: SplitRecord;
  /** What to do with a row that has an empty or malformed cell in a used column; absent: an error that names the cell. */
  readonly missing?: 'skip' | 'mean';
  readonly unknowns?: Unknowns;
}

export const OPTIMIZER_KINDS = ['sgd', 'adagrad', 'rmsprop', 'adam', 'adamw'] as const;

/** By torch.optim's names and formulas; what a kind does not know is not read. */
export interface OptimizerRecord {
  readonly kind: (typeof OPTIMIZER_KINDS)[number];
  readonly learning_rate: number;
  /** sgd, rmsprop; default 0. */
  readonly momentum?: number;
  /** sgd with momentum. */
  readonly nesterov?: boolean;
  /** adam, adamw; default 0.9 and 0.999. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** rmsprop's smoothing constant; default 0.99. */
  readonly alpha?: number;
  /** rmsprop: divides by the standard deviation of the gradient. */
  readonly centered?: boolean;
  /** adagrad; default 0. */
  readonly learning_rate_decay?: number;
  /** Default 1e-8, adagrad 1e-10. */
  readonly epsilon?: number;
  /** Added to the gradient; adamw: taken off the parameter itself, default 0.01. */
  readonly weight_decay?: number;
  readonly unknowns?: Unknowns;
}

export const SCHEDULE_KINDS = ['constant', 'step', 'cosine', 'plateau'] as const;

/** How the learning rate goes on, by torch.optim.lr_scheduler's formulas; all but warm-up change it between epochs. */
export interface ScheduleRecord {
  readonly kind: (typeof SCHEDULE_KINDS)[number];
  /** Steps over which the rate grows evenly from its first part to the whole: at step s (from 1) of w it is s/w of it. */
  readonly warmup_steps?: number;
  /** step: after every so many epochs the rate is multiplied by `factor`. */
  readonly step_size?: number;
  /** step, plateau; default 0.1. */
  readonly factor?: number;
  /** cosine: epochs from the whole rate to the least; default all. */
  readonly period?: number;
  /** cosine, plateau; default 0. */
  readonly min_learning_rate?: number;
  /** plateau: epochs without a better loss (validation's, else training's) that are waited for; default 10. */
  readonly patience?: number;
  /** plateau: better is below (1 − threshold) of the best; default 1e-4. */
  readonly threshold?: number;
  readonly unknowns?: Unknowns;
}

/** Ends training when the validation loss (else the training loss) has not fallen for so many epochs. */
export interface EarlyStoppingRecord {
  /** Default 10. */
  readonly patience?: number;
  /** A fall by less does not count; default 0. */
  readonly min_delta?: number;
  /** Ends with the parameters of the best epoch; default true. */
  readonly restore_best?: boolean;
  readonly unknowns?: Unknowns;
}

/**
 * `input` and `target` are output references. `accuracy` takes the argmax over the last axis of `input` (of one score a row,
 * whether it is above 0); `r2` is the coefficient of determination of a regression.
 */
export interface MetricRecord {
  readonly kind: 'accuracy' | 'r2';
  readonly input: string;
  readonly target: string;
  readonly unknowns?: Unknowns;
}

export interface TrainingRecord {
  readonly optimizer?: OptimizerRecord;
  readonly schedule?: ScheduleRecord;
  /** The gradients of all parameters together are scaled down to this norm, as torch.nn.utils.clip_grad_norm_. */
  readonly clip_norm?: number;
  /** Every entry of a gradient is brought into ± this, as clip_grad_value_; before `clip_norm`. */
  readonly clip_value?: number;
  readonly early_stopping?: EarlyStoppingRecord;
  readonly batch_size?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly metrics?: readonly MetricRecord[];
  readonly unknowns?: Unknowns;
}

/** Left, top, width and height. */
export type Area = readonly [x: number, y: number, width: number, height: number];

/** A titled rectangle behind the gates that belong together. */
export interface FrameRecord {
  readonly title: string;
  readonly area: Area;
  readonly unknowns?: Unknowns;
}

/** Text on the canvas. */
export interface NoteRecord {
  readonly text: string;
  readonly area: Area;
  readonly unknowns?: Unknowns;
}

/**
 * A subgraph that nodes use by its name as their gate. Wires inside start at a bare input name or at an inner output; the
 * names of inputs and the ids of nodes are therefore distinct.
 */
export interface DefinitionRecord {
  readonly inputs: readonly string[];
  /** By port, the inner output (or the input) that it gives; null while nothing is connected to it. */
  readonly outputs: ReadonlyMap<string, string | null>;
  readonly nodes: readonly NodeRecord[];
  readonly wires: readonly WireRecord[];
  /** `own` (default): every instance has its sources for itself; `shared`: all instances have the same. */
  readonly parameters?: 'own' | 'shared';
  /** Positions inside, of ports as well. */
  readonly layout: ReadonlyMap<string, Position>;
  readonly frames?: readonly FrameRecord[];
  readonly notes?: readonly NoteRecord[];
  readonly unknowns?: Unknowns;
}

export interface Document {
  readonly name: string;
  readonly nodes: readonly NodeRecord[];
  readonly wires: readonly WireRecord[];
  /** An output whose gradient is wanted, or a sum of terms. */
  readonly objective?: string | readonly ObjectiveTerm[];
  readonly weights?: string;
  /** By the name that nodes use as their gate. */
  readonly definitions?: ReadonlyMap<string, DefinitionRecord>;
  readonly datasets?: ReadonlyMap<string, DatasetRecord>;
  readonly training?: TrainingRecord;
  readonly layout: ReadonlyMap<string, Position>;
  readonly frames?: readonly FrameRecord[];
  readonly notes?: readonly NoteRecord[];
  readonly unknowns?: Unknowns;
}

/** Splits `id` or `id.port` at the first dot; the port of a bare id is `out`. */
export function splitOutput(reference: string): { readonly id: string; readonly port: string } {
  const dot = reference.indexOf('.');
  return dot < 0 ? { id: reference, port: 'out' } : { id: reference.slice(0, dot), port: reference.slice(dot + 1) };
}

/** How an output is written: `id` for the port named `out`, else `id.port`. */
export function outputName(id: string, port: string): string {
  return port === 'out' ? id : `${id}.${port}`;
}
