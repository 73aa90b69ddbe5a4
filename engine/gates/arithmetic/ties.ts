/** What max and min share: who receives the gradient where both operands are equal. */
import type { Builder } from '../../ir/builder';
import type { Direction, ValueId } from '../../ir/graph';
import type { Gate, NumpyEmit, ResolvedParams } from '../gate';

const SHARES: Readonly<Record<string, number>> = { half: 0.5, a: 1, b: 0 };

export const TIE_PARAMS: Gate['params'] = {
  tie: {
    type: 'choice',
    choices: Object.keys(SHARES),
    default: 'half',
    doc: 'Who receives the gradient where a = b: half each (as torch.maximum does), all of it a, or all of it b.'
  }
};

/** Cotangents of (a, b) where the one that `direction` favours takes g, and a tie is shared as the parameter says. */
export function shareTie(
  b: Builder,
  g: ValueId,
  left: ValueId,
  right: ValueId,
  direction: Direction,
  { tie }: ResolvedParams
): readonly ValueId[] {
  const zero = b.constant(0);
  const equal = b.compare('eq', left, right);
  const part = (x: ValueId, other: ValueId, share: number) =>
    b.select(b.compare(direction, x, other), g, b.select(equal, b.mul(g, b.constant(share)), zero));
  const share = SHARES[tie]!;
  return [part(left, right, share), part(right, left, 1 - share)];
}

/** The lecture's line for `sign` of `<` or `>`. */
export function tieText(forward: string, sign: string): (params: ResolvedParams) => NumpyEmit {
  return ({ tie }) => {
    const share = SHARES[tie]!;
    const line = (x: string, other: string, part: number) => {
      if (part === 1) return `np.where({${x}} ${sign}= {${other}}, {grad}, 0.0)`;
      if (part === 0) return `np.where({${x}} ${sign} {${other}}, {grad}, 0.0)`;
      return `np.where({${x}} ${sign} {${other}}, {grad}, np.where({${x}} == {${other}}, ${part} * {grad}, 0.0))`;
    };
    return { forward, backward: { a: line('a', 'b', share), b: line('b', 'a', 1 - share) } };
  };
}

/** The same in PyTorch: its own function shares evenly, so that a tie is decided before it is asked. */
export function torchTie(forward: string, sign: string): (params: ResolvedParams) => string {
  return ({ tie }) => {
    if (tie === 'half') return forward;
    const [winner, other] = tie === 'a' ? ['{a}', '{b}'] : ['{b}', '{a}'];
    return `torch.where(${winner} ${sign} ${other}, ${winner}, ${forward})`;
  };
}
