/** Entries moved about, and those made of nothing. */
import { movesOf, type MovingOperation } from '../moves';
import { offsetsOf, type Setting, type Task } from './task';

/** reshape, permute, broadcast, slice, reverse, concat, pad. */
export function move({ operation, out, inputs, shapes }: Setting): Task {
  const moving = operation as MovingOperation;
  const fill = moving.primitive === 'pad' ? moving.attributes.value : null;
  const copies = movesOf(moving, shapes).map((box) => ({
    source: inputs[box.operand]!,
    from: offsetsOf(box.shape, box.fromSteps, box.from),
    to: offsetsOf(box.shape, box.toSteps, box.to)
  }));
  return {
    units: 1,
    cost: out.length * 2,
    run() {
      if (fill !== null) out.fill(fill);
      for (const { source, from, to } of copies) for (let i = 0; i < to.length; i++) out[to[i]!] = source[from[i]!]!;
    }
  };
}

export function constant({ operation, out }: Setting<'constant'>): Task {
  const { value } = operation.attributes;
  return { units: 1, cost: out.length, run: () => void out.fill(value) };
}

export function iota({ operation, out }: Setting<'iota'>): Task {
  const { shape } = operation.type;
  const { axis } = operation.attributes;
  const places = offsetsOf(
    shape,
    shape.map((_, other) => (other === axis ? 1 : 0))
  );
  return { units: 1, cost: out.length, run: () => out.set(places) };
}
