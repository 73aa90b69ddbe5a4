import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationsOf, annotationText } from '../../../engine/document/annotations';
import { emptyDocument } from '../../../engine/document/edits';
import { fragmentOf, insertFragment, type InsertOptions } from '../../../engine/document/fragment';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { viewDefinition, withDefinition } from '../../../engine/document/view';
import { documentOf } from '../documentOf';
import { documents } from './documents';

const isGate = (name: string): boolean => name === 'neg' || name === 'add';
const put = (document: Document, fragment: Document, options: Partial<InsertOptions> = {}) =>
  insertFragment(document, fragment, { shift: [0, 0], isGate, ...options });
const written = ({ wires }: Document): string => wires.map(({ from, to }) => `${from}>${to}`).join(' ');
const reread = (document: Document): Document => parseDocument(serializeDocument(document)).document!;

const holding = (gate: string) => ({ inputs: ['x'], outputs: { out: 'a' }, nodes: [{ id: 'a', gate }], wires: [{ from: 'x', to: 'a.x' }] });
const net = documentOf({
  nodes: [
    { id: 'x', gate: 'data', params: { dataset: 'table' } },
    { id: 'n', gate: 'neg' },
    { id: 'n2', gate: 'neg' },
    { id: 'f', gate: 'outer' }
  ],
  wires: [
    { from: 'x', to: 'n.x', via: [[50, 0]] },
    { from: 'n', to: 'n2.x', via: [[150, 0]] },
    { from: 'n2', to: 'f.x' }
  ],
  layout: { x: [0, 0], n: [100, 0], n2: [200, 0], f: [300, 0] },
  definitions: { outer: holding('inner'), inner: holding('neg'), unused: holding('add') },
  datasets: { table: { source: 't.csv', fields: {} }, other: { source: 'o.csv', fields: {} } },
  frames: [
    { title: 'one', area: [0, 0, 10, 10] },
    { title: 'two', area: [5, 5, 10, 10] }
  ],
  notes: [{ text: 'why', area: [1, 1, 2, 2] }]
});

describe('a fragment', () => {
  it('holds the nodes with the wires that come to them, their positions, and the annotations that are wanted', () => {
    const fragment = fragmentOf(net, new Set(['n2', 'n']), ['note 0', 'frame 1']);
    expect(fragment.nodes.map(({ id }) => id)).toEqual(['n', 'n2']);
    expect(written(fragment)).toBe('x>n.x n>n2.x');
    expect([...fragment.layout.keys()]).toEqual(['n', 'n2']);
    expect([...annotationsOf(fragment).values()]).toEqual([net.frames![1], net.notes![0]]);
    expect([fragment.definitions, fragment.datasets]).toEqual([undefined, undefined]);
  });

  it('holds the definitions and data sets that its nodes use, directly or inside', () => {
    expect([...fragmentOf(net, new Set(['f'])).definitions!.keys()].sort()).toEqual(['inner', 'outer']);
    expect([...fragmentOf(net, new Set(['x'])).datasets!.keys()]).toEqual(['table']);
    const inside = documentOf({
      nodes: [{ id: 'b', gate: 'block' }],
      wires: [],
      definitions: {
        block: { inputs: [], outputs: {}, nodes: [{ id: 'd', gate: 'data', params: { dataset: 'table' } }], wires: [] }
      },
      datasets: { table: { source: 't.csv', fields: {} } }
    });
    expect(fragmentOf(inside, new Set(['b'])).datasets).toEqual(inside.datasets);
  });

  it('comes back through its text as it was, whatever it holds', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (document, pick) => {
        const ids = new Set(document.nodes.filter((_, at) => (pick >> at) % 2 === 0).map(({ id }) => id));
        const fragment = fragmentOf(document, ids, annotationsOf(document).keys());
        expect(serializeDocument(reread(fragment))).toBe(serializeDocument(fragment));
        const { document: copy, ids: copied } = put(emptyDocument(fragment.name), reread(fragment), { isGate: () => false });
        expect(copied).toEqual(fragment.nodes.map(({ id }) => id));
        const again = fragmentOf(copy, new Set(copied), annotationsOf(copy).keys());
        expect(again.nodes).toEqual(fragment.nodes);
        expect(again.definitions).toEqual(fragment.definitions);
        expect(again.datasets).toEqual(fragment.datasets);
        expect([...annotationsOf(again).values()].map(annotationText)).toEqual([...annotationsOf(fragment).values()].map(annotationText));
      })
    );
  });

  it('leaves a document that loads without errors, and what was there as it was', () => {
    fc.assert(
      fc.property(documents, documents, fc.boolean(), (document, other, connected) => {
        const before = serializeDocument(document);
        const fragment = fragmentOf(other, new Set(other.nodes.map(({ id }) => id)));
        const { document: after } = put(document, fragment, { connected, isGate: () => false });
        expect(parseDocument(serializeDocument(after)).diagnostics).toEqual([]);
        expect(after.nodes.slice(0, document.nodes.length)).toEqual(document.nodes);
        expect(after.wires.slice(0, document.wires.length)).toEqual(document.wires);
        for (const [name, record] of document.definitions ?? []) expect(after.definitions!.get(name)).toBe(record);
        for (const [name, record] of document.datasets ?? []) expect(after.datasets!.get(name)).toBe(record);
        expect(serializeDocument(document)).toBe(before);
      })
    );
  });
});

