import { describe, expect, it } from 'vitest';
import { Builder } from '../../../engine/ir/builder';
import type { ValueId, Window } from '../../../engine/ir/graph';
import { fuse } from '../../../engine/optimize/fuse';

const float = (...shape: number[]) => ({ dtype: 'float', shape }) as const;
const windows: readonly Window[] = [
  { size: 3, stride: 1, dilation: 1, low: 1, count: 8 },
  { size: 3, stride: 1, dilation: 1, low: 1, count: 8 }
];

/** By the primitive that a step ends with, the primitives of all that it computes. */
function steps(b: Builder, outputs: readonly ValueId[]) {
  const name = (id: ValueId) => b.operations[id]!.primitive;
  return [...fuse(b, outputs)].map(([root, members]) => [name(root), members.map(name)] as const);
}

describe('steps that compute several operations', () => {
  it('are chains of elementwise operations that nobody else reads, with the broadcasts in them', () => {
    const b = new Builder();
    const [x, bias] = [b.input('x', float(4, 3)), b.input('bias', float(3))];
    const y = b.tanh(b.add(x, bias));
    expect(steps(b, [y])).toEqual([['tanh', ['broadcast', 'add', 'tanh']]]);
  });

  it('end at what is asked for, and at what two steps read', () => {
    const b = new Builder();
    const x = b.input('x', float(4));
    const y = b.exp(x);
    const sum = b.reduce('sum', y, [0]);
    const z = b.neg(b.mul(y, b.sin(x)));
    expect(steps(b, [z, sum])).toEqual([['neg', ['sin', 'mul', 'neg']]]);
    expect(steps(b, [y, b.sqrt(y)])).toEqual([]);
  });

  it('have no more on the way than there are buffers for', () => {
    const b = new Builder();
    let x = b.input('x', float(4));
    for (let times = 0; times < 100; times++) x = b.neg(x);
    const groups = [...fuse(b, [x]).values()];
    expect(Math.max(...groups.map(({ length }) => length))).toBeLessThanOrEqual(17);
    expect(groups.flat()).toHaveLength(100);
  });

  it('are convolutions: patches and the kernel for every image are read as the product needs them', () => {
    const b = new Builder();
    const [x, w] = [b.input('x', float(5, 2, 8, 8)), b.input('w', float(4, 18))];
    const patches = b.reshape(b.patches(x, windows, 2), [5, 18, 64]);
    const y = b.dot(b.broadcast(w, [5, 4, 18]), patches);
    expect(steps(b, [y])).toEqual([['dot', ['patches', 'reshape', 'broadcast', 'dot']]]);
    // The gradient of the kernel, summed over images, and of the image, folded.
    const g = b.input('g', float(5, 4, 64));
    expect(steps(b, [b.reduce('sum', b.dot(g, patches, { transposeB: true }), [0])])).toEqual([
      ['reduce_sum', ['patches', 'reshape', 'dot', 'reduce_sum']]
    ]);
    const back = b.dot(b.broadcast(w, [5, 4, 18]), g, { transposeA: true });
    expect(steps(b, [b.foldPatches(b.reshape(back, [5, 2, 3, 3, 8, 8]), windows, 2, [8, 8])])).toEqual([
      ['fold_patches', ['broadcast', 'dot', 'reshape', 'fold_patches']]
    ]);
  });

  it('write out patches that something else reads too', () => {
    const b = new Builder();
    const [x, w] = [b.input('x', float(5, 2, 8, 8)), b.input('w', float(5, 4, 18))];
    const patches = b.reshape(b.patches(x, windows, 2), [5, 18, 64]);
    expect(steps(b, [b.dot(w, patches), b.reduce('max', patches, [1])])).toEqual([]);
  });
});
