/** What a document holds of how it looks — frames, notes, points of wires, collapsed gates — and which gates are bypassed. */
import { describe, expect, it } from 'vitest';
import { sameDefinitions } from '../../../engine/document/definitions';
import { setBypass, setCollapsed, setDefinition } from '../../../engine/document/edits';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { DefinitionRecord, Document } from '../../../engine/document/types';
import { viewDefinition, withDefinition } from '../../../engine/document/view';
import { documentOf } from '../documentOf';

const block = {
  inputs: ['x'],
  outputs: { out: 'a' },
  nodes: [{ id: 'a', gate: 'neg', bypass: true, collapsed: true }],
  wires: [
    {
      from: 'x',
      to: 'a.x',
      via: [
        [1, 2],
        [3, 4]
      ]
    }
  ],
  layout: { a: [5, 6] },
  frames: [{ title: 'inner', area: [0, 0, 10, 20] }],
  notes: [{ text: 'within', area: [-1, 2.5, 3, 4] }]
};
const json = {
  format: 'wiregrad',
  version: 1,
  name: 'seen',
  nodes: [
    { id: 'x', gate: 'variable', collapsed: true },
    { id: 'b', gate: 'block', params: { repeat: 2 }, bypass: true }
  ],
  wires: [{ from: 'x', to: 'b.x', via: [[0, -0.5]] }],
  definitions: { block },
  frames: [{ title: '', area: [0, 0, 1, 1], later: true }],
  notes: [{ text: 'why\nso', area: [0, 0, 1, 1] }]
};

describe('what is seen of a document', () => {
  it('is read, and written a frame and a note a line', () => {
    const { document, diagnostics } = parseDocument(JSON.stringify(json));
    expect(diagnostics).toEqual([]);
    expect(document!.nodes).toEqual(json.nodes);
    expect(document!.wires).toEqual(json.wires);
    expect(document!.frames).toEqual([{ title: '', area: [0, 0, 1, 1], unknowns: { later: true } }]);
    const text = serializeDocument(document!);
    expect(JSON.parse(text)).toEqual(json);
    expect(text).toContain('    { "id": "b", "gate": "block", "params": { "repeat": 2 }, "bypass": true }\n');
    expect(text).toContain('    { "from": "x", "to": "b.x", "via": [[0, -0.5]] }\n');
    expect(text).toContain('  "frames": [\n    { "title": "", "area": [0, 0, 1, 1], "later": true }\n  ],\n');
    expect(serializeDocument(parseDocument(text).document!)).toBe(text);
  });

  it.each([
    [{ nodes: [{ id: 'x', gate: 'neg', bypass: 1 }] }, 'error', 'nodes[0].bypass: expected true or false, found 1'],
    [{ nodes: [{ id: 'x', gate: 'neg', collapsed: 'no' }] }, 'error', 'nodes[0].collapsed: expected true or false, found "no"'],
    [{ wires: [{ from: 'x', to: 'b.x', via: [[1]] }] }, 'warning', 'wires[0].via[0]: expected [x, y], found a list of 1'],
    [{ wires: [{ from: 'x', to: 'b.x', via: 7 }] }, 'warning', 'wires[0].via: expected a list, found 7'],
    [{ frames: {} }, 'warning', 'frames: expected a list, found an object'],
    [{ frames: [{ title: 'x' }] }, 'warning', 'frames[0].area: this key is missing'],
    [{ frames: [{ title: 'x', area: [0, 0, 0, 1] }] }, 'warning', 'frames[0].area: expected [x, y, width, height], found a list of 4'],
    [{ notes: [{ text: 3, area: [0, 0, 1, 1] }] }, 'warning', 'notes[0].text: expected a text, found 3'],
    [{ definitions: { block: { ...block, frames: 1 } } }, 'error', 'definitions.block.frames: expected a list, found 1'],
    [
      { definitions: { block: { ...block, nodes: [{ id: 'a', gate: 'neg', bypass: null }] } } },
      'error',
      'definitions.block.nodes[0].bypass: expected true or false, found null'
    ]
  ])('is reported where it is %j, and survives a save as it stands', (changes, severity, message) => {
    const base = {
      ...json,
      definitions: undefined,
      nodes: [
        { id: 'x', gate: 'variable' },
        { id: 'b', gate: 'neg' }
      ]
    };
    const text = JSON.stringify({ ...base, wires: [], ...changes });
    const { document, diagnostics } = parseDocument(text);
    expect(diagnostics[0]).toMatchObject({ severity, message });
    expect(JSON.parse(serializeDocument(document!))).toEqual(JSON.parse(text));
  });

  it('of a definition is its view’s, of the document the document’s', () => {
    const whole = documentOf(json);
    const view = viewDefinition(whole, 'block');
    expect([view.frames, view.notes]).toEqual([block.frames, block.notes]);
    const frames = [{ title: 'other', area: [1, 1, 1, 1] as const }];
    const { notes: _, ...bare } = view;
    const edited = withDefinition(whole, 'block', { ...bare, frames });
    expect([edited.frames, edited.notes]).toEqual([whole.frames, whole.notes]);
    expect(edited.definitions!.get('block')!.frames).toBe(frames);
    expect(edited.definitions!.get('block')).not.toHaveProperty('notes');
    const plain = documentOf({ ...json, frames: undefined, notes: undefined });
    expect(withDefinition(plain, 'block', viewDefinition(plain, 'block'))).toBe(plain);
  });

  it('leaves the document itself where only the node of a port, or the wire to one, would hold it', () => {
    const whole = documentOf({
      ...json,
      objective: 'b',
      training: { epochs: 2, metrics: [{ kind: 'accuracy', input: 'b', target: 'x' }] }
    });
    const view = viewDefinition(whole, 'block');
    expect(withDefinition(whole, 'block', setCollapsed(view, ['x', 'out'], true))).toBe(whole);
    const wires = view.wires.map((wire) => (wire.to === 'out.in' ? { ...wire, via: [[1, 1] as const] } : wire));
    expect(withDefinition(whole, 'block', { ...view, wires })).toBe(whole);
  });

  it('is no difference between definitions, and a bypass is one', () => {
    const whole = documentOf(json);
    const record = whole.definitions!.get('block')!;
    const isSame = (changes: Partial<DefinitionRecord>): boolean =>
      sameDefinitions(whole.definitions, setDefinition(whole, 'block', { ...record, ...changes }).definitions);
    const { frames: _, notes: __, ...bare } = record;
    expect(sameDefinitions(whole.definitions, setDefinition(whole, 'block', bare).definitions)).toBe(true);
    expect(sameDefinitions(setDefinition(whole, 'block', bare).definitions, whole.definitions)).toBe(true);
    const node = record.nodes[0]!;
    expect(isSame({ layout: new Map(), nodes: [{ ...node, collapsed: false }], wires: [{ from: 'x', to: 'a.x' }] })).toBe(true);
    expect(isSame({ nodes: [{ ...node, bypass: false }] })).toBe(false);
    expect(isSame({ wires: [] })).toBe(false);
  });
});