describe('putting a fragment into a document', () => {
  it('gives the names that are taken a number that is free, and keeps the others', () => {
    const fragment = fragmentOf(net, new Set(['n', 'n2']));
    const { document, ids } = put(net, fragment);
    expect(ids).toEqual(['n3', 'n4']);
    expect(written(document)).toBe(`${written(net)} n3>n4.x`);
    expect(put(emptyDocument(), fragment).ids).toEqual(['n', 'n2']);
  });

  it('moves all of it, and the points of a wire with both its ends', () => {
    const fragment = fragmentOf(net, new Set(['n', 'n2']), ['frame 1', 'note 0']);
    const { document, annotations } = put(net, fragment, { shift: [7, -3], connected: true });
    expect([document.layout.get('n3'), document.layout.get('n4')]).toEqual([
      [107, -3],
      [207, -3]
    ]);
    expect(document.wires.slice(3)).toEqual([
      { from: 'x', to: 'n3.x' },
      { from: 'n3', to: 'n4.x', via: [[157, -3]] }
    ]);
    expect(annotations).toEqual(['frame 2', 'note 1']);
    expect([document.frames!.at(-1)!.area, document.notes!.at(-1)!.area]).toEqual([
      [12, 2, 10, 10],
      [8, -2, 2, 2]
    ]);
  });

  it('connects it to what fed it only where that is wanted, and as far as that is there', () => {
    const fragment = fragmentOf(net, new Set(['n2', 'f']));
    expect(written(put(net, fragment).document)).toBe(`${written(net)} n3>f2.x`);
    expect(written(put(net, fragment, { connected: true }).document)).toBe(`${written(net)} n>n3.x n3>f2.x`);
    expect(written(put(emptyDocument(), fragment, { connected: true }).document)).toBe('n2>f.x');
  });

  it('brings data sets along, and keeps those that are there, in their order', () => {
    const there = documentOf({
      nodes: [],
      wires: [],
      datasets: { own: { source: 'own.csv', fields: {} }, table: { source: 'mine.csv', fields: {} } }
    });
    const both = fragmentOf(
      { ...net, nodes: [...net.nodes, { id: 'o', gate: 'data', params: { dataset: 'other' } }] },
      new Set(['x', 'o'])
    );
    const { datasets, nodes } = put(there, both).document;
    expect([...datasets!].map(([name, { source }]) => [name, source])).toEqual([
      ['own', 'own.csv'],
      ['table', 'mine.csv'],
      ['table2', 't.csv'],
      ['other', 'o.csv']
    ]);
    // What is called alike and is not the same gets another name, and its nodes follow.
    expect(nodes.map(({ params }) => params!['dataset'])).toEqual(['table2', 'other']);
    expect(put(net, fragmentOf(net, new Set(['x']))).document.datasets).toBe(net.datasets);
  });

  it('finds names for thousands of copies at once', () => {
    const many = documentOf({ nodes: Array.from({ length: 4000 }, (_, at) => ({ id: `add${at}`, gate: 'any' })), wires: [] });
    const ids = new Set(many.nodes.map(({ id }) => id));
    const copied = put(many, fragmentOf(many, ids));
    expect(new Set([...ids, ...copied.ids]).size).toBe(8000);
  });
});

