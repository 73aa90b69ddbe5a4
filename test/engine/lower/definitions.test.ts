/** Definitions against the same nets drawn flat by hand. */
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../engine/document/parse';
import type { Document } from '../../../engine/document/types';
import { lower } from '../../../engine/lower/lower';
import { batchShapes } from '../../../engine/lower/rows';
import { Backends } from '../../../engine/session/backends';
import { execute } from '../../../engine/session/execute';
import { refusalOf } from './wires';

interface Net {
  readonly nodes: readonly object[];
  readonly wires: readonly (readonly [from: string, to: string])[];
  readonly objective?: string;
  readonly definitions?: Record<string, object>;
}

function documentOf({ wires, ...rest }: Net): Document {
  const json = { format: 'wiregrad', version: 1, name: 'net', ...rest, wires: pairs(wires) };
  const { document, diagnostics } = parseDocument(JSON.stringify(json));
  expect(diagnostics).toEqual([]);
  return document!;
}
const pairs = (wires: Net['wires']) => wires.map(([from, to]) => ({ from, to }));

function definition(inputs: string[], outputs: Record<string, string>, nodes: object[], wires: Net['wires'], more: object = {}): object {
  return { inputs, outputs, nodes, wires: pairs(wires), ...more };
}

const run = async (document: Document) => execute(document, { backends: new Backends(), precision: 'float64', backward: true });
const numbers = (tensors: ReadonlyMap<string, { readonly data: ArrayLike<number> }>) =>
  Object.fromEntries([...tensors].map(([name, { data }]) => [name, Array.from(data)]));
const keysOf = (document: Document) =>
  lower(document)
    .leaves.filter(({ source }) => source === 'parameter')
    .map(({ id }) => id);
const problemsOf = (document: Document) => lower(document).diagnostics;

const x = { id: 'x', gate: 'variable', params: { value: [[0.5, -1]] } };
const W = {
  id: 'W',
  gate: 'parameter',
  params: {
    value: [
      [1, 2],
      [-0.5, 0.25]
    ]
  }
};
const total = { id: 'L', gate: 'sum' };
const inside = [W, { id: 'h', gate: 'matmul' }, { id: 'a', gate: 'tanh' }, { id: 'sum', gate: 'add' }];
const insideWires: Net['wires'] = [
  ['x', 'h.a'],
  ['W', 'h.b'],
  ['h', 'a.x'],
  ['a', 'sum.a'],
  ['x', 'sum.b']
];
/** tanh(x W) + x */
const residual = definition(['x'], { out: 'sum' }, inside, insideWires);
const sharedResidual = { ...residual, parameters: 'shared' };
const between: Net['wires'] = [
  ['x', 'b.x'],
  ['b', 'L.x']
];

/** `count` residuals in a row, drawn by hand, with a parameter each or one for all. */
function chain(count: number, own: boolean): Document {
  const steps = Array.from({ length: count }, (_, at) => at + 1);
  const before = (step: number) => (step === 1 ? 'x' : `sum${step - 1}`);
  const weight = (step: number) => (own ? `W${step}` : 'W');
  return documentOf({
    nodes: [
      x,
      ...(own ? steps.map((step) => ({ ...W, id: weight(step) })) : [W]),
      ...steps.flatMap((step) => [
        { id: `h${step}`, gate: 'matmul' },
        { id: `a${step}`, gate: 'tanh' },
        { id: `sum${step}`, gate: 'add' }
      ]),
      total
    ],
    wires: [
      ...steps.flatMap((step) => [
        [before(step), `h${step}.a`] as const,
        [weight(step), `h${step}.b`] as const,
        [`h${step}`, `a${step}.x`] as const,
        [`a${step}`, `sum${step}.a`] as const,
        [before(step), `sum${step}.b`] as const
      ]),
      [`sum${count}`, 'L.x']
    ],
    objective: 'L'
  });
}

function twoBlocks(block: object): Document {
  return documentOf({
    nodes: [x, { id: 'b1', gate: 'block' }, { id: 'b2', gate: 'block' }, total],
    wires: [
      ['x', 'b1.x'],
      ['b1', 'b2.x'],
      ['b2', 'L.x']
    ],
    objective: 'L',
    definitions: { block }
  });
}

/** Both sides are float64; a sum may be taken in another order. */
function expectClose(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 12));
}

