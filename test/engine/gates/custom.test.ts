/** The language of custom gates: what it means, and where it says that something is wrong. */
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import custom from '../../../engine/gates/custom/custom.gate';
import { FUNCTIONS } from '../../../engine/gates/custom/functions';
import { resolveParams } from '../../../engine/gates/params';
import { lower } from '../../../engine/lower/lower';
import { compile, Compiled } from './compiled';

interface Params {
  readonly inputs?: string;
  readonly forward?: string;
  readonly backward?: string;
}

function valueOf(forward: string, inputs: Readonly<Record<string, unknown>> = { x: 2 }): number[] {
  const compiled = new Compiled(custom, inputs, { inputs: Object.keys(inputs).join(', '), forward });
  return [...compile(compiled.builder, compiled.outputs)(compiled.feeds())[0]!];
}

function documentOf(params: Params, values: Readonly<Record<string, unknown>> = { x: 2 }): Document {
  const json = {
    format: 'wiregrad',
    version: 1,
    name: 'test',
    nodes: [
      ...Object.entries(values).map(([port, value]) => ({ id: `v_${port}`, gate: 'variable', params: { value } })),
      { id: 'y', gate: 'custom', params }
    ],
    wires: Object.keys(values).map((port) => ({ from: `v_${port}`, to: `y.${port}` })),
    objective: 'y'
  };
  const { document, diagnostics } = parseDocument(JSON.stringify(json));
  if (!document) throw new Error(diagnostics[0]!.message);
  return document;
}

/** `code param line:column` of everything wrong. */
function problemsOf(params: Params): string[] {
  return resolveParams(custom, { ...params }).problems.map(({ code, param, line, column }) => `${code} ${param} ${line}:${column}`);
}

describe('a formula', () => {
  it.each<[string, number]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['8 - 4 - 2', 2],
    ['16 / 4 / 2', 2],
    ['2 ** 3 ** 2', 512],
    ['-2 ** 2', -4],
    ['2 ** -1', 0.5],
    ['--3', 3],
    ['2 * -3', -6],
    ['.5 + 1. + 1e-1', 1.6],
    ['1 < 2', 1],
    ['2 <= 1', 0],
    ['2 == 2', 1],
    ['2 != 2', 0],
    ['1 + 1 > 3 - 2', 1],
    ['x ** 2', 4],
    ['let a = x + 1;\nlet b = a * a; # squared\nb - x', 7],
    ['x;', 2],
    ['pi', Math.PI],
    ['where(x > 1, 5, 6)', 5],
    ['max(x, 3) + min(x, 3)', 5],
    ['sum(x, keep)', 2]
  ])('%s is %f', (forward, expected) => {
    expect(valueOf(forward)[0]).toBeCloseTo(expected, 14);
  });

  const m = {
    x: [
      [1, 2, 3],
      [4, 5, 6]
    ]
  };
  it.each<[string, number[]]>([
    ['sum(x)', [21]],
    ['sum(x, 0)', [5, 7, 9]],
    ['sum(x, 0, -1)', [21]],
    ['x / sum(x, 1, keep)', [1 / 6, 2 / 6, 3 / 6, 4 / 15, 5 / 15, 6 / 15]],
    ['mean(x, -1)', [2, 5]],
    ['amax(x, 0)', [4, 5, 6]],
    ['amin(x)', [1]],
    ['cumsum(x)', [1, 3, 6, 4, 9, 15]],
    ['cumsum(x, 0)', [1, 2, 3, 5, 7, 9]],
    ['transpose(x)', [1, 4, 2, 5, 3, 6]],
    ['transpose(x, 0, 1)', [1, 4, 2, 5, 3, 6]],
    ['matmul(x, transpose(x))', [14, 32, 32, 77]],
    ['reshape(x, 3, -1)', [1, 2, 3, 4, 5, 6]],
    ['sum(softmax(x), 1)', [1, 1]]
  ])('%s works on a matrix', (forward, expected) => {
    valueOf(forward, m).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 12));
  });

  it('broadcasts as NumPy does', () => {
    expect(valueOf('a + 10 * b', { a: [[1], [2]], b: [1, 2, 3] })).toEqual([11, 21, 31, 12, 22, 32]);
  });

  it.each([...FUNCTIONS.keys()])('can call %s', (name) => {
    const { operands } = FUNCTIONS.get(name)!;
    const forward = name === 'reshape' ? 'reshape(x, 4)' : `${name}(${Array.from({ length: operands }, () => 'x').join(', ')})`;
    const inputs = {
      x: [
        [0.5, 0.25],
        [0.75, 1]
      ]
    };
    expect(valueOf(forward, inputs).every(Number.isFinite)).toBe(true);
  });

  it('takes any name as an input that is no word of the language, prototypes’ included', () => {
    expect(valueOf('constructor + toString * hasOwnProperty', { constructor: 1, toString: 2, hasOwnProperty: 3 })).toEqual([7]);
  });
});