describe('definitions in a fragment', () => {
  const fragment = fragmentOf(net, new Set(['f']));
  const nameOf = ({ document, ids }: ReturnType<typeof put>) => document.nodes.find(({ id }) => id === ids[0])!.gate;
  const inside = ({ document }: ReturnType<typeof put>, name: string) => document.definitions!.get(name)!.nodes.map(({ gate }) => gate);

  it('are shared where the document has the same, wherever their nodes stand', () => {
    const placed = { ...net, definitions: new Map(net.definitions) };
    placed.definitions.set('outer', { ...net.definitions!.get('outer')!, layout: new Map([['a', [9, 9]]]) });
    const after = put(placed, fragment);
    expect(after.document.definitions).toBe(placed.definitions);
    expect(nameOf(after)).toBe('outer');
  });

  it('get another name where the document has another one of theirs', () => {
    const other = documentOf({ nodes: [], wires: [], definitions: { outer: holding('add') } });
    const after = put(other, fragment);
    expect([...after.document.definitions!.keys()]).toEqual(['outer', 'outer2', 'inner']);
    expect(nameOf(after)).toBe('outer2');
    expect([inside(after, 'outer'), inside(after, 'outer2')]).toEqual([['add'], ['inner']]);
  });

  it('are followed by those that use them, alike or not', () => {
    const { definitions } = documentOf({ nodes: [], wires: [], definitions: { outer: holding('inner'), inner: holding('add') } });
    const after = put({ ...emptyDocument(), definitions: definitions! }, fragment);
    expect(nameOf(after)).toBe('outer2');
    expect([inside(after, 'outer'), inside(after, 'inner')]).toEqual([['inner'], ['add']]);
    expect([inside(after, 'outer2'), inside(after, 'inner2')]).toEqual([['inner2'], ['neg']]);
  });

  it('never get the name of a gate or of another of them', () => {
    const named = documentOf({
      nodes: [
        { id: 'a', gate: 'block' },
        { id: 'b', gate: 'block2' }
      ],
      wires: [],
      definitions: { block: holding('neg'), block2: holding('block') }
    });
    const there = documentOf({ nodes: [], wires: [], definitions: { block: holding('add') } });
    const after = put(there, fragmentOf(named, new Set(['a', 'b'])), { isGate: (name) => name === 'block3' });
    expect(after.document.nodes.map(({ gate }) => gate)).toEqual(['block4', 'block2']);
    expect(inside(after, 'block2')).toEqual(['block4']);
    expect(nameOf(put(emptyDocument(), fragment, { isGate: (name) => name === 'outer' }))).toBe('outer2');
  });
});

describe('the ports of an opened definition', () => {
  const whole = documentOf({ nodes: [{ id: 'b', gate: 'inner' }], wires: [], definitions: { inner: holding('neg') } });
  const view = viewDefinition(whole, 'inner');

  it('are copied as ports of other names', () => {
    const { document, ids } = put(view, fragmentOf(view, new Set(['x', 'a', 'out'])));
    expect(ids).toEqual(['x2', 'a2', 'out2']);
    const { inputs, outputs, wires } = withDefinition(whole, 'inner', document).definitions!.get('inner')!;
    expect(inputs).toEqual(['x', 'x2']);
    expect([...outputs]).toEqual([
      ['out', 'a'],
      ['out2', 'a2']
    ]);
    expect(wires.map(({ from, to }) => [from, to])).toEqual([
      ['x', 'a.x'],
      ['x2', 'a2.x']
    ]);
  });
});
