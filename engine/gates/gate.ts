/**
 * What a gate is. One gate, one file: `family/name.gate.ts` exports `defineGate({...})` by default and the registry finds it.
 * A gate knows nothing of documents, backends or exporters; they ask it.
 */
import type { Dtype, Type } from '../base/dtypes';
import { InvariantError, type Diagnostic } from '../base/errors';
import { broadcastShapes, formatShape, type Shape } from '../base/shapes';
import type { TensorJson } from '../base/tensors';
import { buildRegion, type Builder } from '../ir/builder';
import type { ValueId } from '../ir/graph';

export const FAMILIES = [
  'sources',
  'arithmetic',
  'activations',
  'structure',
  'reductions',
  'linear',
  'convolution',
  'pooling',
  'normalization',
  'losses',
  'regularization',
  'differentiation',
  'custom',
  'definitions'
] as const;
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
  | {
      readonly type: 'number' | 'integer';
      readonly default?: number;
      readonly min?: number;
      readonly max?: number;
      readonly optional?: boolean;
    }
  | { readonly type: 'boolean'; readonly default?: boolean; readonly optional?: boolean }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default?: string; readonly optional?: boolean }
  /** A list of whole numbers, or one alone where the list has one entry. */
  | { readonly type: 'integers'; readonly default?: readonly number[]; readonly optional?: boolean }
  /** Whole entries where the gate's `dtype` parameter is int32. */
  | { readonly type: 'tensor'; readonly default?: TensorJson; readonly optional?: boolean }
  | { readonly type: 'text'; readonly default?: string; readonly optional?: boolean }
  /** A text of several lines in a language of its own, which the gate's `problems` checks. */
  | { readonly type: 'code'; readonly default?: string; readonly optional?: boolean }
  | { readonly type: 'init'; readonly optional?: boolean }
);

/** Parameters after the reader checked them and filled defaults; a gate's author knows their types. Tensors are Tensor. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ResolvedParams = Readonly<Record<string, any>>;

/** What is wrong with a parameter; where it is a text of several lines, the place in it. */
export interface ParamProblem extends Pick<Diagnostic, 'line' | 'column' | 'hint'> {
  readonly param: string;
  readonly message: string;
  /** Default `bad-param`. */
  readonly code?: string;
}

/** Thrown by a gate's `shape` when operands do not fit; the message says what was expected and found. */
export class ShapeError extends Error {
  constructor(
    message: string,
    readonly port?: string,
    readonly hint?: string,
    /** The parameter whose text is at fault, and where in it. */
    readonly place?: Pick<Diagnostic, 'param' | 'line' | 'column'>
  ) {
    super(message);
    this.name = 'ShapeError';
  }
}

/** Operands by port name; an unconnected optional port is absent. */
export type Operands<T> = Readonly<Record<string, T>>;

/** What a document is lowered for. */
export interface LowerMode {
  readonly mode: 'train' | 'eval';
  /** Rows of a batch, the first axis of data. */
  readonly batch: number;
}

export interface LowerContext extends LowerMode {
  /** Uniform in [0, 1), the node's own: other numbers at every call, in every step of training and for every seed. */
  random(shape: Shape): ValueId;
  /** The node's state `name`: what training has left there, before it `initial` in every entry. */
  state(name: string, shape: Shape, initial: number): ValueId;
  /** Has each step of training set `state` to `next`; a run leaves it as it is. */
  update(state: ValueId, next: ValueId): void;
}

/** Python text of what a gate computes. Names stand in braces. */
export interface CodeEmit {
  /** An expression over {port} and {param}, e.g. `{a} @ {b}`. */
  readonly forward: string;
  /** Functions that the expressions call, defined once at the top of the file, by name. */
  readonly needs?: Readonly<Record<string, string>>;
}

/** How a gate is written by hand in NumPy where the text derived from the IR would read worse. */
export interface NumpyEmit extends CodeEmit {
  /** Per port an expression over {port}, {out} and {grad}; ports left out are derived. Used where nothing was broadcast. */
  readonly backward?: Readonly<Record<string, string>>;
}

/**
 * How a gate is written in PyTorch where it is not the function of its name, called with the ports in order and with those
 * parameters by name that differ from the defaults. Without braces `forward` is another function's name; an expression of
 * several outputs is a tuple, and an optional port that is not connected stands for None.
 */
export interface TorchEmit extends CodeEmit {
  /** What the function takes by name instead of the gate's parameters; undefined is left out. */
  readonly params?: ResolvedParams;
}

