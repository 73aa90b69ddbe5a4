/** Custom gates with a backward of their own: checked before anything runs, and used where it is right. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/base/errors';
import type { TensorJson } from '../../../engine/base/tensors';
import { parseDocument } from '../../../engine/document/parse';
import type { Document } from '../../../engine/document/types';
import { Backends } from '../../../engine/session/backends';
import { check } from '../../../engine/session/check';
import { execute } from '../../../engine/session/execute';
import { Session } from '../../../engine/session/session';
import { train } from '../../../engine/training/train';

interface Params {
  readonly inputs?: string;
  readonly forward: string;
  readonly backward?: string;
}
type Values = Readonly<Record<string, TensorJson>>;

const textOf = (params: Params, values: Values) =>
  JSON.stringify({
    format: 'wiregrad',
    version: 1,
    name: 'test',
    nodes: [
      ...Object.entries(values).map(([id, value]) => ({ id, gate: 'parameter', params: { value } })),
      { id: 'y', gate: 'custom', params },
      { id: 'L', gate: 'sum' }
    ],
    wires: [...Object.keys(values).map((id) => ({ from: id, to: `y.${id}` })), { from: 'y', to: 'L.x' }],
    objective: 'L'
  });

function documentOf(params: Params, values: Values): Document {
  const { document, diagnostics } = parseDocument(textOf(params, values));
  if (!document) throw new Error(diagnostics[0]!.message);
  return document;
}

const run = (document: Document, more: object = {}) =>
  execute(document, { backends: new Backends(), precision: 'float64', backward: true, ...more });

async function refusal(promise: Promise<unknown>): Promise<EngineError> {
  const error = await promise.then(
    () => new Error('it ran'),
    (failure: unknown) => failure
  );
  if (!(error instanceof EngineError)) throw error;
  return error;
}

const RIGHT: readonly (readonly [string, Params, Values])[] = [
  [
    'swish',
    { forward: 'x * sigmoid(x)', backward: 'let s = sigmoid(x); grad_x = grad * (s + out * (1 - s))' },
    {
      x: [
        [1, -2],
        [0.5, 3]
      ]
    }
  ],
  ['a logarithm, finite on one side alone', { forward: 'log(x)', backward: 'grad_x = grad / x' }, { x: [1, 2] }],
  ['a root of a difference', { forward: 'sqrt(1 - x)', backward: 'grad_x = -grad / (2 * out)' }, { x: 0.5 }],
  ['a kink', { forward: 'max(x, 0)', backward: 'grad_x = where(x > 0, grad, 0)' }, { x: [1, -1, 0.5] }],
  [
    'a sum over what was broadcast',
    { inputs: 'x, w', forward: 'x * w', backward: 'grad_x = grad * w; grad_w = sum(grad * x, 0)' },
    {
      x: [
        [1, 2],
        [3, 4]
      ],
      w: [5, 6]
    }
  ],
  [
    'broadcasting that is summed by itself',
    { inputs: 'x, w', forward: 'x * w', backward: 'grad_w = grad * x; grad_x = grad * w' },
    {
      x: [
        [1, 2],
        [3, 4]
      ],
      w: [[5], [6]]
    }
  ],
  ['a scalar gradient that is broadcast', { forward: 'mean(x)', backward: 'grad_x = grad / 3' }, { x: [1, 2, 3] }],
  ['an input of no influence', { inputs: 'x, w', forward: '2 * x', backward: 'grad_x = 2 * grad; grad_w = 0' }, { x: [1, 2], w: [3, 4] }],
  [
    'a matrix product',
    { inputs: 'a, b', forward: 'matmul(a, b)', backward: 'grad_a = matmul(grad, transpose(b)); grad_b = matmul(transpose(a), grad)' },
    { a: [[1, 2]], b: [[3], [4]] }
  ],
  [
    'softmax',
    { forward: 'softmax(x)', backward: 'grad_x = out * (grad - sum(grad * out, -1, keep))' },
    {
      x: [
        [1, 2, 3],
        [3, 2, 1]
      ]
    }
  ],
  ['nothing at all', { forward: 'x * x', backward: 'grad_x = 2 * x * grad' }, { x: { shape: [0, 2], data: [] } }]
];

describe('a backward that is right', () => {
  it.each(RIGHT)('of %s gives what the derived one gives', async (_, params, values) => {
    const { backward: __, ...derived } = params;
    const [own, other] = [await run(documentOf(params, values)), await run(documentOf(derived, values))];
    for (const id of Object.keys(values)) {
      // Where the derived one has none, the one that was given says 0.
      const expected = other.gradients.get(id)?.data ?? own.gradients.get(id)!.data.map(() => 0);
      own.gradients.get(id)!.data.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 12));
    }
  });

  it('is used, forward mode and Hessian products beside it', async () => {
    const values = { x: [0.5, -1.5] };
    const tensor = { dtype: 'float' as const, shape: [2], data: Float64Array.of(1, 2) };
    const asked = { tangents: new Map([['x', tensor]]), vector: new Map([['x', tensor]]) };
    const own = await run(documentOf({ forward: 'x ** 3', backward: 'grad_x = 3 * grad * x * x' }, values), asked);
    const slope = [3 * 0.25, 3 * 2.25];
    expect([...own.gradients.get('x')!.data]).toEqual(slope);
    expect((own.jvp as { data: Float64Array }).data[0]).toBeCloseTo(slope[0]! + 2 * slope[1]!, 12);
    const product = own.hvp!.get('x')!.data;
    expect(product[0]).toBeCloseTo(6 * 0.5, 12);
    expect(product[1]).toBeCloseTo(6 * -1.5 * 2, 12);
  });
});

const WRONG: readonly (readonly [string, Params, Values, RegExp])[] = [
  [
    'a factor',
    { forward: 'x ** 2', backward: 'grad_x = grad * x' },
    { x: 3 },
    /the gradient of x is .* and differences of forward give .* at x = /
  ],
  ['a sign', { forward: 'sin(x)', backward: 'grad_x = -grad * cos(x)' }, { x: [[1, 2]] }, /the gradient of x\[0,\d\] is /],
  ['the upstream gradient left out', { forward: '2 * x', backward: 'grad_x = 2' }, { x: [1, 2] }, /the gradient of x\[\d\] is 2, /],
  [
    'two inputs mixed up',
    { inputs: 'x, w', forward: 'x * w', backward: 'grad_x = grad * w; grad_w = grad * w' },
    { x: [1, 2], w: [3, 4] },
    /the gradient of w\[\d\] /
  ],
  ['one side of a kink', { forward: 'abs(x)', backward: 'grad_x = grad' }, { x: [1, 2] }, /gives? -|give -/],
  ['a bend far from 0', { forward: 'where(x > 4, 0, x)', backward: 'grad_x = grad' }, { x: [1, 2, 3] }, /give 0/],
  ['a gradient that is no number', { forward: 'x', backward: 'grad_x = grad * (x - x) / (x - x)' }, { x: [1] }, /is NaN/],
  ['a straight-through estimator', { forward: 'sign(x)', backward: 'grad_x = grad' }, { x: [1] }, /give 0/],
  ['a formula of no numbers', { forward: 'log(-1 - x * x)', backward: 'grad_x = grad' }, { x: [1] }, /could not be checked/]
];

describe('a backward that is wrong', () => {
  it.each(WRONG)('by %s is refused with the gate, the input, the entry and both numbers', async (_, params, values, message) => {
    const error = await refusal(run(documentOf(params, values)));
    expect(error.code).toBe('wrong-backward');
    const [diagnostic] = error.diagnostics;
    expect(diagnostic).toMatchObject({ gate: 'y', kind: 'custom', param: 'backward', line: 1 });
    expect(diagnostic!.message).toMatch(message);
    expect(diagnostic!.hint).toContain('derived');
  });

  it('points at the gradient that is wrong', async () => {
    const params = { inputs: 'x, w', forward: 'x * w', backward: 'let g = grad;\ngrad_x = g * w;\n  grad_w = g;' };
    const error = await refusal(run(documentOf(params, { x: 1, w: 2 })));
    expect(error.diagnostics[0]).toMatchObject({ port: 'w', line: 3, column: 3 });
  });

  it('runs nowhere: not forward, not in training, a check, a Jacobian or a window', async () => {
    const params = { forward: 'x ** 2', backward: 'grad_x = grad' };
    const values = { x: [3, 4] };
    const document = documentOf(params, values);
    const backends = new Backends();
    const session = new Session({ onTrainProgress: () => undefined });
    const text = textOf(params, values);
    for (const attempt of [
      () => execute(document, { backends }),
      () => check(document),
      async () => train(document, { backend: backends.choice('reference'), epochs: 1 }),
      () => session.run({ document: text, revision: 1, backward: false }),
      () => session.jacobian({ document: text, revision: 1, of: 'y', wrt: 'x' }),
      () => session.check({ document: text }),
      () => session.train({ document: text, revision: 1, backend: 'reference' })
    ]) {
      expect((await refusal(attempt())).code).toBe('wrong-backward');
    }
    session.dispose();
  });

  it('is found inside a definition too', async () => {
    const json = {
      format: 'wiregrad',
      version: 1,
      name: 'nested',
      nodes: [
        { id: 'x', gate: 'variable', params: { value: 2 } },
        { id: 'b', gate: 'block' }
      ],
      wires: [{ from: 'x', to: 'b.x' }],
      objective: 'b',
      definitions: {
        block: {
          inputs: ['x'],
          outputs: { out: 'y' },
          nodes: [{ id: 'y', gate: 'custom', params: { forward: 'x ** 2', backward: 'grad_x = grad' } }],
          wires: [{ from: 'x', to: 'y.x' }]
        }
      }
    };
    const { document } = parseDocument(JSON.stringify(json));
    const error = await refusal(run(document!));
    expect(error.diagnostics[0]).toMatchObject({ code: 'wrong-backward', gate: 'b/y' });
  });

  it('does not come in the way once it is corrected', async () => {
    const session = new Session({ onTrainProgress: () => undefined });
    const request = (backward: string) => ({
      document: textOf({ forward: 'x ** 2', backward }, { x: [3, 4] }),
      revision: 1,
      backward: true
    });
    expect((await refusal(session.run(request('grad_x = grad')))).code).toBe('wrong-backward');
    expect([...(await session.run(request('grad_x = 2 * grad * x'))).gradients.get('x')!.data]).toEqual([6, 8]);
    expect((await refusal(session.run(request('grad_x = grad')))).code).toBe('wrong-backward');
    session.dispose();
  });

  it('is looked for in a large tensor without trying all of it', async () => {
    const document = documentOf(
      { forward: 'x * x', backward: 'grad_x = 2 * grad * x' },
      { x: { shape: [512, 256], data: new Array<number>(512 * 256).fill(1) } }
    );
    expect((await run(document)).gradients.get('x')!.data[7]).toBe(2);
  });
});

describe('training', () => {
  it('learns through a backward of its own', async () => {
    const document = documentOf({ forward: '(x - 3) ** 2', backward: 'grad_x = 2 * grad * (x - 3)' }, { x: [0, 10] });
    const result = await train(document, { backend: new Backends().choice('reference'), epochs: 400 });
    for (const value of result.parameters.get('x')!.data) expect(value).toBeCloseTo(3, 2);
  });
});
