import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { VJP } from '../../../engine/autodiff/rules';
import { sizeOf } from '../../../engine/base/shapes';
import type { Gate } from '../../../engine/gates/gate';
import { registry } from '../../../engine/gates/registry';
import { verify } from '../../../engine/ir/verify';
import { simplify } from '../../../engine/optimize/simplify';
import { compile, Compiled } from './compiled';

/** Central differences at h are good to f‴h²/6 and to the rounding of f over h; 1e-6 leaves the first room for f‴ ~ 1e4. */
const STEP = 1e-5;
const TOLERANCE = 1e-6;
const EPSILON = 2 ** -52;

/** Sources compute nothing; gates of differentiation are about the graph around them and have tests of their own. */
const gates = [...registry.values()].filter(({ kind, family }) => kind !== 'source' && family !== 'differentiation');
const cases = gates.flatMap((gate) => gate.samples.map((sample, at) => ({ name: `${gate.name} #${at}`, gate, sample })));
const smooth = cases.filter(({ sample }) => !sample.kink);

const largest = (lists: readonly (Float64Array | undefined)[]) => Math.max(0, ...lists.flatMap((list) => [...(list ?? [])]).map(Math.abs));
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, at) => sum + value * b[at]!, 0);

/** Fails unless `analytic` is `numeric` up to the error of a difference over ±`step` of numbers as large as `scale`. */
function expectClose(analytic: number, numeric: number, step: number, scale: number, place: string): void {
  const allowed = TOLERANCE * Math.max(1, Math.abs(analytic), Math.abs(numeric)) + (16 * EPSILON * scale) / step;
  if (!(Math.abs(analytic - numeric) <= allowed))
    expect.fail(`${place}: the derivative is ${analytic}, the difference quotient ${numeric}`);
}

function checkVjp(compiled: Compiled): void {
  const forward = compile(compiled.builder, compiled.outputs);
  const gradients = compile(compiled.builder, compiled.cotangents)(compiled.feeds());
  const feeds = compiled.feeds();
  compiled.floats.forEach((port, at) => {
    const { data } = compiled.tensors[port]!;
    data.forEach((x, index) => {
      const h = STEP * Math.max(1, Math.abs(x));
      const above = forward(compiled.moved(h, { port, index }));
      const below = forward(compiled.moved(-h, { port, index }));
      let numeric = 0;
      compiled.outputs.forEach((_, output) => {
        const u = feeds[`u${output}`];
        if (u)
          numeric += dot(
            u,
            above[output]!.map((value, k) => (value - below[output]![k]!) / (2 * h))
          );
      });
      expectClose(gradients[at]?.[index] ?? 0, numeric, h, largest(above), `${port}[${index}] = ${x}`);
    });
  });
}

describe('the registry', () => {
  it('has samples of every gate that computes from its operands alone', () => {
    // A gate that differentiates looks at the graph before it, which a sample does not have.
    const without = gates.filter(({ samples, family }) => samples.length === 0 && family !== 'differentiation');
    expect(without.map(({ name }) => name)).toEqual([]);
  });
  it('files every gate under its name', () => {
    const paths = Object.entries(import.meta.glob<Gate>('../../../engine/gates/**/*.gate.ts', { eager: true, import: 'default' }));
    expect(paths.filter(([path, { name, family }]) => !path.endsWith(`/${family}/${name}.gate.ts`))).toEqual([]);
  });
});

