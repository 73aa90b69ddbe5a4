/** What the comparisons share: 1 where a relation holds, 0 elsewhere, and no gradient. */
import type { Direction } from '../../ir/graph';
import { defineGate, type Gate } from '../gate';

interface Relation {
  readonly name: Direction;
  /** In LaTeX, in Python and in words, between a and b. */
  readonly latex: string;
  readonly python: string;
  readonly words: string;
}

export function comparison({ name, latex, python, words }: Relation): Gate {
  return defineGate({
    kind: 'elementwise',
    name,
    family: 'arithmetic',
    ports: ['a', 'b'],
    expression: (b, { a, b: c }) => b.compare(name, a!, c!),
    latex: `[a ${latex} b]`,
    doc: `1 where a ${words} b, else 0. A yes or no has no slope: nothing flows back.`,
    emit: { numpy: { forward: `({a} ${python} {b}).astype(float)` }, torch: `torch.${name}({a}, {b}).to({a}.dtype)` },
    samples: [
      { inputs: { a: 2, b: 3 } },
      {
        inputs: {
          a: [
            [1.5, -2, 0.5],
            [3, -1, 2]
          ],
          b: [[0.25], [-4]]
        }
      },
      { inputs: { a: [100, -100, 1e4], b: [-1e4, 0.5, 2] } },
      { inputs: { a: [1, 0, -2], b: [1, 0, 3] }, kink: true },
      { inputs: { a: { shape: [0, 3], data: [] }, b: [1, 2, 3] } }
    ]
  });
}
