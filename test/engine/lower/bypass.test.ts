/** Bypassed gates against the graphs without them. */
import { describe, expect, it } from 'vitest';
import { setBypass } from '../../../engine/document/edits';
import type { Document } from '../../../engine/document/types';
import { namesInside } from '../../../engine/lower/inside';
import { lower } from '../../../engine/lower/lower';
import { Backends } from '../../../engine/session/backends';
import { check } from '../../../engine/session/check';
import { execute } from '../../../engine/session/execute';
import { structureOf } from '../../../engine/session/structure';
import { initialParameters } from '../../../engine/training/parameters';
import { documentOf } from '../documentOf';
import { draw, ones } from './draw';
import { refusalOf } from './wires';

const run = (document: Document) => execute(document, { backends: new Backends(), precision: 'float64', backward: true });
const numbers = (tensors: ReadonlyMap<string, { readonly data: ArrayLike<number> }>) =>
  Object.fromEntries([...tensors].map(([name, { data }]) => [name, Array.from(data)]));
const problemsOf = (document: Document) => lower(document).diagnostics;
const held = (document: Document) => [...initialParameters(lower(document), 0).keys()];

const row = (id: string, ...value: number[]) => ({ id, gate: 'variable', params: { value } });
const pairs = (text: string) =>
  text.split(' ').map((wire) => {
    const [from, to] = wire.split('>');
    return { from, to };
  });