/** What a gate writes its ONNX nodes with. Tensors are known by their names. */
export interface OnnxWriter {
  /** Appends a node of the operator `op` and answers its result; an input that is undefined is an optional one left out. */
  node(op: string, inputs: readonly (string | undefined)[], attributes?: OnnxAttributes): string;
  /** The same for an operator of several results. */
  nodes(op: string, inputs: readonly (string | undefined)[], attributes: OnnxAttributes, count: number): readonly string[];
  /** Whole numbers (int64), a list. */
  integers(values: readonly number[]): string;
  /** A float, a scalar. */
  number(value: number): string;
  /** Floats, a list. */
  numbers(values: readonly number[]): string;
  /** The node's state `name`, as LowerContext has it. */
  state(name: string): string;
}

export type OnnxAttributes = Readonly<Record<string, number | string | readonly number[]>>;

/**
 * How a gate is written in ONNX (operator set 17) for evaluation, where it has an operator of its meaning: its name, taking
 * the ports in order, or a function that appends nodes and answers the outputs in order. What is derived from the IR takes
 * its place where it answers null, and where it would differ with the number of rows.
 */
export type OnnxEmit =
  string | ((o: OnnxWriter, inputs: Operands<string>, params: ResolvedParams, types: Operands<Type>) => readonly string[] | null);

/** One set of operands that the conformance test runs the gate on. */
export interface Sample {
  readonly inputs: Readonly<Record<string, TensorJson>>;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Holds a point where the derivative jumps: not compared with central differences. */
  readonly kink?: boolean;
}

export type SourceKind = 'variable' | 'parameter' | 'constant' | 'data';