describe('a document with definitions', () => {
  it('gives an instance the values and gradients of its nodes drawn flat', async () => {
    const whole = await run(
      documentOf({ nodes: [x, { id: 'b', gate: 'block' }, total], wires: between, objective: 'L', definitions: { block: residual } })
    );
    const flat = await run(chain(1, true));
    expect(Object.keys(numbers(whole.values))).toEqual(['x', 'b', 'L']);
    expect(numbers(whole.values)['b']).toEqual(numbers(flat.values)['sum1']);
    expect(numbers(whole.gradients)['x']).toEqual(numbers(flat.gradients)['x']);
    // The wire into the instance carries the sum of what flows back from both places where the input is used.
    expect(Array.from(whole.wires[0]!.gradient!.data)).toEqual(numbers(flat.gradients)['x']);
  });

  it('has one set of parameters an instance, or one for all where they are shared', () => {
    expect(keysOf(twoBlocks(residual))).toEqual(['b1.W', 'b2.W']);
    expect(keysOf(twoBlocks(sharedResidual))).toEqual(['block.W']);
  });

  it('adds the gradients of all uses of a shared parameter', async () => {
    const flat = await run(chain(2, false));
    const { jacobian } = await execute(twoBlocks(sharedResidual), {
      backends: new Backends(),
      precision: 'float64',
      jacobian: { of: 'L', wrt: 'block.W' }
    });
    expectClose(jacobian!.data, numbers(flat.gradients)['W']!);
  });

  it('repeats a definition as the same net unrolled by hand, with one set of parameters', async () => {
    const nodes = [x, { id: 'b', gate: 'block', params: { repeat: 3 } }, total];
    const repeated = documentOf({ nodes, wires: between, objective: 'L', definitions: { block: residual } });
    expect(keysOf(repeated)).toEqual(['b.W']);
    const [whole, flat] = [await run(repeated), await run(chain(3, false))];
    expect(numbers(whole.values)['b']).toEqual(numbers(flat.values)['sum3']);
    expectClose(numbers(whole.gradients)['x']!, numbers(flat.gradients)['x']!);
    const { jacobian } = await execute(repeated, { backends: new Backends(), precision: 'float64', jacobian: { of: 'L', wrt: 'b.W' } });
    expectClose(jacobian!.data, numbers(flat.gradients)['W']!);
  });

  it('feeds output i of a copy into input i of the next, and the other inputs into every copy', async () => {
    // (a, b; k) → (b, a + k): two steps from (1, 10) with k = 100 give (101, 110).
    const step = definition(
      ['a', 'b', 'k'],
      { first: 'b', second: 's' },
      [{ id: 's', gate: 'add' }],
      [
        ['a', 's.a'],
        ['k', 's.b']
      ]
    );
    const scalar = (id: string, value: number) => ({ id, gate: 'variable', params: { value } });
    const document = documentOf({
      nodes: [scalar('a', 1), scalar('b', 10), scalar('k', 100), { id: 'r', gate: 'step', params: { repeat: 2 } }],
      wires: [
        ['a', 'r.a'],
        ['b', 'r.b'],
        ['k', 'r.k']
      ],
      definitions: { step }
    });
    const { values } = await execute(document, { backends: new Backends(), precision: 'float64' });
    expect(numbers(values)).toEqual({ a: [1], b: [10], k: [100], 'r.first': [101], 'r.second': [110] });
  });

  it('nests to any depth, and keys what is inside by the path', async () => {
    const unit = { id: 'unit', gate: 'block', params: { repeat: 2 } };
    const middle = definition(['x'], { out: 'unit' }, [unit], [['x', 'unit.x']]);
    const halves = [
      { id: 'inner1', gate: 'middle' },
      { id: 'inner2', gate: 'middle' }
    ];
    const outer = definition(['x'], { out: 'inner2' }, halves, [
      ['x', 'inner1.x'],
      ['inner1', 'inner2.x']
    ]);
    const nodes = [x, { id: 'b', gate: 'outer' }, total];
    const own = documentOf({ nodes, wires: between, objective: 'L', definitions: { outer, middle, block: residual } });
    expect(keysOf(own)).toEqual(['b.inner1.unit.W', 'b.inner2.unit.W']);
    const flat = await run(chain(4, false));
    expect(numbers((await run(own)).values)['b']).toEqual(numbers(flat.values)['sum4']);
    const shared = documentOf({
      nodes,
      wires: between,
      definitions: { outer, middle: { ...middle, parameters: 'shared' }, block: residual }
    });
    expect(keysOf(shared)).toEqual(['middle.unit.W']);
  });

  it('names the path of a gate that is wrong inside, once for all copies', () => {
    const wrong = definition(['x'], { out: 'sum' }, [{ ...W, params: { value: [1, 2, 3] } }, ...inside.slice(1)], insideWires);
    const nest = definition(['x'], { out: 'b' }, [{ id: 'b', gate: 'block', params: { repeat: 3 } }], [['x', 'b.x']]);
    const document = documentOf({ nodes: [x, { id: 'n', gate: 'nest' }], wires: [['x', 'n.x']], definitions: { nest, block: wrong } });
    expect(problemsOf(document)).toMatchObject([{ code: 'shape-mismatch', gate: 'n/b@1/h', kind: 'matmul' }]);
  });

  it('says which input of an instance is not connected, and which wire ends at none', () => {
    const nodes = [x, { id: 'b', gate: 'block' }];
    const document = documentOf({ nodes, wires: [], definitions: { block: residual } });
    expect(problemsOf(document)).toMatchObject([{ code: 'unconnected-input', gate: 'b', kind: 'block', port: 'x' }]);
    const wires = [
      ['x', 'b.x'],
      ['x', 'b.zzz']
    ] as const;
    expect(problemsOf(documentOf({ nodes, wires, definitions: { block: residual } }))).toMatchObject([
      { code: 'unknown-port', gate: 'b', port: 'zzz' }
    ]);
  });

  it('refuses a definition that contains itself, directly or through another', () => {
    const self = definition(['x'], { out: 'b' }, [{ id: 'b', gate: 'self' }], [['x', 'b.x']]);
    const direct = documentOf({ nodes: [x, { id: 'r', gate: 'self' }], wires: [['x', 'r.x']], definitions: { self } });
    const code = 'recursive-definition';
    expect(problemsOf(direct)).toMatchObject([{ code, gate: 'r/b', message: 'the definition self contains itself: self → self' }]);
    const ping = definition(['x'], { out: 'p' }, [{ id: 'p', gate: 'pong' }], [['x', 'p.x']]);
    const pong = definition(['x'], { out: 'p' }, [{ id: 'p', gate: 'ping' }], [['x', 'p.x']]);
    const mutual = documentOf({ nodes: [x, { id: 'r', gate: 'ping' }], wires: [['x', 'r.x']], definitions: { ping, pong } });
    expect(problemsOf(mutual)).toMatchObject([{ code, gate: 'r/p/p', message: 'the definition ping contains itself: ping → pong → ping' }]);
  });

  it('refuses to unroll more gates than there may be, at once', () => {
    const doubling = Array.from({ length: 20 }, (_, level) => {
      const gate = level === 0 ? 'neg' : `d${level - 1}`;
      const nodes = [
        { id: 'a', gate },
        { id: 'b', gate }
      ];
      const record = definition(['x'], { out: 'b' }, nodes, [
        ['x', 'a.x'],
        ['a', 'b.x']
      ]);
      return [`d${level}`, record] as const;
    });
    const wires = [['x', 'r.x']] as const;
    const deep = documentOf({ nodes: [x, { id: 'r', gate: 'd19' }], wires, definitions: Object.fromEntries(doubling) });
    expect(problemsOf(deep)).toMatchObject([{ code: 'too-many-gates', gate: 'r' }]);
    const often = documentOf({ nodes: [x, { id: 'r', gate: 'block', params: { repeat: 1e9 } }], wires, definitions: { block: residual } });
    expect(problemsOf(often)).toMatchObject([{ code: 'too-many-gates', gate: 'r' }]);
  });

  it('refuses to repeat what gives more than it takes, and a definition called as a gate', () => {
    const fork = definition(['x'], { a: 'x', b: 'x' }, [], []);
    const document = documentOf({
      nodes: [x, { id: 'r', gate: 'fork', params: { repeat: 2 } }],
      wires: [['x', 'r.x']],
      definitions: { fork }
    });
    expect(problemsOf(document)).toMatchObject([{ code: 'bad-repeat', gate: 'r' }]);
    expect(problemsOf(documentOf({ nodes: [x], wires: [], definitions: { add: residual } }))).toMatchObject([{ code: 'definition-name' }]);
  });

  it('says when two parameters would have one name in a file of weights', () => {
    const document = documentOf({
      nodes: [x, { id: 'block', gate: 'other' }, { id: 'b', gate: 'block' }],
      wires: [
        ['x', 'block.x'],
        ['x', 'b.x']
      ],
      definitions: { other: residual, block: sharedResidual }
    });
    expect(problemsOf(document)).toMatchObject([{ code: 'weight-name', gate: 'b/W' }]);
  });

  it('tells shapes and refuses wires inside an opened instance', () => {
    const document = documentOf({ nodes: [x, { id: 'b', gate: 'block' }], wires: [['x', 'b.x']], definitions: { block: residual } });
    expect(Object.fromEntries(batchShapes(document, 'b'))).toEqual({ x: '[1,2]', W: '[2,2]', h: '[1,2]', a: '[1,2]', sum: '[1,2]' });
    expect(refusalOf(document, { from: 'W', to: 'a.x' }, 'b')).toBeNull();
    expect(refusalOf(document, { from: 'sum', to: 'h.a' }, 'b')).toMatchObject({ code: 'cycle' });
    expect(refusalOf(document, { from: 'x', to: 'h.b' }, 'b')).toMatchObject({ code: 'shape-mismatch', gate: 'h' });
    expect(refusalOf(document, { from: 'W', to: 'b.x' })).toMatchObject({ code: 'unknown-node' });
  });
});