describe('what is wrong with a text', () => {
  it.each<[string, Params, string]>([
    ['an empty formula', { forward: ' \n # nothing\n' }, 'unexpected-token forward 3:1'],
    ['a text that ends too soon', { forward: 'x *' }, 'unexpected-token forward 1:4'],
    ['an open parenthesis', { forward: '(x' }, 'unexpected-token forward 1:3'],
    ['an open call', { forward: 'exp(x' }, 'unexpected-token forward 1:6'],
    ['a parenthesis too many', { forward: 'x)' }, 'unexpected-token forward 1:2'],
    ['a missing operator', { forward: '2 x' }, 'unexpected-token forward 1:3'],
    ['a let without its end', { forward: 'let a = x\na' }, 'unexpected-token forward 2:1'],
    ['a let without a result', { forward: 'let a = x;' }, 'unexpected-token forward 1:11'],
    ['an assignment', { forward: 'a = x' }, 'unknown-name forward 1:1'],
    ['a chain of comparisons', { forward: '1 < x < 2' }, 'unexpected-token forward 1:7'],
    ['two results', { forward: 'x; x' }, 'unexpected-token forward 1:4'],
    ['a function that is not called', { forward: 'x + exp' }, 'unexpected-token forward 1:5'],
    ['a name that means nothing', { forward: 'x +\n  yy' }, 'unknown-name forward 2:3'],
    ['a let that is used in itself', { forward: 'let a = a + 1; a' }, 'unknown-name forward 1:9'],
    ['a prototype’s name', { forward: 'constructor' }, 'unknown-name forward 1:1'],
    ['__proto__', { forward: '__proto__' }, 'unknown-name forward 1:1'],
    ['__proto__ as a name', { forward: 'let __proto__ = 1; x' }, 'reserved-name forward 1:5'],
    ['a prototype’s method', { forward: 'toString(x)' }, 'unknown-function forward 1:1'],
    ['a function that is not there', { forward: 'x + eval(x)' }, 'unknown-function forward 1:5'],
    ['a name that is called', { forward: 'x(2)' }, 'unknown-function forward 1:1'],
    ['a member', { forward: 'x.y' }, 'unexpected-character forward 1:2'],
    ['an index', { forward: 'x[0]' }, 'unexpected-character forward 1:2'],
    ['a text in a text', { forward: '"x"' }, 'unexpected-character forward 1:1'],
    ['a letter of another alphabet', { forward: 'x + \u0445' }, 'unexpected-character forward 1:5'],
    ['a character of two halves', { forward: 'x + \u{1d465}' }, 'unexpected-character forward 1:5'],
    ['half a character', { forward: '\ud800' }, 'unexpected-character forward 1:1'],
    ['a null', { forward: 'x\0' }, 'unexpected-character forward 1:2'],
    ['a number beyond all', { forward: 'x * 1e999' }, 'bad-number forward 1:5'],
    ['a word as a name', { forward: 'let sum = 1; x' }, 'reserved-name forward 1:5'],
    ['a name twice', { forward: 'let x = 1; x' }, 'duplicate-name forward 1:5'],
    ['too few operands', { forward: 'max(x)' }, 'wrong-arguments forward 1:6'],
    ['no operand', { forward: 'exp()' }, 'wrong-arguments forward 1:5'],
    ['too many operands', { forward: 'exp(x, x)' }, 'wrong-arguments forward 1:8'],
    ['an axis that is no number', { forward: 'sum(x, x)' }, 'wrong-arguments forward 1:8'],
    ['a fraction of an axis', { forward: 'sum(x, 0.5)' }, 'wrong-arguments forward 1:8'],
    ['a number of a size', { forward: 'sum(x, 1e999)' }, 'bad-number forward 1:8'],
    ['two axes for one', { forward: 'cumsum(x, 0, 1)' }, 'wrong-arguments forward 1:14'],
    ['one axis for two', { forward: 'transpose(x, 0)' }, 'wrong-arguments forward 1:15'],
    ['something behind keep', { forward: 'sum(x, keep, 0)' }, 'unexpected-token forward 1:12'],
    ['grad in forward', { forward: 'x * grad' }, 'unknown-name forward 1:5'],
    ['windows’ line ends', { forward: 'x +\r\n\r\n ?' }, 'unexpected-character forward 3:2'],
    ['old line ends', { forward: 'x +\r\r ?' }, 'unexpected-character forward 3:2'],
    ['no inputs', { inputs: ' ' }, 'unexpected-token inputs 1:2'],
    ['inputs without commas', { inputs: 'x w' }, 'unexpected-token inputs 1:3'],
    ['an input twice', { inputs: 'x, x' }, 'duplicate-name inputs 1:4'],
    ['an input named as the result is', { inputs: 'x, out' }, 'reserved-name inputs 1:4'],
    ['an input named as a gradient', { inputs: 'grad_x' }, 'reserved-name inputs 1:1'],
    ['an input that is a number', { inputs: '1' }, 'unexpected-token inputs 1:1'],
    ['too many inputs', { inputs: Array.from({ length: 65 }, (_, at) => `x${at}`).join() }, 'bad-inputs inputs 1:247'],
    ['a gradient that is missing', { inputs: 'x, w', forward: 'x * w', backward: 'grad_x = grad * w;' }, 'missing-gradient backward 1:19'],
    ['a gradient of nothing', { backward: 'grad_y = grad' }, 'unknown-gradient backward 1:1'],
    ['a name without let', { backward: 's = 1; grad_x = grad' }, 'unknown-gradient backward 1:1'],
    ['a gradient twice', { backward: 'grad_x = grad;\ngrad_x = grad' }, 'duplicate-name backward 2:1'],
    [
      'a gradient used before it is there',
      { inputs: 'x, w', backward: 'grad_x = grad_w; grad_w = 0', forward: 'x' },
      'unknown-name backward 1:10'
    ],
    ['a let that is open at the end', { backward: 'grad_x = grad; let a = 1' }, 'unexpected-token backward 1:25']
  ])('%s', (_, params, expected) => {
    expect(problemsOf(params)).toEqual([expected]);
  });

  it('says the place in the message, and what to do', () => {
    const [problem] = resolveParams(custom, { forward: 'x +\n  yy' }).problems;
    expect(problem!.message).toBe('forward, line 2, column 3: nothing is named yy');
    expect(problem!.hint).toContain('the names here are x');
  });

  it('reports both formulas at once', () => {
    expect(problemsOf({ forward: 'x +', backward: '?' })).toEqual(['unexpected-token forward 1:4', 'unexpected-character backward 1:1']);
  });

  it('takes comments alone for no backward', () => {
    expect(problemsOf({ backward: '# grad_x = grad;\n' })).toEqual([]);
  });

  it('refuses what is no text', () => {
    expect(resolveParams(custom, { forward: 3 }).problems).toMatchObject([{ param: 'forward' }]);
  });
});

