import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/base/errors';
import { parseDocument } from '../../../engine/document/parse';
import { check } from '../../../engine/session/check';
import { draw, ones, type Drawn } from '../lower/draw';

const { examples } = JSON.parse(readFileSync(new URL('../../golden/lecture.json', import.meta.url), 'utf8')) as {
  examples: { document: { name: string } }[];
};

describe('the gradient check', () => {
  it.each(examples.map(({ document }) => [document.name, document] as const))('passes on the lecture’s %s', async (_, json) => {
    const { document } = parseDocument(JSON.stringify(json));
    for (const entry of await check(document!, { all: true })) expect(entry, JSON.stringify(entry)).toMatchObject({ ok: true });
  });
  it('finds a derivative that is wrong, and says where it is worst', async () => {
    // x reaches the objective around the derivative too: x·detach(x) has the derivative 2x and is given x.
    const document = draw(
      [
        ['x', 'variable', { value: [0.1, 3, 0.2] }],
        ['d', 'stop_gradient'],
        ['y', 'mul'],
        ['s', 'sum']
      ],
      'x>d.x x>y.a d>y.b y>s.x',
      { objective: 's' }
    );
    const [entry] = await check(document);
    expect(entry).toMatchObject({ id: 'x', entries: 3, kinks: 0, ok: false, index: [1], analytic: 3 });
    expect(entry!.numeric).toBeCloseTo(6, 6);
    expect(entry!.worst).toBeCloseTo(0.5, 6);
  });
  it('fails on a gradient that is no number, wherever it is among the entries', async () => {
    for (const value of [
      [0, 1, 2],
      [1, 0, 2],
      [1, 2, 0]
    ]) {
      // √x² at 0 has the slope 0 both ways, and the chain rule gives ∞·0.
      const document = draw(
        [
          ['x', 'variable', { value }],
          ['q', 'square'],
          ['r', 'sqrt'],
          ['s', 'sum']
        ],
        'x>q.x q>r.x r>s.x',
        { objective: 's' }
      );
      const [entry] = await check(document);
      expect(entry).toMatchObject({ ok: false, index: [value.indexOf(0)], analytic: NaN });
    }
  });
  it('counts a kink instead of an error, and fails where there are too many', async () => {
    // Nearer to the kink than the step h of the differences, farther than h/10.
    const near = (kinks: number) =>
      draw(
        [
          ['x', 'variable', { value: Array.from({ length: 40 }, (_, at) => (at < kinks ? 4e-6 : 1)) }],
          ['y', 'relu'],
          ['s', 'sum']
        ],
        'x>y.x y>s.x',
        { objective: 's' }
      );
    expect((await check(near(2)))[0]).toMatchObject({ entries: 40, kinks: 2, ok: true });
    expect((await check(near(3)))[0]).toMatchObject({ kinks: 3, ok: false });
  });
  it('looks at some entries of a large tensor, the same ones for a seed, and at all when asked', async () => {
    const document = draw([ones('x', 100), ['y', 'tanh'], ['s', 'sum']], 'x>y.x y>s.x', { objective: 's' });
    expect((await check(document))[0]).toMatchObject({ entries: 64, ok: true });
    expect((await check(document, { all: true }))[0]).toMatchObject({ entries: 100, ok: true });
    expect(await check(document, { seed: 3 })).toEqual(await check(document, { seed: 3 }));
  });
  it('leaves out constants, whole numbers and what the objective does not depend on', async () => {
    const nodes: Drawn[] = [
      ['x', 'variable', { value: 1 }],
      ['c', 'constant', { value: 2 }],
      ['far', 'variable', { value: 1 }],
      ['k', 'variable', { value: 3, dtype: 'int32' }],
      ['y', 'mul'],
      ['z', 'mul']
    ];
    expect((await check(draw(nodes, 'x>y.a c>y.b y>z.a k>z.b', { objective: 'z' }))).map(({ id }) => id)).toEqual(['x']);
  });
  it('says what is missing', async () => {
    await expect(check(draw([ones('x', 2)]))).rejects.toMatchObject({ code: 'no-objective' });
    const datasets = new Map([['t', { source: 't.csv', fields: new Map([['x', { columns: ['a'] }]]) }]]);
    const document = draw(
      [
        ['d', 'data', { dataset: 't', field: 'x' }],
        ['s', 'sum']
      ],
      'd>s.x',
      { objective: 's', datasets }
    );
    await expect(check(document)).rejects.toBeInstanceOf(EngineError);
    await expect(check(document)).rejects.toMatchObject({ code: 'missing-data' });
  });
});
