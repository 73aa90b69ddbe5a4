/** The lecture's examples, from the document to values and gradients; second derivatives too. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appendJvp } from '../../../engine/autodiff/jvp';
import { appendVjp } from '../../../engine/autodiff/vjp';
import { readTensor, type Tensor } from '../../../engine/base/tensors';
import { parseDocument } from '../../../engine/document/parse';
import type { ValueId } from '../../../engine/ir/graph';
import { lower, type Lowered } from '../../../engine/lower/lower';
import { compile, type Feeds } from '../gates/compiled';

type Named = Record<string, unknown>;
interface Example {
  readonly document: { readonly name: string };
  readonly values: Named;
  readonly gradients: Named;
  readonly jacobian?: { readonly of: string; readonly wrt: string; readonly value: unknown };
  readonly hvp?: { readonly vector: Named; readonly product: Named };
  readonly jvp?: { readonly tangent: Named; readonly value: unknown };
  readonly gradient_penalty?: { readonly value: unknown; readonly gradients: Named };
}

const { examples } = JSON.parse(readFileSync(new URL('../../golden/lecture.json', import.meta.url), 'utf8')) as {
  examples: readonly Example[];
};

const tensor = (json: unknown): Tensor => {
  const read = readTensor(json);
  if (typeof read === 'string') throw new Error(read);
  return read;
};

/** The reference and we sum in other orders: a few hundred roundings of float64. */
function expectTensor(found: ArrayLike<number> | undefined, json: unknown, what: string): void {
  const { data } = tensor(json);
  expect(found?.length, what).toBe(data.length);
  data.forEach((expected, index) => {
    if (!(Math.abs(found![index]! - expected) <= 1e-12 + 1e-11 * Math.abs(expected)))
      expect.fail(`${what}[${index}] is ${found![index]}, expected ${expected}`);
  });
}

function open({ document: json }: Example) {
  const { document, diagnostics } = parseDocument(JSON.stringify(json));
  expect(diagnostics).toEqual([]);
  const lowered = lower(document!);
  expect(lowered.diagnostics).toEqual([]);
  const feeds: Record<string, ArrayLike<number>> = {};
  for (const { id, params } of lowered.leaves) feeds[id] = params['value'].data;
  return { lowered, feeds };
}

/** Cotangents of the objective's terms. */
function seedObjective({ graph, objective }: Lowered, feeds: Record<string, ArrayLike<number>>): Map<ValueId, ValueId> {
  return new Map(
    objective.map(({ from, value, upstream }) => {
      if (!upstream) return [value, graph.full(1, graph.shape(value))];
      feeds[`upstream ${from}`] = upstream.data;
      return [value, graph.input(`upstream ${from}`, graph.type(value))];
    })
  );
}

/** Graph inputs for `vectors`, one beside each leaf that they name. */
function seedLeaves({ graph, values }: Lowered, vectors: Named, feeds: Record<string, ArrayLike<number>>): Map<ValueId, ValueId> {
  return new Map(
    Object.entries(vectors).map(([id, json]) => {
      feeds[`vector ${id}`] = tensor(json).data;
      return [values.get(id)!, graph.input(`vector ${id}`, graph.type(values.get(id)!))];
    })
  );
}

function expectNamed(lowered: Lowered, feeds: Feeds, ids: readonly (ValueId | undefined)[], expected: Named, what: string): void {
  const found = compile(lowered.graph, ids)(feeds);
  Object.keys(expected).forEach((name, at) => expectTensor(found[at], expected[name], `${what} of ${name}`));
}

describe.each(examples.map((example) => ({ name: example.document.name, example })))('the lecture’s $name', ({ example }) => {
  it('has the lecture’s values and gradients', () => {
    const { lowered, feeds } = open(example);
    const gradients = appendVjp(lowered.graph, seedObjective(lowered, feeds));
    expectNamed(
      lowered,
      feeds,
      Object.keys(example.values).map((name) => lowered.values.get(name)),
      example.values,
      'value'
    );
    expectNamed(
      lowered,
      feeds,
      Object.keys(example.gradients).map((name) => gradients.get(lowered.values.get(name)!)),
      example.gradients,
      'gradient'
    );
  });
  if (example.jacobian)
    it('has its Jacobian, a row by row of cotangents', () => {
      const { lowered, feeds } = open(example);
      const { of, wrt, value } = example.jacobian!;
      const y = lowered.values.get(of)!;
      const row = appendVjp(lowered.graph, new Map([[y, lowered.graph.input('row', lowered.graph.type(y))]])).get(lowered.values.get(wrt)!);
      const evaluate = compile(lowered.graph, [row]);
      const size = tensor(value).shape[0]!;
      const rows = Array.from({ length: size }, (_, at) => [
        ...evaluate({ ...feeds, row: Array.from({ length: size }, (__, other) => Number(at === other)) })[0]!
      ]);
      expectTensor(rows.flat(), value, 'Jacobian');
    });
  if (example.jvp)
    it('has its directional derivative', () => {
      const { lowered, feeds } = open(example);
      const y = lowered.objective[0]!.value;
      const tangent = appendJvp(lowered.graph, seedLeaves(lowered, example.jvp!.tangent, feeds), y).get(y);
      expectTensor(compile(lowered.graph, [tangent])(feeds)[0], example.jvp!.value, 'tangent');
    });
  if (example.hvp)
    it('has its Hessian-vector product, forward over reverse', () => {
      const { lowered, feeds } = open(example);
      const { vector, product } = example.hvp!;
      const gradients = appendVjp(lowered.graph, seedObjective(lowered, feeds));
      const tangents = appendJvp(lowered.graph, seedLeaves(lowered, vector, feeds), lowered.graph.operations.length - 1);
      expectNamed(
        lowered,
        feeds,
        Object.keys(product).map((name) => tangents.get(gradients.get(lowered.values.get(name)!)!)),
        product,
        'product'
      );
    });
  if (example.gradient_penalty)
    it('has the gradient of its gradient’s square, reverse over reverse', () => {
      const { lowered, feeds } = open(example);
      const { graph, values } = lowered;
      const gradients = appendVjp(graph, seedObjective(lowered, feeds));
      const { value, gradients: expected } = example.gradient_penalty!;
      const penalty = Object.keys(expected)
        .map((name) => gradients.get(values.get(name)!)!)
        .map((g) => graph.reduce('sum', graph.mul(g, g), [0, 1]))
        .reduce((sum, term) => graph.add(sum, term));
      const second = appendVjp(graph, new Map([[penalty, graph.constant(1)]]));
      expectTensor(compile(graph, [penalty])(feeds)[0], value, 'penalty');
      expectNamed(
        lowered,
        feeds,
        Object.keys(expected).map((name) => second.get(values.get(name)!)),
        expected,
        'gradient of the penalty'
      );
    });
});