describe.each(cases)('$name', ({ gate, sample }) => {
  const build = () => new Compiled(gate, sample.inputs, sample.params);

  it('has the types that its shape rule says', () => {
    const { builder, outputs, types, params } = build();
    expect(outputs.map((id) => builder.type(id))).toEqual(types.map(({ dtype, shape }) => ({ dtype, shape })));
    expect(gate.outputs(params)).toHaveLength(outputs.length);
  });
  it('gives finite numbers', () => {
    const compiled = build();
    for (const values of compile(compiled.builder, compiled.outputs)(compiled.feeds())) expect(values!.every(Number.isFinite)).toBe(true);
  });
  it('has derivatives made of primitives, of their operands’ shapes', () => {
    const { builder, floats, operands, cotangents, curvatures, outputs, tangents } = build();
    verify(builder);
    const { graph } = simplify(
      builder,
      [...cotangents, ...curvatures, ...tangents].filter((id) => id !== undefined)
    );
    verify(graph);
    const known = new Set(Object.keys(VJP));
    expect(graph.operations.filter(({ primitive }) => primitive === 'custom' || !known.has(primitive))).toEqual([]);
    floats.forEach((port, at) => {
      for (const id of [cotangents[at], curvatures[at]])
        if (id !== undefined) expect(builder.type(id)).toEqual(builder.type(operands[port]!));
    });
    outputs.forEach((output, at) => {
      if (tangents[at] !== undefined) expect(builder.type(tangents[at])).toEqual(builder.type(output));
    });
  });
  it('has tangents that are adjoint to its gradients', () => {
    const compiled = build();
    const { floats, outputs } = compiled;
    const feeds = compiled.feeds();
    const gradients = compile(compiled.builder, compiled.cotangents)(feeds);
    const tangents = compile(compiled.builder, compiled.tangents)(feeds);
    const left = outputs.map((_, at) => (tangents[at] ? dot(feeds[`u${at}`]!, tangents[at]) : 0));
    const right = floats.map((port, at) => (gradients[at] ? dot(gradients[at], feeds[`t.${port}`]!) : 0));
    const sum = (terms: readonly number[]) => terms.reduce((total, term) => total + term, 0);
    const size = largest(gradients) * largest(floats.map((port) => Float64Array.from(feeds[`t.${port}`]!)));
    if (!Number.isFinite(sum(right))) return;
    // Two ways to sum the same products: they differ by rounding alone.
    expect(Math.abs(sum(left) - sum(right))).toBeLessThanOrEqual(1e-12 * Math.max(1, size));
  });
});

describe.each(smooth)('$name', ({ gate, sample }) => {
  it('has the gradient that central differences find', () => {
    checkVjp(new Compiled(gate, sample.inputs, sample.params));
  });
  it('has the second derivative that central differences of the gradient find', () => {
    const compiled = new Compiled(gate, sample.inputs, sample.params);
    const gradients = compile(compiled.builder, compiled.cotangents);
    const curvatures = compile(compiled.builder, compiled.curvatures)(compiled.feeds());
    const above = gradients(compiled.moved(STEP));
    const below = gradients(compiled.moved(-STEP));
    compiled.floats.forEach((port, at) => {
      above[at]?.forEach((value, index) => {
        expectClose(curvatures[at]?.[index] ?? 0, (value - below[at]![index]!) / (2 * STEP), STEP, largest(above), `${port}[${index}]`);
      });
    });
  });
});

describe('broadcasting', () => {
  const many = gates.filter(
    ({ kind, inputs, params }) => kind === 'elementwise' && Object.keys(params).length === 0 && inputs({}).length > 1
  );
  const shapes = (count: number) =>
    fc
      .array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 })
      .chain((shape) =>
        fc.tuple(
          ...Array.from({ length: count }, () =>
            fc
              .tuple(
                fc.integer({ min: 0, max: shape.length }),
                fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length })
              )
              .map(([drop, ones]) => shape.map((length, axis) => (ones[axis] ? 1 : length)).slice(drop))
          )
        )
      );

  it.each(many)('gives every input of $name a gradient of its own shape', (gate) => {
    const ports = gate.inputs({}).map(({ name }) => name);
    fc.assert(
      fc.property(shapes(ports.length), fc.integer({ min: 1, max: 1e6 }), (sizes, seed) => {
        // Positive, and no two alike: inside every gate's domain and at no tie.
        const inputs = Object.fromEntries(
          ports.map((port, at) => {
            const data = Array.from({ length: sizeOf(sizes[at]!) }, (_, index) => 0.5 + ((0.618034 * (seed + 17 * at + index)) % 1));
            return [port, { shape: sizes[at]!, data }];
          })
        );
        const compiled = new Compiled(gate, inputs);
        compiled.cotangents.forEach((id, at) => {
          if (id !== undefined) expect(compiled.builder.shape(id)).toEqual(sizes[at]);
        });
        checkVjp(compiled);
      }),
      { numRuns: 25 }
    );
  });
});
