/** What a user writes into a custom gate is read by our own parser and becomes gates. It never reaches one of JavaScript's. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lower } from '../../../engine/lower/lower';
import { documentOf } from '../documentOf';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the sources', () => {
  /** Ways in which a text becomes code or markup. */
  const EVALUATORS: readonly RegExp[] = [
    /(^|[^.\w])eval\s*\(/,
    /\bnew\s+Function\b/,
    /[^.\w]Function\s*\(/,
    /\bset(Timeout|Interval)\s*\(\s*['"`]/,
    /from ['"](node:)?vm['"]/,
    /\bimport\s*\(\s*(?!['"`]|\/\*)/,
    /\.(innerHTML|outerHTML|srcdoc)\b/,
    /insertAdjacentHTML|document\.write|v-html|createContextualFragment/,
    /\.constructor\s*\(/
  ];
  const files = ['engine', 'main', 'renderer'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|vue|mjs|html)$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name))
  );

  it('hold no evaluator', () => {
    expect(files.length).toBeGreaterThan(300);
    const found = files.flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (EVALUATORS.some((pattern) => pattern.test(line)) ? [`${file}:${index + 1}: ${line.trim()}`] : []))
    );
    expect(found).toEqual([]);
  });

  it.each([
    "eval('1')",
    'new Function(text)',
    ' Function(text)',
    "setTimeout('x', 1)",
    'import(name)',
    'element.innerHTML = text',
    '<p v-html="text">',
    'x.constructor(text)'
  ])('would be found with %s', (line) => {
    expect(EVALUATORS.some((pattern) => pattern.test(line))).toBe(true);
  });
});

const HOSTILE: readonly string[] = [
  'process.exit(1)',
  'globalThis.ran = 1',
  "require('child_process').execSync('touch /tmp/ran')",
  "import('node:fs')",
  '(() => { globalThis.ran = 1; })()',
  'x.constructor.constructor("globalThis.ran = 1")()',
  "x['constructor']['constructor']('globalThis.ran = 1')()",
  '`${globalThis.ran = 1}`',
  'new Date()',
  'x; globalThis.ran = 1',
  'x // \n globalThis.ran = 1',
  'x /* */ + alert(1)',
  'this',
  'arguments',
  'x => x',
  'x = 1',
  'x ? 1 : 2',
  '[].map',
  '{}',
  '__proto__',
  'constructor(x)',
  'toString(x)',
  'hasOwnProperty(x)',
  '\\u0065val(x)',
  'ｅval(x)',
  'еxp(x)',
  'eval(x)',
  'Function(x)',
  'setTimeout(x)',
  '"text"',
  "'text'",
  '@x',
  '#x',
  'x\u2028globalThis.ran = 1',
  'x\0',
  '<script>globalThis.ran = 1</script>',
  '${x}',
  'let __proto__ = x; __proto__',
  'let constructor = x',
  'typeof x',
  'void 0',
  'delete x',
  'x.length',
  'x?.y',
  'x!',
  'x as any',
  'await x',
  'yield x',
  'x'.repeat(1_000_000),
  '('.repeat(10_000) + 'x' + ')'.repeat(10_000),
  '-'.repeat(10_000) + 'x',
  'exp('.repeat(10_000) + 'x' + ')'.repeat(10_000),
  Array.from({ length: 20_000 }, () => 'x').join(' + '),
  Array.from({ length: 20_000 }, () => 'x').join(' ** '),
  '9'.repeat(100_000),
  'exp(x, x, x, x)',
  'x +',
  '+ x',
  ')('
];

describe('a custom gate with', () => {
  const ran: unknown[] = [];
  beforeEach(() => {
    ran.length = 0;
    // Whoever looks for an evaluator finds these.
    vi.stubGlobal('eval', (text: unknown) => ran.push(text));
    const called = (_target: FunctionConstructor, ...given: unknown[]): (() => void) => {
      ran.push(given);
      return () => undefined;
    };
    vi.stubGlobal('Function', new Proxy(Function, { apply: called, construct: called }));
  });
  afterEach(() => vi.unstubAllGlobals());

  /** Codes of what is wrong with a custom gate of this text. */
  function problems(params: Record<string, string>): readonly string[] {
    const document = documentOf({
      nodes: [
        { id: 'x', gate: 'variable', params: { value: [1, 2] } },
        { id: 'c', gate: 'custom', params: { inputs: 'x', ...params } },
        { id: 'L', gate: 'sum' }
      ],
      wires: [
        { from: 'x', to: 'c.x' },
        { from: 'c', to: 'L.x' }
      ],
      objective: 'L'
    });
    return lower(document).diagnostics.map(({ code }) => code);
  }

  it.each(HOSTILE.map((text) => [text.slice(0, 60), text]))('%j as its forward runs nothing', (_shown, text) => {
    const found = problems({ forward: text });
    // A long sum is a formula like any other.
    if (!/^x( \+ x)+$/.test(text)) expect(found.length).toBeGreaterThan(0);
    expect(ran).toEqual([]);
    expect('ran' in globalThis).toBe(false);
  });

  it.each(HOSTILE.map((text) => [text.slice(0, 60), text]))('%j as its backward runs nothing', (_shown, text) => {
    expect(problems({ forward: 'x * x', backward: `grad_x = ${text};` }).length).toBeGreaterThan(0);
    expect(ran).toEqual([]);
    expect('ran' in globalThis).toBe(false);
  });

  it.each([
    '__proto__',
    'constructor',
    'x, x',
    '1x',
    'x y',
    'let',
    '',
    ' ',
    'x'.repeat(100_000),
    Array.from({ length: 5_000 }, (_, at) => `x${at}`).join()
  ])('the inputs %j runs nothing', (inputs) => {
    problems({ inputs, forward: 'x * x' });
    expect(ran).toEqual([]);
  });
});