describe('a bypassed gate', () => {
  const nodes = [row('x', 0.5, -1), row('y', 2, 3), { id: 'm', gate: 'mul' }, { id: 't', gate: 'tanh' }, { id: 'L', gate: 'sum' }];
  const chain = documentOf({ nodes, wires: pairs('x>m.a y>m.b m>t.x t>L.x'), objective: 'L' });

  it('leaves the values and gradients of the chain without it', async () => {
    const found = await run(setBypass(chain, ['t'], true));
    const direct = await run(
      documentOf({ nodes: nodes.filter(({ id }) => id !== 't'), wires: pairs('x>m.a y>m.b m>L.x'), objective: 'L' })
    );
    expect(numbers(found.values)).toEqual({ ...numbers(direct.values), t: [1, -3] });
    expect(numbers(found.gradients)).toEqual({ ...numbers(direct.gradients), t: [1, 1] });
  });

  it('gives what comes in first, in the order of its ports; other wires carry values and no gradient', async () => {
    const { values, gradients, wires } = await run(setBypass(chain, ['m'], true));
    expect(values.get('m')).toEqual(values.get('x'));
    expect(gradients.get('x')).toEqual(gradients.get('m'));
    expect(gradients.has('y')).toBe(false);
    expect(Array.from(wires[1]!.value.data)).toEqual([2, 3]);
    expect(wires[1]!.gradient).toBeUndefined();
    const second = documentOf({ nodes, wires: pairs('y>m.b m>t.x t>L.x'), objective: 'L' });
    expect((await run(setBypass(second, ['m'], true))).values.get('m')).toEqual(values.get('y'));
  });

  it('keeps the dtype of what comes in, and may stand in a row with others', async () => {
    const whole = documentOf({
      nodes: [
        { id: 'i', gate: 'constant', params: { value: [1, 0], dtype: 'int32' } },
        { id: 'e', gate: 'exp' },
        { id: 'r', gate: 'relu' }
      ],
      wires: pairs('i>e.x e>r.x')
    });
    const { values } = await execute(setBypass(whole, ['e', 'r'], true), { backends: new Backends() });
    expect(values.get('r')).toMatchObject({ dtype: 'int32', shape: [2] });
  });

  it('gives the same at each of several outputs, and backward the sum of their gradients', async () => {
    const split = documentOf({
      nodes: [
        row('x', 1, 2),
        { id: 's', gate: 'split', params: { sizes: [1, 1] } },
        row('w', 3, 5),
        { id: 'm', gate: 'mul' },
        { id: 'a', gate: 'add' }
      ],
      wires: pairs('x>s.x s.out0>m.a w>m.b m>a.a s.out1>a.b'),
      objective: 'a'
    });
    const { values, gradients } = await run(setBypass(split, ['s'], true));
    expect(numbers(values)).toMatchObject({ 's.out0': [1, 2], 's.out1': [1, 2], a: [4, 12] });
    expect(numbers(gradients)).toMatchObject({ 's.out0': [3, 5], 's.out1': [1, 1], x: [4, 6] });
  });

  it('of a loss gives its first input', async () => {
    const loss = documentOf({
      nodes: [row('p', 1, 2), row('t', 0, 0), { id: 'L', gate: 'mse_loss' }],
      wires: pairs('p>L.input t>L.target'),
      objective: 'L'
    });
    expect(numbers((await run(setBypass(loss, ['L'], true))).gradients)).toEqual({ p: [1, 1], L: [1, 1] });
  });

  it('is checked by differences as the graph without it', async () => {
    const entries = await check(setBypass(chain, ['t'], true));
    expect(entries.map(({ id }) => id)).toEqual(['x', 'y']);
    expect(entries.every(({ ok }) => ok)).toBe(true);
  });

  it('is told once where nothing comes in, and so is a gate that has no inputs', () => {
    const alone = setBypass(draw([['a', 'add']]), ['a'], true);
    expect(problemsOf(alone)).toEqual([
      {
        code: 'nothing-to-pass',
        gate: 'a',
        kind: 'add',
        message: 'it is bypassed and nothing comes in',
        hint: 'draw a wire to one of its inputs, or end the bypass'
      }
    ]);
    for (const gate of ['variable', 'parameter', 'constant'])
      expect(problemsOf(setBypass(draw([['x', gate, gate === 'parameter' ? { shape: [2] } : {}]]), ['x'], true))).toMatchObject([
        { code: 'bad-bypass', severity: 'error', gate: 'x', kind: gate }
      ]);
  });

  it('may have wrong parameters, operands that do not fit and free inputs', () => {
    const wrong = draw(
      [ones('x', 2, 3), ones('z', 5), ['m', 'matmul'], ['s', 'softmax', { dim: 'last' }], ['h', 'linear', { no: 1 }]],
      'x>m.a z>m.b m>s.x s>h.x',
      { objective: 'h' }
    );
    expect(problemsOf(wrong).length).toBeGreaterThan(2);
    const passed = lower(setBypass(wrong, ['m', 's', 'h'], true));
    expect(passed.diagnostics).toEqual([]);
    expect(passed.types.get('h')).toEqual({ dtype: 'float', shape: [2, 3] });
  });

  it('has the ports that wires name where its own follow from wrong parameters', () => {
    const wrong = draw(
      [ones('x', 2), ['s', 'split'], ['c', 'copy', { n: 'many' }], ['f', 'custom', { inputs: 5 }], ['y', 'relu']],
      'x>s.x s.out1>c.x c.out3>f.u f>y.x'
    );
    expect(problemsOf(setBypass(wrong, ['s', 'c', 'f'], true))).toEqual([]);
    expect(problemsOf(setBypass(draw([ones('x', 2), ['s', 'relu']], 'x>s.z'), ['s'], true))).toMatchObject([
      { code: 'unknown-port', gate: 's', port: 'z' },
      { code: 'nothing-to-pass', gate: 's' }
    ]);
  });

  it('reports a circle of bypassed gates', () => {
    const circle = setBypass(
      draw(
        [
          ['a', 'relu'],
          ['b', 'relu'],
          ['y', 'tanh']
        ],
        'a>b.x b>a.x b>y.x'
      ),
      ['a', 'b'],
      true
    );
    expect(problemsOf(circle)).toMatchObject([{ code: 'cycle' }]);
  });

  it('takes wires that it would refuse otherwise', () => {
    const document = draw([ones('x', 2, 3), ones('z', 4), ['b', 'add'], ['t', 'tanh']], 'x>b.a b>t.x');
    const bypass = setBypass(document, ['b'], true);
    expect(refusalOf(document, { from: 'z', to: 'b.b' })).toMatchObject({ code: 'shape-mismatch' });
    expect(refusalOf(bypass, { from: 'z', to: 'b.b' })).toBeNull();
    expect(refusalOf(bypass, { from: 't', to: 'b.b' })).toMatchObject({ code: 'cycle' });
    expect(refusalOf(bypass, { from: 'z', to: 'b.c' })).toMatchObject({ code: 'unknown-port' });
  });

  it('keeps no state, draws nothing and hides no parameter’s fans', () => {
    const net = draw(
      [
        ones('x', 4, 3),
        ['W', 'parameter', { shape: [3, 5] }],
        ['c', 'copy', { n: 1 }],
        ['h', 'linear'],
        ['n', 'batch_norm'],
        ['d', 'dropout']
      ],
      'x>h.x W>c.x c.out0>h.weight h>n.x n>d.x'
    );
    expect(held(net)).toEqual(['W', 'n.running_mean', 'n.running_var']);
    const bypass = setBypass(net, ['c', 'n', 'd'], true);
    expect(held(bypass)).toEqual(['W']);
    expect(lower(bypass).graph.operations.some(({ primitive }) => primitive === 'random')).toBe(false);
    expect(lower(bypass).leaves.find(({ id }) => id === 'W')!.fans).toEqual({ in: 3, out: 5 });
  });

  it('is another structure than the gate itself', () => {
    expect(structureOf(setBypass(chain, ['t'], true))).not.toBe(structureOf(chain));
  });
});

