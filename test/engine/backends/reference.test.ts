import { describe, expect, it } from 'vitest';
import { Clock } from '../../../engine/base/clock';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { Builder } from '../../../engine/ir/builder';
import { compile, execute, float, int32, planOf } from './execute';
import { PRIMITIVE_CASES } from './primitiveCases';

const backend: Backend = referenceBackend();
const square = (length: number, value: number) => float([length, length], new Array<number>(length * length).fill(value));

describe('the reference backend', () => {
  it.each(PRIMITIVE_CASES.map((one) => [one.name, one] as const))('computes %s', async (_, one) => {
    const result = await execute(backend, one);
    expect(result).toHaveLength(one.expected.length);
    // The expected numbers are rounded to 16 or 17 digits; float64 functions err by an ulp or two.
    one.expected.forEach((value, index) => {
      if (Number.isFinite(value)) expect(Math.abs(result[index]! - value)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(value)));
      else expect(result[index]).toBe(value);
    });
  });

  it('computes erf to 1e-15 of Python’s', async () => {
    const points = {
      '1e-30': 1.1283791670955126e-30,
      '0.1': 0.1124629160182849,
      '0.84': 0.7651427114549946,
      '0.85': 0.7706680576083526,
      '1.2': 0.9103139782296354,
      '1.25': 0.9229001282564582,
      '2': 0.9953222650189527,
      '2.85': 0.9999443437200386,
      '2.9': 0.9999589021219005,
      '5.5': 0.9999999999999927
    };
    const x = Object.keys(points).map(Number);
    const y = await execute(backend, { operands: [float([x.length], x)], build: (b, [v]) => b.erf(v!) });
    Object.values(points).forEach((value, index) => expect(Math.abs(y[index]! / value - 1)).toBeLessThan(1e-15));
  });

  it('works on scalars and on empty tensors', async () => {
    expect([...(await execute(backend, { operands: [float([], [3])], build: (b, [x]) => b.mul(x!, x!) }))]).toEqual([9]);
    expect([...(await execute(backend, { operands: [float([0, 3], [])], build: (b, [x]) => b.permute(b.exp(x!), [1, 0]) }))]).toEqual([]);
    expect([...(await execute(backend, { operands: [float([], [3])], build: (b, [x]) => b.pad(x!, [], [], []) }))]).toEqual([3]);
  });

  it('leaves an alias in place', () => {
    const builder = new Builder();
    const x = builder.input('x', { dtype: 'float', shape: [4] });
    const y = builder.reshape(x, [2, 2]);
    const z = builder.neg(y);
    const plan = planOf(builder, [z]);
    plan.offsets[y] = plan.offsets[x]!;
    const executable = backend.compile(plan);
    executable.view(x).set([1, 2, 3, 4]);
    expect(executable.run(new Clock())).toBeUndefined();
    expect([...executable.view(z)]).toEqual([-1, -2, -3, -4]);
  });

  it('runs the prologue once, when compiling', () => {
    const builder = new Builder();
    const five = builder.full(5, [2]);
    const plan = planOf(builder, [five]);
    const executable = backend.compile({ ...plan, prologue: plan.steps, steps: [] });
    expect([...executable.view(five)]).toEqual([5, 5]);
  });

  it.each([-1, 3])('names the gate, the index %i and what is allowed', async (index) => {
    const program = {
      operands: [float([3], [1, 2, 3]), int32([1], [index])],
      build: (b: Builder, v: readonly number[]) => b.gather(v[0]!, v[1]!, 0)
    };
    await expect(execute(backend, program)).rejects.toMatchObject({
      code: 'index-out-of-range',
      diagnostics: [{ gate: 'gate', message: `index ${index} is out of range; 0 to 2 are allowed` }]
    });
  });

  it('goes on in slices and stops within a long operation when cancelled', async () => {
    const { executable } = compile(backend, { operands: [square(400, 1), square(400, 2)], build: (b, [x, y]) => b.dot(x!, y!) });
    const clock = new Clock();
    const running = executable.run(clock);
    expect(running).toBeInstanceOf(Promise);
    clock.cancel();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('finishes a long operation over several slices', async () => {
    const result = await execute(backend, { operands: [square(300, 1), square(300, 2)], build: (b, [x, y]) => b.dot(x!, y!) });
    expect(result.every((value) => value === 600)).toBe(true);
  });
});
