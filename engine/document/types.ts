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
  readonly columns: readonly string[];
  /** `number` (default): float columns; `class`: one column of names or whole numbers, read as int32 class indices. */
  readonly type?: 'number' | 'class';
  /** Subtract the mean and divide by the standard deviation of the training rows. */
  readonly standardize?: boolean;
  readonly unknowns?: Unknowns;
}

/** Parts of the rows, from 0 to 1, that are held out; `stratify` names the class field whose classes each part gets in proportion. */
export interface SplitRecord {
  readonly validation?: number;
  readonly test?: number;
  readonly seed?: number;
  readonly stratify?: string;
  readonly unknowns?: Unknowns;
}

export interface DatasetRecord {
  /** Path relative to the document. */
  readonly source: string;
  readonly fields: ReadonlyMap<string, FieldRecord>;
  readonly split?: SplitRecord;
  /** What to do with a row that has an empty or malformed cell in a used column; absent: an error that names the cell. */
  readonly missing?: 'skip' | 'mean';
  readonly unknowns?: Unknowns;
}

export interface OptimizerRecord {
  readonly kind: 'sgd' | 'adam';
  readonly learning_rate: number;
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weight_decay?: number;
  readonly unknowns?: Unknowns;
}

/** `input` and `target` are output references; accuracy takes the argmax over the last axis of `input`. */
export interface MetricRecord {
  readonly kind: 'accuracy';
  readonly input: string;
  readonly target: string;
  readonly unknowns?: Unknowns;
}

export interface TrainingRecord {
  readonly optimizer?: OptimizerRecord;
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