describe('a bypassed instance', () => {
  const W = { id: 'W', gate: 'parameter', params: { shape: [2, 2] } };
  const definitions = {
    block: {
      inputs: ['x', 'gain'],
      outputs: { out: 'm', raw: 'h' },
      nodes: [W, { id: 'h', gate: 'matmul' }, { id: 'm', gate: 'mul' }],
      wires: pairs('x>h.a W>h.b h>m.a gain>m.b')
    },
    outer: {
      inputs: ['x'],
      outputs: { out: 't' },
      nodes: [
        { id: 'b', gate: 'block', bypass: true },
        { id: 't', gate: 'tanh' }
      ],
      wires: pairs('x>b.x b.raw>t.x')
    }
  };
  const x = { id: 'x', gate: 'variable', params: { value: [[0.5, -1]] } };
  const net = (gate: string, more: object = {}) =>
    documentOf({
      nodes: [x, { id: 'b', gate, ...more }, { id: 'L', gate: 'sum' }],
      wires: pairs('x>b.x b>L.x'),
      objective: 'L',
      definitions
    });

  it('passes on its first input at every output, and holds no parameters', async () => {
    const bypass = net('block', { bypass: true });
    expect(problemsOf(bypass)).toEqual([]);
    expect(held(bypass)).toEqual([]);
    const { values, gradients } = await run(bypass);
    expect(numbers(values)).toEqual({ x: [0.5, -1], b: [0.5, -1], 'b.raw': [0.5, -1], L: [-0.5] });
    expect(numbers(gradients)).toEqual({ x: [1, 1], b: [1, 1], L: [1] });
  });

  it('is not unrolled where it is repeated, however wrongly', () => {
    for (const repeat of [3, 1e9, 'often'])
      expect(problemsOf(net('block', { bypass: true, params: { repeat } })), String(repeat)).toEqual([]);
  });

  it('works inside another definition, once a copy', async () => {
    for (const repeat of [1, 2]) {
      const outer = net('outer', { params: { repeat } });
      const { values } = await run(outer);
      const once = (value: number): number => Math.tanh(value);
      const wanted = [0.5, -1].map((value) => (repeat === 2 ? once(once(value)) : once(value)));
      Array.from(values.get('b')!.data).forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 12));
      expect(held(outer)).toEqual([]);
    }
    const outer = net('outer');
    const names = namesInside(outer, lower(outer), 'b')!;
    expect([...names.values.keys()]).toEqual(['x', 'b', 'b.raw', 't']);
    expect(names.wires.every((wire) => wire !== undefined)).toBe(true);
  });

  it('may contain itself', () => {
    const itself = {
      ...definitions.outer,
      nodes: [
        { id: 'b', gate: 'outer', bypass: true },
        { id: 't', gate: 'tanh' }
      ],
      wires: pairs('x>b.x b>t.x')
    };
    const document = documentOf({ nodes: [x, { id: 'b', gate: 'outer' }], wires: pairs('x>b.x'), definitions: { outer: itself } });
    expect(problemsOf(document)).toEqual([]);
  });

  it('is told once where nothing comes in at any copy', () => {
    const free = { ...definitions.outer, wires: pairs('b.raw>t.x') };
    const alone = documentOf({
      nodes: [x, { id: 'b', gate: 'outer', params: { repeat: 2 } }],
      wires: pairs('x>b.x'),
      definitions: { ...definitions, outer: free }
    });
    expect(problemsOf(alone)).toMatchObject([{ code: 'nothing-to-pass', gate: 'b@1/b', kind: 'block' }]);
  });

  it('without inputs cannot be bypassed', () => {
    const source = { inputs: [], outputs: { out: 'W' }, nodes: [W], wires: [] };
    const document = documentOf({ nodes: [{ id: 's', gate: 'weights', bypass: true }], wires: [], definitions: { weights: source } });
    expect(problemsOf(document)).toMatchObject([{ code: 'bad-bypass', gate: 's', kind: 'weights' }]);
  });
});
