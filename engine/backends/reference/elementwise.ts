/** One entry of the result from the entries at the same place of the operands. */
import type { Binary, Direction, Unary } from '../../ir/graph';
import { erf } from './erf';
import type { Setting, Task } from './task';

/** PyTorch's sign: NaN gives 0, as neither above nor below. */
const sign = (x: number): number => Number(x > 0) - Number(x < 0);

/** C's pow, where 1 to any power and −1 to an infinite one are 1; JavaScript gives NaN. */
const pow = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y);

export const UNARY_RULES = {
  identity: (x) => x,
  neg: (x) => -x,
  abs: Math.abs,
  sign,
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  expm1: Math.expm1,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  sqrt: Math.sqrt
} satisfies Record<Unary, (x: number) => number>;

export const BINARY_RULES = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  max: Math.max,
  min: Math.min
} satisfies Record<Binary, (a: number, b: number) => number>;

const COMPARISONS: Record<Direction, (a: number, b: number) => boolean> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b
};

/** y = f(x). */
export function unary(rule: (x: number) => number) {
  return ({ out, inputs }: Setting): Task => {
    const x = inputs[0]!;
    return {
      units: out.length,
      cost: 4,
      run(from, to) {
        for (let i = from; i < to; i++) out[i] = rule(x[i]!);
      }
    };
  };
}

/** y = f(a, b). */
export function binary(rule: (a: number, b: number) => number) {
  return ({ out, inputs }: Setting): Task => {
    const a = inputs[0]!;
    const b = inputs[1]!;
    return {
      units: out.length,
      cost: 4,
      run(from, to) {
        for (let i = from; i < to; i++) out[i] = rule(a[i]!, b[i]!);
      }
    };
  };
}

export function compare(setting: Setting<'compare'>): Task {
  const holds = COMPARISONS[setting.operation.attributes.direction];
  return binary((a, b) => (holds(a, b) ? 1 : 0))(setting);
}

export function select({ out, inputs }: Setting<'select'>): Task {
  const condition = inputs[0]!;
  const a = inputs[1]!;
  const b = inputs[2]!;
  return {
    units: out.length,
    cost: 4,
    run(from, to) {
      for (let i = from; i < to; i++) out[i] = condition[i] !== 0 ? a[i]! : b[i]!;
    }
  };
}

/** float → int32 truncates and stays within int32's range; NaN gives 0. */
export function convert(setting: Setting<'convert'>): Task {
  const toInt = setting.operation.attributes.dtype === 'int32';
  return unary(toInt ? (x) => Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), Math.trunc(x))) : (x) => x)(setting);
}