describe('bypassing and collapsing gates', () => {
  const base: Document = documentOf({
    nodes: [
      { id: 'x', gate: 'neg' },
      { id: 'y', gate: 'neg' },
      { id: 'z', gate: 'neg' }
    ],
    wires: []
  });

  it.each([
    ['bypass', setBypass],
    ['collapsed', setCollapsed]
  ] as const)('sets %s where it is on, and has no key where it is off', (key, set) => {
    const on = set(base, new Set(['x', 'z', 'nobody']), true);
    expect(on.nodes).toEqual([{ id: 'x', gate: 'neg', [key]: true }, base.nodes[1], { id: 'z', gate: 'neg', [key]: true }]);
    expect(on.nodes[1]).toBe(base.nodes[1]);
    expect(set(on, ['x', 'y', 'z'], false)).toEqual(base);
    expect(Object.keys(set(on, ['x'], false).nodes[0]!)).toEqual(['id', 'gate']);
  });

  it('gives the document itself where nothing changes', () => {
    const on = setBypass(base, ['x'], true);
    expect(setBypass(on, ['x'], true)).toBe(on);
    expect(setBypass(on, ['y'], false)).toBe(on);
    expect(setCollapsed(on, [], true)).toBe(on);
  });

  it('replaces what could not be read', () => {
    const { document } = parseDocument(
      JSON.stringify({ format: 'wiregrad', version: 1, name: 'n', nodes: [{ id: 'x', gate: 'neg', bypass: 'yes', later: 1 }], wires: [] })
    );
    expect(setBypass(document!, ['x'], true).nodes).toEqual([{ id: 'x', gate: 'neg', bypass: true, unknowns: { later: 1 } }]);
  });
});
