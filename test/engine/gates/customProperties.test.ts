/** Custom gates made at random: no text makes the parser throw or hang, and derivatives are what differences find. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import custom from '../../../engine/gates/custom/custom.gate';
import { FUNCTIONS } from '../../../engine/gates/custom/functions';
import { ShapeError } from '../../../engine/gates/gate';
import { resolveParams } from '../../../engine/gates/params';
import { compile, Compiled } from './compiled';

const WORDS = [
  ...FUNCTIONS.keys(),
  ...['x', 'w', 'let', 'keep', 'pi', 'grad', 'out', 'grad_x', 'grad_w', 'constructor', '__proto__', 'toString'],
  ...[
    '+',
    '-',
    '*',
    '/',
    '**',
    '<',
    '<=',
    '==',
    '!=',
    '=',
    ';',
    ',',
    '(',
    ')',
    '(',
    ')',
    '\n',
    ' ',
    '# c\n',
    '.',
    '[',
    '"',
    '\\',
    '\0',
    'é',
    '\ud800'
  ],
  ...['0', '1', '-1', '2.5', '1e999', '.5', '1e-400', '99999999999999999999']
];
const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join(' '));
const SOUND = [
  'let s = 1 / (1 + exp(-w * x));\nx * s',
  'sum(where(x > w, x ** 2, abs(w)), 0, keep) / mean(x)',
  'matmul(reshape(x, -1, 1), reshape(w, 1, -1))',
  'let s = exp(x); grad_x = grad * s; grad_w = -grad * out;'
];
/** Sound texts with parts cut out, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SOUND),
    fc.array(fc.tuple(fc.nat(80), fc.nat(8), fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 4 }))), { maxLength: 4 })
  )
  .map(([text, edits]) => edits.reduce((done, [at, length, word]) => done.slice(0, at) + word + done.slice(at + length), text));
const texts = fc.oneof(soup, mutated, fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 40 }));

/** Null `times` as often as a text. */
const orNone = (times: number, of: fc.Arbitrary<string>) =>
  fc.oneof({ weight: times, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: of });

describe('any text', () => {
  it('is a gate, or problems with places inside it; or shapes that do not fit', () => {
    let sound = 0;
    fc.assert(
      fc.property(texts, orNone(1, texts), orNone(8, texts), (forward, backward, inputs) => {
        const given = { inputs: inputs ?? 'x, w', forward, ...(backward !== null && { backward }) };
        const { params, problems } = resolveParams(custom, given);
        for (const { param, line, column, message, hint } of problems) {
          const lines = given[param as 'forward']!.split(/\r\n|[\r\n]/);
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual(lines[line! - 1]!.length + 1);
          expect(message).toContain(`line ${line}, column ${column}: `);
          expect(hint).toBeTruthy();
        }
        const ports = custom.inputs(params);
        if (problems.length > 0) return;
        sound++;
        try {
          const types = Object.fromEntries(ports.map(({ name }) => [name, { dtype: 'float' as const, shape: [3] }]));
          custom.shape(types, params, { mode: 'eval', batch: 1 });
        } catch (error) {
          expect(error).toBeInstanceOf(ShapeError);
          expect((error as ShapeError).place).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
        }
      }),
      { numRuns: 3000 }
    );
    // Not all of it is noise.
    expect(sound).toBeGreaterThan(10);
  });
});

/** Formulas that are smooth and finite wherever their operands are between −1.5 and 1.5. */
const formula = fc.letrec<{ whole: string }>((tie) => ({
  whole: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom('x', 'w', 'x', 'w', '0.5', '2'),
    fc.tuple(tie('whole'), fc.constantFrom('+', '-', '*'), tie('whole')).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    tie('whole').map((a) => `-${a}`),
    fc
      .tuple(fc.constantFrom('sin', 'cos', 'tanh', 'sigmoid', 'erf', 'softplus', 'softmax', 'square'), tie('whole'))
      .map(([f, a]) => `${f}(${a})`),
    tie('whole').map((a) => `exp(tanh(${a}))`),
    tie('whole').map((a) => `log(1 + square(${a}))`),
    fc.tuple(tie('whole'), tie('whole')).map(([a, b]) => `${a} / (1 + square(${b}))`),
    tie('whole').map((a) => `tanh(${a}) ** 3`),
    fc.tuple(fc.constantFrom('sum', 'mean'), tie('whole')).map(([f, a]) => `${f}(${a}, -1, keep)`),
    tie('whole').map((a) => `cumsum(tanh(${a}))`)
  )
})).whole;

describe('a formula at random', () => {
  it('has the gradient that central differences find', () => {
    fc.assert(
      fc.property(formula, (forward) => {
        // Products of products grow beyond what differences can follow.
        const inputs = {
          x: [
            [0.3, -0.7, 1.1],
            [-1.2, 0.4, 0.8]
          ],
          w: [0.9, -0.2, 0.6]
        };
        const compiled = new Compiled(custom, inputs, { inputs: 'x, w', forward: `tanh(0.1 * (${forward}))` });
        const run = compile(compiled.builder, compiled.outputs);
        const gradients = compile(compiled.builder, compiled.cotangents)(compiled.feeds());
        const u = compiled.feeds()['u0']!;
        compiled.floats.forEach((port, at) => {
          compiled.tensors[port]!.data.forEach((_, index) => {
            const slope = (h: number) => {
              const above = run(compiled.moved(h, { port, index }))[0]!;
              const below = run(compiled.moved(-h, { port, index }))[0]!;
              return above.reduce((sum, value, k) => sum + (u[k]! * (value - below[k]!)) / (2 * h), 0);
            };
            const numeric = slope(1e-5);
            const analytic = gradients[at]?.[index] ?? 0;
            // A difference is only as good as it agrees with one of another step.
            const error = Math.abs(numeric - slope(3e-5));
            expect(Math.abs(analytic - numeric)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(numeric)) + error);
          });
        });
      }),
      { numRuns: 150 }
    );
  });
});
