/**
 * What a gate is. One gate, one file: `family/name.gate.ts` exports `defineGate({...})` by default and the registry finds it.
 * A gate knows nothing of documents, backends or exporters; they ask it.
 */
import type { Dtype, Type } from '../base/dtypes';
import type { TensorJson } from '../base/tensors';
import type { Builder } from '../ir/builder';
import type { ValueId } from '../ir/graph';

export const FAMILIES = ['sources', 'arithmetic', 'activations', 'structure', 'reductions', 'linear', 'losses', 'regularization'] as const;
export type Family = (typeof FAMILIES)[number];

export interface InputPort {
  readonly name: string;
  /** May stay unconnected. */
  readonly optional?: boolean;
  /** `float` (default) takes int32 too, promoted; `int32` refuses floats; `any` keeps what comes. */
  readonly dtype?: Dtype | 'any';
}

/** What a parameter accepts; the reader of documents, the node's editor and the inspector all go by it. */
export type ParamSpec = { readonly doc: string } & (
  | { readonly type: 'number' | 'integer'; readonly default?: number; readonly min?: number; readonly max?: number; readonly optional?: boolean }
  | { readonly type: 'boolean'; readonly default?: boolean; readonly optional?: boolean }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default?: string; readonly optional?: boolean }
  /** A list of whole numbers, or one alone where the list has one entry. */
  | { readonly type: 'integers'; readonly default?: readonly number[]; readonly optional?: boolean }
  /** `dtypeParam` names the parameter that says whether the entries are whole. */
  | { readonly type: 'tensor'; readonly default?: TensorJson; readonly optional?: boolean }
  | { readonly type: 'text'; readonly default?: string; readonly optional?: boolean }
  | { readonly type: 'init'; readonly optional?: boolean }
);

/** Parameters after the reader checked them and filled defaults; a gate's author knows their types. */
export type ResolvedParams = Readonly<Record<string, any>>;

/** Thrown by `shape` and `lower` when operands do not fit; the message says what was expected and found. */
export class ShapeError extends Error {
  constructor(
    message: string,
    readonly port?: string,
    readonly hint?: string
  ) {
    super(message);
    this.name = 'ShapeError';
  }
}

/** Operands by port name; an unconnected optional port is absent. */
export type Operands<T> = Readonly<Record<string, T>>;

export interface LowerContext {
  readonly node: string;
  readonly mode: 'train' | 'eval';
}

/** How a gate is written by hand in NumPy where the text derived from the IR would read worse. Names stand in braces. */
export interface NumpyEmit {
  /** An expression over {port} and {param}, e.g. `{a} @ {b}`. */
  readonly forward: string;
  /** Per port an expression over {port}, {out} and {grad}; absent ones are derived. */
  readonly backward?: Readonly<Record<string, string>>;
  /** Functions that the expressions call, defined once at the top of the file, by name. */
  readonly needs?: Readonly<Record<string, string>>;
}

/** One set of operands that the conformance test runs the gate on. */
export interface Sample {
  readonly inputs: Readonly<Record<string, TensorJson>>;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Points where the derivative jumps are compared with no central difference. */
  readonly kink?: boolean;
}

export interface Gate {
  readonly name: string;
  readonly kind: 'source' | 'elementwise' | 'composite' | 'kernel';
  readonly family: Family;
  /** One line for palette and inspector. */
  readonly doc: string;
  /** The formula, in LaTeX, with ports as symbols. */
  readonly latex: string;
  /** The derivative rules as a formula, per port, with `g` for the upstream gradient. */
  readonly latexBackward?: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly inputs: (params: ResolvedParams) => readonly InputPort[];
  readonly outputs: (params: ResolvedParams) => readonly string[];
  /** Types of the outputs in order. Throws ShapeError. */
  readonly shape: (inputs: Operands<Type>, params: ResolvedParams) => readonly Type[];
  /** Appends the gate's operations and returns its outputs in order. Sources are lowered by `lower` itself. */
  readonly lower: (builder: Builder, inputs: Operands<ValueId>, params: ResolvedParams, context: LowerContext) => readonly ValueId[];
  readonly emit: { readonly numpy?: NumpyEmit };
  readonly samples: readonly Sample[];
}