describe('the limits', () => {
  it.each<[string, string, string]>([
    ['10,000 characters', ' '.repeat(9999) + 'x', ''],
    ['more characters', 'x' + '\n'.repeat(10_000), 'code-too-long forward 10000:1'],
    ['1,000 parts', Array.from({ length: 500 }, () => 'x').join('+'), ''],
    ['more parts', Array.from({ length: 501 }, () => 'x').join('+'), 'code-too-large forward 1:1000'],
    ['64 parentheses', '('.repeat(64) + 'x' + ')'.repeat(64), ''],
    ['more parentheses', '('.repeat(65) + 'x' + ')'.repeat(65), 'code-too-deep forward 1:66'],
    ['thousands of parentheses', '('.repeat(9000), 'code-too-deep forward 1:66'],
    ['thousands of signs', '-'.repeat(9000) + 'x', 'code-too-deep forward 1:66'],
    ['a tower of powers', 'x**'.repeat(3000) + 'x', 'code-too-deep forward 1:196'],
    ['a tower of calls', 'exp('.repeat(2000), 'code-too-deep forward 1:261']
  ])('%s', (_, forward, expected) => {
    expect(problemsOf({ forward })).toEqual(expected === '' ? [] : [expected]);
  });

  it('lets the longest formula run', () => {
    expect(valueOf(Array.from({ length: 500 }, () => 'x').join('+'))).toEqual([1000]);
  });
});

