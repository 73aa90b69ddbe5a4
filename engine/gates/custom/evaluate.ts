/** Trees as operations of the IR, each checked for shapes before it is emitted. */
import { broadcastShapes, formatShape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { ShapeError } from '../gate';
import { ARITHMETIC, COMPARISONS, isComparison, type Code, type Comparison, type Expression, type Operator } from './syntax';
import type { Place } from './tokens';

/** Which text of the gate is meant, for messages. */
export type Part = 'forward' | 'backward';

/** Appends the results of `code`, whose names mean what `scope` says. Throws ShapeError with the place in the text. */
export function evaluate(code: Code, b: Builder, scope: ReadonlyMap<string, ValueId>, part: Part): readonly ValueId[] {
  const known = new Map(scope);
  // Numbers among themselves are computed here: Python's own would raise in generated code where tensors give ∞.
  const numberOf = (id: ValueId): number | undefined => {
    const operation = b.operation(id);
    return operation.primitive === 'constant' ? operation.attributes.value : undefined;
  };
  const value = (expression: Expression): ValueId => {
    const { at } = expression;
    switch (expression.kind) {
      case 'number':
        return b.constant(expression.value);
      case 'name':
        return known.get(expression.name)!;
      case 'negate': {
        const operand = value(expression.operand);
        const number = numberOf(operand);
        return number === undefined ? b.neg(operand) : b.constant(-number);
      }
      case 'binary': {
        const { sign } = expression;
        const left = value(expression.left);
        const right = value(expression.right);
        const numbers = [numberOf(left), numberOf(right)] as const;
        if (numbers[0] !== undefined && numbers[1] !== undefined) return b.constant(compute(sign, numbers[0], numbers[1]));
        if (!broadcastShapes(b.shape(left), b.shape(right))) {
          const pair = `left of ${sign} is ${formatShape(b.shape(left))} and right ${formatShape(b.shape(right))}`;
          throw placed(
            part,
            at,
            `${pair}; sizes aligned at the last axis must agree or be 1`,
            'reshape one of them, or add axes of size 1'
          );
        }
        return isComparison(sign) ? b.compare(COMPARISONS[sign], left, right) : b.binary(ARITHMETIC[sign], left, right);
      }
      case 'call': {
        const { called, name, literals } = expression;
        const operands = expression.operands.map(value);
        try {
          return called.build(b, operands, literals);
        } catch (error) {
          if (!(error instanceof ShapeError)) throw error;
          throw placed(part, at, `${name}: ${error.message}`, error.hint ?? `the form is ${called.signature}`);
        }
      }
      default:
        throw expression satisfies never;
    }
  };
  for (const binding of code.bindings) known.set(binding.name, value(binding.value));
  return code.results.map(value);
}

/** A ShapeError that says where in the text it arose. */
export function placed(param: Part, at: Place, message: string, hint: string): ShapeError {
  return new ShapeError(placeText(param, at) + message, undefined, hint, { param, ...at });
}

/** `forward, line 2, column 5: `, the beginning of a message. */
export function placeText(param: string, { line, column }: Place): string {
  return `${param}, line ${line}, column ${column}: `;
}

function compute(sign: Operator | Comparison, a: number, b: number): number {
  switch (sign) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '**':
      return a ** b;
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    default:
      throw sign satisfies never;
  }
}
