/** What concat and stack share: ports x0, x1, …, of one dtype when they come together. */
import type { Dtype, Type } from '../../base/dtypes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import type { InputPort, Operands, ParamSpec, ResolvedParams } from '../gate';

export const PART_COUNT = { type: 'integer', default: 2, min: 1, max: 64, doc: 'How many inputs.' } as const satisfies ParamSpec;

export function partPorts({ n }: ResolvedParams): readonly InputPort[] {
  return Array.from({ length: n }, (_, at) => ({ name: `x${at}`, dtype: 'any' }));
}

/** The operands in the ports' order. */
export function partsOf<T>(operands: Operands<T>, { n }: ResolvedParams): readonly T[] {
  return Array.from({ length: n }, (_, at) => operands[`x${at}`]!);
}

/** The operands as a tuple in Python. */
export function partsText({ n }: ResolvedParams): string {
  const ports = Array.from({ length: n }, (_, at) => `{x${at}}`);
  return `(${ports.join(', ')}${n === 1 ? ',' : ''})`;
}

/** int32 where all parts are; one float makes all of them float. */
export function joinedDtype(parts: readonly Type[]): Dtype {
  return parts.every(({ dtype }) => dtype === 'int32') ? 'int32' : 'float';
}

/** The parts converted to `joinedDtype`. */
export function alikeParts(b: Builder, operands: Operands<ValueId>, params: ResolvedParams): readonly ValueId[] {
  const parts = partsOf(operands, params);
  const dtype = joinedDtype(parts.map((part) => b.type(part)));
  return parts.map((part) => b.convert(part, dtype));
}

/** Entries from … to − 1 along one axis. */
export function sliceAxis(b: Builder, x: ValueId, axis: number, from: number, to: number, step = 1): ValueId {
  const shape = b.shape(x);
  const along = (value: number, others: readonly number[]) => others.map((other, at) => (at === axis ? value : other));
  return b.slice(
    x,
    along(
      from,
      shape.map(() => 0)
    ),
    along(to, shape),
    along(
      step,
      shape.map(() => 1)
    )
  );
}