describe('in a document', () => {
  it.each<[string, Params, Readonly<Record<string, unknown>>, object]>([
    ['an operator', { inputs: 'a, b', forward: 'a +\n a * b' }, { a: [1, 2], b: [1, 2, 3] }, { param: 'forward', line: 2, column: 4 }],
    ['a function', { inputs: 'a, b', forward: '1 + matmul(a, b)' }, { a: [1, 2], b: [1, 2, 3] }, { param: 'forward', line: 1, column: 5 }],
    ['an axis', { forward: 'sum(x, 1)' }, { x: [1, 2] }, { param: 'forward', line: 1, column: 1 }],
    ['a gradient', { backward: '\n grad_x = grad * reshape(x, -1, 3)' }, { x: [1, 2] }, { param: 'backward', line: 2 }]
  ])('a shape that does not fit %s is said with its place', (_, params, values, place) => {
    const { diagnostics } = lower(documentOf(params, values));
    expect(diagnostics).toMatchObject([{ code: 'shape-mismatch', gate: 'y', kind: 'custom', ...place }]);
    expect(diagnostics[0]!.message).toMatch(/^(forward|backward), line \d+, column \d+: /);
  });

  it('a gradient of another shape than its input is said at the gradient', () => {
    const shapes = lower(
      documentOf(
        { backward: '\n  grad_x = sum(grad, 1)' },
        {
          x: [
            [1, 2, 3],
            [4, 5, 6]
          ]
        }
      )
    );
    expect(shapes.diagnostics).toMatchObject([{ gate: 'y', param: 'backward', line: 2, column: 3 }]);
    expect(shapes.diagnostics[0]!.message).toContain('the gradient of x is [2] and x is [2,3]');
  });

  it('a text that is wrong leaves the gate its ports and its wires', () => {
    const { diagnostics } = lower(documentOf({ inputs: 'x, w,,', forward: 'x *' }, { x: 1, w: 2 }));
    expect(diagnostics.map(({ code }) => code)).toEqual(['unexpected-token']);
  });

  it('is saved and loaded as it was written', () => {
    const document = documentOf({ inputs: 'x', forward: 'x * x # "twice"\r\n', backward: '\tgrad_x = 2 * grad * x' });
    const text = serializeDocument(document);
    expect(parseDocument(text).document).toEqual(document);
    expect(document.nodes[1]!.params).toEqual({ inputs: 'x', forward: 'x * x # "twice"\r\n', backward: '\tgrad_x = 2 * grad * x' });
  });
});
