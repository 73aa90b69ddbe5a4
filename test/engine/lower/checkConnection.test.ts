import { describe, expect, it } from 'vitest';
import { checkConnection, knownTypes, typesFed } from '../../../engine/lower/checkConnection';
import { lowerRows } from '../../../engine/lower/rows';
import { chain, draw, ones } from './draw';
import { refusalOf } from './wires';

describe('a wire that is about to be drawn', () => {
  const document = draw(
    [
      ones('x', 2, 3),
      ones('z', 4),
      ['i', 'constant', { value: [0, 1], dtype: 'int32' }],
      ['a', 'relu'],
      ['b', 'add'],
      ['c', 'cross_entropy'],
      ['d', 'tanh']
    ],
    'x>a.x a>b.a x>c.input b>d.x'
  );
  const refusal = (from: string, to: string) => refusalOf(document, { from, to });

  it('is fine where everything fits', () => {
    expect(refusal('x', 'b.b')).toBeNull();
    expect(refusal('i', 'c.target')).toBeNull();
  });
  it('is fine while other inputs of its gate are free', () => {
    expect(refusal('z', 'c.input')).toBeNull();
  });
  it('is refused where it closes a cycle, with its path', () => {
    expect(refusal('d', 'b.b')).toMatchObject({ code: 'cycle' });
    expect(refusal('b', 'b.b')?.message).toBe('it depends on itself: b → b');
    expect(refusal('d', 'a.x')?.message).toBe('it depends on itself: a → b → d → a');
  });
  it('is refused where shapes do not fit', () => {
    expect(refusal('z', 'b.b')).toMatchObject({ code: 'shape-mismatch', gate: 'b', port: 'b' });
  });
  it('is refused where classes are wanted and floats come', () => {
    expect(refusal('z', 'c.target')).toMatchObject({ code: 'shape-mismatch', gate: 'c', port: 'target' });
  });
  it('is refused where a port or a node is not there', () => {
    expect(refusal('x', 'b.c')).toMatchObject({ code: 'unknown-port', gate: 'b', port: 'c' });
    expect(refusal('x.left', 'b.b')).toMatchObject({ code: 'unknown-port', gate: 'x' });
    expect(refusal('ghost', 'b.b')).toMatchObject({ code: 'unknown-node' });
    expect(refusal('x', 'ghost.x')).toMatchObject({ code: 'unknown-node' });
    expect(refusal('x', 'b')).toMatchObject({ code: 'unknown-port', gate: 'b' });
  });
  it('takes the place of the one that is there', () => {
    expect(refusal('x', 'b.a')).toBeNull();
    expect(refusal('z', 'a.x')).toBeNull();
  });
  it('is not refused for what goes wrong further on, which stays editable', () => {
    const further = draw([ones('x', 2, 3), ones('z', 4), ['a', 'relu'], ['b', 'add']], 'x>a.x a>b.a x>b.b');
    expect(refusalOf(further, { from: 'z', to: 'a.x' })).toBeNull();
  });
  it('is not refused for what was wrong before', () => {
    const wrong = draw(
      [ones('x', 2, 3), ones('z', 4), ['a', 'add'], ['l', 'relu'], ['m', 'relu'], ['b', 'relu']],
      'x>a.a z>a.b l>m.x m>l.x'
    );
    expect(refusalOf(wrong, { from: 'x', to: 'b.x' })).toBeNull();
    expect(refusalOf(wrong, { from: 'x', to: 'a.b' })).toBeNull();
  });
  it('is refused for a cycle beside one that is there already', () => {
    const looped = draw(
      [
        ['l', 'relu'],
        ['m', 'relu'],
        ['x', 'variable'],
        ['a', 'add'],
        ['b', 'relu']
      ],
      'l>m.x m>l.x x>a.a a>b.x'
    );
    expect(refusalOf(looped, { from: 'b', to: 'a.b' })).toMatchObject({ code: 'cycle', gate: 'a' });
  });
});

it('a gradient is judged by what depends on what', () => {
  const document = draw(
    [
      ['x', 'variable', { value: 2 }],
      ['z', 'variable', { value: 1 }],
      ['y', 'square'],
      ['g', 'gradient']
    ],
    'x>y.x y>g.y'
  );
  expect(refusalOf(document, { from: 'x', to: 'g.x' })).toBeNull();
  expect(refusalOf(document, { from: 'z', to: 'g.x' })).toMatchObject({ code: 'shape-mismatch', gate: 'g' });
});

it('what a gate would give is known once it is known what would come to it', () => {
  const document = draw(
    [ones('x', 2, 3), ['i', 'constant', { value: [0, 1], dtype: 'int32' }], ['a', 'relu'], ['b', 'add'], ['h', 'one_hot']],
    'i>h.index'
  );
  const known = knownTypes(document, lowerRows(document));
  const fed = typesFed(document, 'a', [{ from: 'x', to: 'a.x' }], known);
  expect([known.few.get('a'), fed.few.get('a')]).toEqual([undefined, { dtype: 'float', shape: [2, 3] }]);
  expect(typesFed(document, 'b', [{ from: 'x', to: 'b.a' }], known).few.get('b')).toBeUndefined();
  const wire = { from: 'a', to: 'h.index' };
  expect(checkConnection(document, wire, known)).toBeNull();
  expect(checkConnection(document, wire, fed)).toMatchObject({ code: 'shape-mismatch', gate: 'h', port: 'index' });
});

it('a hundred connections among 2,000 gates are judged between two frames of a drag', () => {
  const document = chain(2000);
  const known = knownTypes(document, lowerRows(document));
  checkConnection(document, { from: 'x', to: 'g1000.x' }, known);
  const started = performance.now();
  for (let at = 0; at < 100; at++) expect(checkConnection(document, { from: 'x', to: `g${at * 10}.x` }, known)).toBeNull();
  // Some 50 ms; the bound is wide, for busy machines: what it must catch is lowering the whole document every time.
  expect(performance.now() - started).toBeLessThan(3000);
});
