/** Entries moved about, and those made of nothing. */
import { philox } from '../../base/random';
import { movesOf, patchMoves, type MovingOperation } from '../moves';
import { offsetsOf, type Setting, type Task } from './task';

/** reshape, permute, broadcast, slice, reverse, concat, pad, patches. */
export function move({ operation, out, inputs, shapes }: Setting): Task {
  const moving = operation as MovingOperation;
  const fill = moving.primitive === 'pad' || moving.primitive === 'patches' ? moving.attributes.value : null;
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

export function foldPatches({ operation, out, inputs }: Setting<'fold_patches'>): Task {
  const { shape } = operation.type;
  const lead = shape.length - operation.attributes.windows.length;
  const x = inputs[0]!;
  const sums = patchMoves(shape.slice(lead), shape.slice(0, lead), operation.attributes).map((box) => ({
    from: offsetsOf(box.shape, box.toSteps, box.to),
    to: offsetsOf(box.shape, box.fromSteps, box.from)
  }));
  return {
    units: 1,
    cost: x.length * 2,
    run() {
      out.fill(0);
      for (const { from, to } of sums) for (let i = 0; i < to.length; i++) out[to[i]!]! += x[from[i]!]!;
    }
  };
}

/** Four entries a block of Philox; of a word's 32 bits the 24 that float32 holds below 1. A unit is a block. */
export function random({ operation, out, inputs }: Setting<'random'>): Task {
  const [low, high] = operation.attributes.stream;
  const seed = inputs[0]!;
  const words = new Uint32Array(4);
  return {
    units: Math.ceil(out.length / 4),
    cost: 200,
    run(from, to) {
      for (let block = from; block < to; block++) {
        philox(block, high, low, seed[1]!, seed[0]!, 0, words);
        for (let i = 4 * block; i < Math.min(out.length, 4 * block + 4); i++) out[i] = (words[i % 4]! >>> 8) / 2 ** 24;
      }
    }
  };
}
