/** Custom gates as trees: what the parser makes of a text, and what lowering and the printer of PyTorch read. */
import type { CodeFunction } from './functions';
import type { Place } from './tokens';

export const COMPARISONS = { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '==': 'eq', '!=': 'ne' } as const;
export const ARITHMETIC = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div', '**': 'pow' } as const;
export type Comparison = keyof typeof COMPARISONS;
export type Operator = keyof typeof ARITHMETIC;

export const isComparison = (sign: string): sign is Comparison => Object.hasOwn(COMPARISONS, sign);

/** The numbers that stand behind a function's operands, and whether `keep` does. */
export interface Literals {
  readonly numbers: readonly number[];
  readonly keep: boolean;
}

export type Expression = { readonly at: Place } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negate'; readonly operand: Expression }
  /** `at` is the sign's place. */
  | { readonly kind: 'binary'; readonly sign: Operator | Comparison; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly called: CodeFunction;
      readonly operands: readonly Expression[];
      readonly literals: Literals;
    }
);

/** A name given to an expression. */
export interface Binding {
  readonly name: string;
  readonly value: Expression;
}

export interface Code {
  /** In order; each may use the inputs and the ones before. */
  readonly bindings: readonly Binding[];
  /** One for forward; for backward one per input, in the inputs' order. */
  readonly results: readonly Expression[];
}