interface GateText {
  readonly name: string;
  readonly family: Family;
  /** One line for palette and inspector. */
  readonly doc: string;
  /** The formula, in LaTeX, with ports as symbols. */
  readonly latex: string;
  /** The derivative as a formula, per port, with `g` for the upstream gradient. */
  readonly latexBackward?: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

export interface Gate extends GateText {
  readonly kind: 'source' | 'elementwise' | 'composite' | 'kernel';
  /** For a source: where its value comes from. */
  readonly source?: SourceKind;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** What is wrong with parameters that are each of their kind; never throws. */
  readonly problems?: (params: ResolvedParams) => readonly ParamProblem[];
  readonly inputs: (params: ResolvedParams) => readonly InputPort[];
  readonly outputs: (params: ResolvedParams) => readonly string[];
  /** Types of the outputs in order. Throws ShapeError. */
  readonly shape: (inputs: Operands<Type>, params: ResolvedParams, context: LowerMode) => readonly Type[];
  /** Appends the gate's operations and returns its outputs in order. A source is an input of the graph and has none. */
  readonly lower: (builder: Builder, inputs: Operands<ValueId>, params: ResolvedParams, context: LowerContext) => readonly ValueId[];
  readonly emit: {
    readonly numpy?: NumpyEmit | ((params: ResolvedParams) => NumpyEmit);
    /** A text alone is its `forward`. Connected ports' types tell how many axes there are. */
    readonly torch?: string | TorchEmit | ((params: ResolvedParams, inputs: Operands<Type>) => string | TorchEmit);
    readonly onnx?: OnnxEmit;
  };
}

type Emit = Gate['emit'];
type Params = Gate['params'];

interface SourceSpec extends Omit<GateText, 'samples' | 'family'> {
  readonly kind: 'source';
  readonly source: SourceKind;
  readonly params: Params;
  readonly shape: (params: ResolvedParams, context: LowerMode) => Type;
}

/** A scalar expression applied entry by entry, operands broadcast. */
interface ElementwiseSpec extends GateText {
  readonly kind: 'elementwise';
  readonly ports: readonly string[];
  readonly params?: Params;
  readonly expression: (b: Builder, inputs: Operands<ValueId>, params: ResolvedParams) => ValueId;
  /**
   * The cotangents in the ports' order, where those derived from the expression would overflow or break a tie otherwise.
   * Operands come broadcast to the result's shape.
   */
  readonly derivative?: (b: Builder, g: ValueId, inputs: Operands<ValueId>, y: ValueId, params: ResolvedParams) => readonly ValueId[];
  readonly emit?: Emit;
}

interface GeneralSpec extends GateText {
  readonly kind: 'composite' | 'kernel';
  readonly inputs: readonly InputPort[] | Gate['inputs'];
  readonly outputs?: Gate['outputs'];
  readonly params?: Params;
  readonly problems?: Gate['problems'];
  readonly shape: Gate['shape'];
  readonly lower: Gate['lower'];
  readonly emit?: Emit;
}

const OUT = () => ['out'];

/** Makes a gate from its description; see the kinds in the interfaces above. */
export function defineGate(spec: SourceSpec | ElementwiseSpec | GeneralSpec): Gate {
  switch (spec.kind) {
    case 'source':
      return {
        ...spec,
        family: 'sources',
        inputs: () => [],
        outputs: OUT,
        shape: (_, params, context) => [spec.shape(params, context)],
        lower: () => {
          throw new InvariantError(`${spec.name} is a source: it is an input of the graph`);
        },
        emit: {},
        samples: []
      };
    case 'elementwise':
      return {
        ...spec,
        params: spec.params ?? {},
        inputs: () => spec.ports.map((name) => ({ name })),
        outputs: OUT,
        shape: (inputs) => [broadcastTypes(inputs, spec.ports)],
        lower: (builder, inputs, params) => [lowerElementwise(spec, builder, inputs, params)],
        emit: spec.emit ?? {}
      };
    case 'composite':
    case 'kernel': {
      const { inputs } = spec;
      return {
        ...spec,
        params: spec.params ?? {},
        inputs: typeof inputs === 'function' ? inputs : () => inputs,
        outputs: spec.outputs ?? OUT,
        emit: spec.emit ?? {}
      };
    }
    default:
      throw spec satisfies never;
  }
}

/** The float type that operands at `ports` broadcast to. Throws ShapeError naming the two that do not. */
export function broadcastTypes(inputs: Operands<Type>, ports: readonly string[]): Type {
  let shape = inputs[ports[0]!]!.shape;
  let names = ports[0]!;
  for (const port of ports.slice(1)) {
    const joined = broadcastShapes(shape, inputs[port]!.shape);
    if (!joined) {
      throw new ShapeError(
        `${names} is ${formatShape(shape)} and ${port} is ${formatShape(inputs[port]!.shape)}; sizes aligned at the last axis must agree or be 1`,
        port,
        'reshape one of them, or add axes of size 1'
      );
    }
    shape = joined;
    names = `${names}, ${port}`;
  }
  return { dtype: 'float', shape };
}

function lowerElementwise(spec: ElementwiseSpec, builder: Builder, inputs: Operands<ValueId>, params: ResolvedParams): ValueId {
  const { name, ports, expression, derivative } = spec;
  if (!derivative) return expression(builder, inputs, params);
  const named = (values: readonly ValueId[]) => Object.fromEntries(ports.map((port, at) => [port, values[at]!]));
  return entrywise(
    builder,
    name,
    ports.map((port) => inputs[port]!),
    (b, values) => expression(b, named(values), params),
    (b, g, values, y) => derivative(b, g, named(values), y, params)
  );
}

/** `expression` of `inputs` broadcast together, with the cotangents that `derivative` gives instead of its own. */
export function entrywise(
  builder: Builder,
  name: string,
  inputs: readonly ValueId[],
  expression: (b: Builder, values: readonly ValueId[]) => ValueId,
  derivative: (b: Builder, g: ValueId, values: readonly ValueId[], y: ValueId) => readonly ValueId[]
): ValueId {
  const shape = inputs.reduce<readonly number[]>((joined, input) => broadcastShapes(joined, builder.shape(input))!, []);
  const operands = inputs.map((input) => builder.broadcast(input, shape));
  const region = buildRegion(
    name,
    operands.map((operand) => builder.type(operand)),
    expression,
    {
      vjp: (b, values, y, g) => [...derivative(b, g, values, y)],
      jvp: (b, values, y, tangents) =>
        tangents.reduce<ValueId | undefined>((sum, tangent, at) => {
          if (tangent === undefined) return sum;
          const part = derivative(b, tangent, values, y)[at]!;
          return sum === undefined ? part : b.add(sum, part);
        }, undefined)
    }
  );
  return builder.custom(region, operands);
}

/** x itself with no derivative: torch's detach. */
export function detach(builder: Builder, x: ValueId): ValueId {
  const region = buildRegion('detach', [builder.type(x)], (_, [value]) => value!, { vjp: () => [undefined], jvp: () => undefined });
  return builder.custom(region, [x]);
}
