/** Random documents of up to 200 gates: both backends agree, and the gradients with central differences. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../../engine/base/tensors';
import { emptyDocument } from '../../../engine/document/edits';
import type { Document, NodeRecord, WireRecord } from '../../../engine/document/types';
import { Backends } from '../../../engine/session/backends';
import { check } from '../../../engine/session/check';
import { execute } from '../../../engine/session/execute';
import { wasmWorkers } from '../backends/artifacts';

/** Shapes that all broadcast with each other. */
const SHAPES = [[], [3], [2, 1], [2, 3]] as const;
const SQUASHES = ['tanh', 'sigmoid', 'sin', 'cos'];
/** Each of two operands that are at most 1 in size, so that nothing grows. */
const JOINS = ['add', 'sub', 'mul'];

interface Step {
  readonly gate: string;
  readonly operands: readonly number[];
}
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ gate: fc.constantFrom(...SQUASHES, ...JOINS), operands: fc.tuple(fc.nat(), fc.nat()) }),
  { minLength: 1, maxLength: 200 }
);

const leaves = fc.array(
  fc.record({
    shape: fc.constantFrom(...SHAPES),
    numbers: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
  }),
  { minLength: 1, maxLength: 5 }
);

/** Every join is followed by a squash; the objective sums every value that feeds nothing. */
function documentOf(sources: readonly { shape: readonly number[]; numbers: readonly number[] }[], gates: readonly Step[]): Document {
  const nodes: NodeRecord[] = sources.map(({ shape, numbers }, index) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { id: `x${index}`, gate: 'variable', params: { value: { shape: [...shape], data: numbers.slice(0, size) } } };
  });
  const wires: WireRecord[] = [];
  for (const { gate, operands } of gates) {
    const pick = (number: number) => nodes[nodes.length - 1 - (number % Math.min(nodes.length, 12))]!.id;
    const id = `g${nodes.length}`;
    const from = operands.map(pick);
    if (SQUASHES.includes(gate)) {
      nodes.push({ id, gate });
      wires.push({ from: from[0]!, to: `${id}.x` });
    } else {
      nodes.push({ id: `${id}_join`, gate }, { id, gate: 'tanh' });
      wires.push({ from: from[0]!, to: `${id}_join.a` }, { from: from[1]!, to: `${id}_join.b` }, { from: `${id}_join`, to: `${id}.x` });
    }
  }
  const used = new Set(wires.map(({ from }) => from));
  return { ...emptyDocument('random'), nodes, wires, objective: nodes.filter(({ id }) => !used.has(id)).map(({ id }) => ({ from: id })) };
}

const documents = fc.tuple(leaves, steps).map(([sources, gates]) => documentOf(sources, gates));

/**
 * float32 keeps 7 digits and loses about one in a hundred operations; an error is weighed against the largest entry of its
 * kind, since gradients through many paths cancel.
 */
const TOLERANCE = 2e-4;

function expectAgreement(found: ReadonlyMap<string, Tensor>, wanted: ReadonlyMap<string, Tensor>): void {
  expect([...found.keys()]).toEqual([...wanted.keys()]);
  let largest = 1;
  for (const { data } of wanted.values()) for (const value of data) largest = Math.max(largest, Math.abs(value));
  for (const [name, { data }] of wanted) {
    data.forEach((value, index) =>
      expect(Math.abs(found.get(name)!.data[index]! - value), `${name}[${index}]`).toBeLessThanOrEqual(TOLERANCE * largest)
    );
  }
}

describe('a random document of up to 200 gates', async () => {
  const backends = new Backends({ workers: await wasmWorkers(), threads: 2 });
  afterAll(() => backends.dispose());

  it('gives the same values and gradients on both backends', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const exact = await execute(document, { backends, backend: 'reference', backward: true });
        const fast = await execute(document, { backends, backend: 'wasm', backward: true });
        expectAgreement(fast.values, exact.values);
        expectAgreement(fast.gradients, exact.gradients);
      }),
      { numRuns: 40 }
    );
  });

  it('has the gradients that central differences have', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        for (const entry of await check(document)) expect(entry, entry.id).toMatchObject({ ok: true });
      }),
      { numRuns: 15 }
    );
  });
});
