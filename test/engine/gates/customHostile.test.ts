/** Hostile texts by the hundred through the custom gate's parser and lowering, with a trap on every way to JavaScript's evaluator. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lower } from '../../../engine/lower/lower';
import { documentOf } from '../documentOf';

const called: string[] = [];
const asyncFunctions = Object.getPrototypeOf(async () => undefined) as object;
const generators = Object.getPrototypeOf(function* () {
  yield 1;
}) as object;
/** What a text that reached an object could go on from: `x.constructor.constructor(…)`. */
const prototypes: readonly (readonly [object, PropertyDescriptor])[] = [Function.prototype, asyncFunctions, generators].map((prototype) => [
  prototype,
  Object.getOwnPropertyDescriptor(prototype, 'constructor')!
]);

beforeAll(() => {
  const trap = (name: string) => () => called.push(name);
  vi.stubGlobal('eval', trap('eval'));
  vi.stubGlobal('Function', new Proxy(Function, { apply: trap('Function') as never, construct: trap('new Function') as never }));
  vi.stubGlobal('alert', trap('alert'));
  vi.spyOn(process, 'exit').mockImplementation(trap('exit') as never);
  for (const [prototype, { value }] of prototypes) {
    const evaluator = new Proxy(value as object, { apply: trap('constructor'), construct: trap('new constructor') as never });
    Object.defineProperty(prototype, 'constructor', { value: evaluator, configurable: true, writable: true });
  }
  Object.defineProperty(globalThis, 'secret', { get: trap('secret'), configurable: true });
});
afterAll(() => {
  for (const [prototype, descriptor] of prototypes) Object.defineProperty(prototype, 'constructor', descriptor);
  Reflect.deleteProperty(globalThis, 'secret');
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
beforeEach(() => void (called.length = 0));

/** Codes of what is wrong with a custom gate of these texts; nothing of them may have been called. */
function problems(params: Record<string, string>): readonly string[] {
  const document = documentOf({
    nodes: [
      { id: 'x', gate: 'variable', params: { value: [1, 2] } },
      { id: 'c', gate: 'custom', params: { inputs: 'x', forward: 'x', ...params } },
      { id: 'L', gate: 'sum' }
    ],
    wires: [
      { from: 'x', to: 'c.x' },
      { from: 'c', to: 'L.x' }
    ],
    objective: 'L'
  });
  const { diagnostics } = lower(document);
  expect(called).toEqual([]);
  for (const { code, message } of diagnostics) {
    expect(code).toBeTruthy();
    // A port may have all the characters that are read for a name.
    expect(message.length).toBeLessThan(12_000);
  }
  return diagnostics.map(({ code }) => code);
}

describe('the trap', () => {
  it('tells of whoever walks into it', () => {
    const constructorOf = (value: unknown): ((text: string) => unknown) =>
      (value as { constructor: { constructor: (text: string) => unknown } }).constructor.constructor;
    constructorOf(1)('1');
    constructorOf([])('1');
    (globalThis as { eval: (text: string) => void }).eval('1');
    (globalThis as { Function: (text: string) => void }).Function('1');
    void (globalThis as { secret?: unknown }).secret;
    expect(called).toEqual(['constructor', 'constructor', 'eval', 'Function', 'secret']);
  });
});

/** None is a formula, wherever it stands. */
const PARTS = [
  'secret',
  'secret()',
  'globalThis.secret',
  'this.secret',
  'process.exit(1)',
  'alert(1)',
  'x.constructor',
  "x['constructor']",
  'x.constructor.constructor("alert(1)")()',
  'constructor',
  'constructor(x)',
  '__proto__',
  '__proto__(x)',
  '__defineGetter__(x)',
  'toString(x)',
  'valueOf(x)',
  'hasOwnProperty(x)',
  'prototype',
  "import('node:fs')",
  'import(x)',
  "require('fs')",
  '`${secret}`',
  'String.raw`${secret}`',
  '(() => secret)()',
  'function () { return secret }',
  'async () => await secret',
  'new Function("secret")()',
  '[secret]',
  '{secret}',
  '/secret/.test(x)',
  '"secret"',
  '\\u0073ecret',
  '\\x73ecret',
  'ѕecret',
  'x\u200b',
  'x\u202esecret',
  '𝑥',
  '/* x */ secret',
  '// x\nsecret',
  '<!-- secret',
  'x, secret',
  'x; secret',
  'x ?? secret',
  'x && secret',
  'x ? secret : x',
  'x++',
  'x = secret',
  '0b1',
  '0x1',
  '1n',
  '1_0',
  '1e999'
] as const;
/** Where each of them is put. */
const PLACES: readonly ((part: string) => string)[] = [
  (part) => part,
  (part) => `x + ${part}`,
  (part) => `${part} * x`,
  (part) => `(${part})`,
  (part) => `-${part}`,
  (part) => `exp(${part})`,
  (part) => `where(x > 0, x, ${part})`,
  (part) => `sum(x, ${part})`,
  (part) => `let y = ${part}; x`
];

it.each(['secret', 'constructor', 'prototype', 'eval', 'toString'])('the name %s given to a part means that part alone', (name) => {
  expect(problems({ forward: `let ${name} = x; ${name}` })).toEqual([]);
  expect(problems({ inputs: name })).not.toEqual([]);
});

describe.each(PARTS)('the text %j', (part) => {
  it('is refused in a forward formula, wherever it stands', () => {
    for (const place of PLACES) expect([place(part), problems({ forward: place(part) }).length]).not.toEqual([place(part), 0]);
  });

  it('is refused in a backward formula, wherever it stands', () => {
    for (const place of PLACES) {
      const backward = place(part).startsWith('let') ? `${place(part)}; grad_x = grad` : `grad_x = ${place(part)};`;
      expect([backward, problems({ backward }).length]).not.toEqual([backward, 0]);
    }
  });
});

describe('a text', () => {
  const repeated = (before: string, after: string, times: number): string => before.repeat(times) + 'x' + after.repeat(times);

  it.each([
    ['ten thousand brackets', repeated('(', ')', 10_000)],
    ['four thousand brackets, which is short enough to be read', repeated('(', ')', 4_000)],
    ['signs', repeated('-', '', 9_000)],
    ['powers', repeated('x**', '', 3_000)],
    ['calls', repeated('exp(', ')', 1_900)],
    ['conditions', repeated('where(x,x,', ')', 900)],
    ['terms', repeated('x+', '', 4_900)],
    ['statements', `${Array.from({ length: 700 }, (_, at) => `let a${at}=x;`).join('')}secret`],
    ['a megabyte of letters', 'x'.repeat(2 ** 20)],
    ['a megabyte of terms', repeated('x+', '', 2 ** 19)],
    ['a megabyte of brackets', '('.repeat(2 ** 20)],
    ['a megabyte of comment', `#${'x'.repeat(2 ** 20)}`],
    ['a megabyte of digits', '9'.repeat(2 ** 20)],
    ['zeros', '\0'.repeat(100)],
    ['half a character', '\ud800'],
    ['every control character', String.fromCharCode(...Array.from({ length: 32 }, (_, at) => at))]
  ])('of %s is refused within a second, in each of the three places', (_what, text) => {
    const began = performance.now();
    expect(problems({ forward: text })).not.toEqual([]);
    expect(problems({ backward: `grad_x = ${text}` })).not.toEqual([]);
    problems({ inputs: text });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('that doubles with every statement is refused, or lowered without doubling', () => {
    const doubling = `${Array.from({ length: 200 }, (_, at) => `let a${at + 1} = ${at === 0 ? 'x + x' : `a${at} + a${at}`};`).join('')}a200`;
    const began = performance.now();
    problems({ forward: doubling });
    problems({ forward: doubling, backward: `${doubling.replace('a200', '')} grad_x = grad` });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('of any characters is read or refused', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(fc.constantFrom(...PARTS, 'x', '+', '(', ')', ',', ';', 'let', '=', '**', 'exp(', 'where(', '1', 'grad', ' '), {
          maxLength: 12
        })
        .map((parts) => parts.join(''))
    );
    fc.assert(
      fc.property(hostile, fc.constantFrom('inputs', 'forward', 'backward'), (text, param) => {
        problems({ [param]: text });
      }),
      { numRuns: 2_000 }
    );
  });
});
