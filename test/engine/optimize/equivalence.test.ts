import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Builder, buildRegion } from '../../../engine/ir/builder';
import { printGraph } from '../../../engine/ir/print';
import { verify } from '../../../engine/ir/verify';
import { reachable, simplify } from '../../../engine/optimize/simplify';
import { planGraph } from '../../../engine/plan/planGraph';
import { compile } from '../gates/compiled';
import { runPlan } from '../plan/run';
import { FEEDS, randomGraphs } from './randomGraph';

const float = (...shape: number[]) => ({ dtype: 'float', shape }) as const;

/** Equal up to the sign of a zero, which simplifying may change. */
const unsigned = (entries: readonly number[][]) => entries.map((values) => values.map((value) => value + 0));

describe('a simplified graph', () => {
  it('gives what the graph as it was gives, to the bit', () => {
    fc.assert(
      fc.property(randomGraphs({ regions: false }), ({ builder, outputs }) => {
        const plain = runPlan(planGraph(builder, outputs), FEEDS, outputs);
        const { graph, values } = simplify(builder, outputs);
        const wanted = outputs.map((id) => values.get(id)!);
        expect(unsigned(runPlan(planGraph(graph, wanted), FEEDS, wanted))).toEqual(unsigned(plain));
      }),
      { numRuns: 200 }
    );
  });
  it('keeps the rules, the types of its outputs, and grows no larger; it is simple for good', () => {
    fc.assert(
      fc.property(randomGraphs(), ({ builder, outputs }) => {
        verify(builder);
        const { graph, values } = simplify(builder, outputs);
        verify(graph);
        const wanted = outputs.map((id) => values.get(id)!);
        wanted.forEach((id, at) => expect(graph.type(id)).toEqual(builder.type(outputs[at]!)));
        expect(graph.operations.some(({ primitive }) => primitive === 'custom' || primitive === 'identity')).toBe(false);
        const again = simplify(graph, wanted);
        expect(again.graph.operations.length).toBeLessThanOrEqual(reachable(graph, wanted).length);
      }),
      { numRuns: 200 }
    );
  });
  it('holds no two operations that are the same', () => {
    fc.assert(
      fc.property(randomGraphs(), ({ builder, outputs }) => {
        const lines = printGraph(simplify(builder, outputs).graph)
          .split('\n')
          .map((line) => line.replace(/^%\d+ = /, ''));
        expect(new Set(lines).size).toBe(lines.length);
      })
    );
  });
});

describe('a region', () => {
  it('is inlined, with what is equal inside and outside computed once', () => {
    const b = new Builder();
    const x = b.input('x', float(3));
    const region = buildRegion(
      'logistic',
      [float(3)],
      (inner, [y]) => inner.div(inner.constant(1), inner.add(inner.constant(1), inner.exp(inner.neg(y!)))),
      {
        vjp: () => [],
        jvp: () => undefined
      }
    );
    const outputs = [b.exp(b.neg(x)), b.custom(region, [x]), b.custom(region, [x])];
    const { graph, values } = simplify(b, outputs);
    expect(values.get(outputs[1]!)).toBe(values.get(outputs[2]!));
    expect(graph.operations.filter(({ primitive }) => primitive === 'exp')).toHaveLength(1);
    const [, y] = compile(b, outputs)({ x: [-1, 0, 1] });
    // Two roundings at most lie between the two ways of writing it.
    [-1, 0, 1].forEach((value, at) => expect(y![at]).toBeCloseTo(1 / (1 + Math.exp(-value)), 15));
  });
  it('within a region is inlined too, each with its own operands', () => {
    const b = new Builder();
    const rules = { vjp: () => [], jvp: () => undefined };
    const inner = buildRegion('minus', [float(), float()], (r, [p, q]) => r.sub(p!, q!), rules);
    const outer = buildRegion('swap', [float(), float()], (r, [p, q]) => r.custom(inner, [q!, p!]), rules);
    expect([...compile(b, [b.custom(outer, [b.input('x', float()), b.input('y', float())])])({ x: [5], y: [2] })[0]!]).toEqual([-3]);
  });
});

it('a transposed operand is absorbed by the product', () => {
  const b = new Builder();
  const product = b.dot(b.permute(b.input('x', float(2, 3)), [1, 0]), b.input('y', float(2, 4)));
  const { graph, values } = simplify(b, [product]);
  const id = values.get(product)!;
  expect(graph.operation(id)).toMatchObject({ primitive: 'dot', attributes: { transposeA: true, transposeB: false } });
  expect(reachable(graph, [id]).map((value) => graph.operation(value).primitive)).toEqual(['input', 'input', 'dot']);
});
it('other permutations stay', () => {
  const b = new Builder();
  const x = b.input('x', float(2, 3, 3));
  const moved = b.permute(x, [1, 0, 2]);
  const { graph } = simplify(b, [b.dot(moved, moved, { transposeB: true })]);
  expect(graph.operations.filter(({ primitive }) => primitive === 'permute')).toHaveLength(1);
});
