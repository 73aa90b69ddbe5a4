import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodesAlong, nodesInUse, sameDefinitions } from '../../../engine/document/definitions';
import { addNode, addWire, removeNodes, renameNode, setParams } from '../../../engine/document/edits';
import { groupNodes, ungroup } from '../../../engine/document/group';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { viewDefinition, withDefinition } from '../../../engine/document/view';
import { documents } from './documents';

function documentOf(json: object): Document {
  const { document, diagnostics } = parseDocument(JSON.stringify({ format: 'wiregrad', version: 1, name: 'net', ...json }));
  expect(diagnostics).toEqual([]);
  return document!;
}

/** q = x + y, f = q · z, L = f + q; metrics on f. */
const net = documentOf({
  nodes: [
    { id: 'x', gate: 'variable' },
    { id: 'y', gate: 'variable' },
    { id: 'z', gate: 'variable' },
    { id: 'q', gate: 'add' },
    { id: 'f', gate: 'mul' },
    { id: 'L', gate: 'add' }
  ],
  wires: [
    { from: 'x', to: 'q.a' },
    { from: 'y', to: 'q.b' },
    { from: 'q', to: 'f.a' },
    { from: 'z', to: 'f.b' },
    { from: 'f', to: 'L.a' },
    { from: 'q', to: 'L.b' }
  ],
  objective: 'L',
  layout: { x: [0, 0], q: [100, 20], f: [200, 40], L: [300, 0] },
  training: { metrics: [{ kind: 'accuracy', input: 'f', target: 'q' }] }
});

const codesOf = (definitions: unknown): readonly string[] =>
  parseDocument(JSON.stringify({ format: 'wiregrad', version: 1, name: 'net', nodes: [], wires: [], definitions })).diagnostics.map(
    ({ code }) => code
  );
const block = { inputs: ['x'], outputs: { out: 'a' }, nodes: [{ id: 'a', gate: 'neg' }], wires: [{ from: 'x', to: 'a.x' }] };

describe('definitions in a file', () => {
  it('are kept as they stand, and reported, where they cannot be opened', () => {
    expect(codesOf({ block })).toEqual([]);
    expect(codesOf({ 'no id': block })).toEqual(['bad-definition']);
    expect(codesOf({ definition_input: block })).toEqual(['bad-definition']);
    expect(codesOf({ block: { ...block, inputs: ['x', 'x'] } })).toEqual(['bad-definition']);
    expect(codesOf({ block: { ...block, inputs: ['a'] } })).toEqual(['bad-definition']);
    expect(codesOf({ block: { ...block, outputs: { 'a.b': 'a' } } })).toEqual(['bad-definition']);
    expect(codesOf({ block: { ...block, nodes: [...block.nodes, ...block.nodes] } })).toEqual(['bad-definition']);
    const text = JSON.stringify({
      format: 'wiregrad',
      version: 1,
      name: 'net',
      nodes: [],
      wires: [],
      definitions: { block: { inputs: 3 } }
    });
    expect(JSON.parse(serializeDocument(parseDocument(text).document!))).toMatchObject({ definitions: { block: { inputs: 3 } } });
  });

  it('are checked inside: doubled wires, wires and outputs that lead nowhere', () => {
    expect(codesOf({ block: { ...block, wires: [...block.wires, ...block.wires] } })).toEqual(['doubled-wire']);
    expect(codesOf({ block: { ...block, wires: [{ from: 'y', to: 'a.x' }] } })).toEqual(['unknown-node']);
    expect(codesOf({ block: { ...block, wires: [{ from: 'a', to: 'x.x' }] } })).toEqual(['bad-reference']);
    expect(codesOf({ block: { ...block, outputs: { out: 'b' } } })).toEqual(['unknown-node']);
    expect(codesOf({ block: { ...block, outputs: { out: null } } })).toEqual([]);
  });

  it('are written a node and a wire a line, with keys in one order', () => {
    const text = serializeDocument(
      documentOf({ nodes: [], wires: [], definitions: { block: { layout: { a: [1, 2] }, parameters: 'shared', ...block } } })
    );
    expect(text).toContain(`  "definitions": {
    "block": {
      "inputs": [
        "x"
      ],
      "outputs": {
        "out": "a"
      },
      "nodes": [
        { "id": "a", "gate": "neg" }
      ],
      "wires": [
        { "from": "x", "to": "a.x" }
      ],
      "parameters": "shared",
      "layout": {
        "a": [1, 2]
      }
    }
  }`);
  });
});

describe('grouping', () => {
  it('puts an instance in the place of the gates; what crosses the border becomes ports', () => {
    const { document, id } = groupNodes(net, ['q', 'f'], 'block');
    expect(id).toBe('block');
    const definition = document.definitions!.get('block')!;
    expect(definition.inputs).toEqual(['x', 'y', 'z']);
    expect([...definition.outputs]).toEqual([
      ['f', 'f'],
      ['q', 'q']
    ]);
    expect(document.wires).toEqual([
      { from: 'block.f', to: 'L.a' },
      { from: 'block.q', to: 'L.b' },
      { from: 'x', to: 'block.x' },
      { from: 'y', to: 'block.y' },
      { from: 'z', to: 'block.z' }
    ]);
    expect(document.training?.metrics).toEqual([{ kind: 'accuracy', input: 'block.f', target: 'block.q' }]);
    expect(document.layout.get('block')).toEqual([150, 30]);
    expect(parseDocument(serializeDocument(document))).toEqual({ document, diagnostics: [] });
  });

  it('calls a single output out, and takes the objective along', () => {
    const { document } = groupNodes(net, ['f', 'L', 'q', 'x', 'y', 'z'], 'all');
    expect([...document.definitions!.get('all')!.outputs.keys()]).toEqual(['L', 'f', 'q']);
    expect(document.objective).toBe('all.L');
    const { document: last } = groupNodes(net, ['L'], 'end');
    expect(last.objective).toBe('end');
  });

  it('refuses what would make a cycle, a name that is taken, and nothing', () => {
    expect(() => groupNodes(net, ['q', 'L'], 'block')).toThrow(expect.objectContaining({ code: 'not-convex' }));
    expect(() => groupNodes(groupNodes(net, ['q'], 'block').document, ['f'], 'block')).toThrow(
      expect.objectContaining({ code: 'duplicate-id' })
    );
    expect(() => groupNodes(net, ['q'], 'no id')).toThrow(expect.objectContaining({ code: 'bad-id' }));
    expect(() => groupNodes(net, [], 'block')).toThrow(expect.objectContaining({ code: 'nothing-to-group' }));
  });

  it('is undone by ungrouping, but for the order of lists', () => {
    const sorted = ({ nodes, wires, ...rest }: Document) => ({
      ...rest,
      nodes: [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1)),
      wires: [...wires].sort((a, b) => (a.to < b.to ? -1 : 1))
    });
    for (const chosen of [['q', 'f'], ['L'], ['x', 'q'], ['f', 'L', 'q', 'x', 'y', 'z']]) {
      const { document, id } = groupNodes(net, chosen, 'block');
      expect(sorted(ungroup(document, id))).toEqual(sorted(net));
    }
  });

  it('gives any document that can still be saved and loaded', () => {
    fc.assert(
      fc.property(documents, fc.infiniteStream(fc.boolean()), (document, choice) => {
        const chosen = document.nodes.filter(() => choice.next().value).map(({ id }) => id);
        let grouped;
        try {
          grouped = groupNodes(document, chosen, 'fresh_name');
        } catch (error) {
          expect(['not-convex', 'nothing-to-group']).toContain((error as { code?: string }).code);
          return;
        }
        expect(parseDocument(serializeDocument(grouped.document)).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(nodesInUse(grouped.document).length).toBeGreaterThan(document.nodes.length);
        const back = ungroup(grouped.document, grouped.id);
        expect(back.nodes.map(({ id }) => id).sort()).toEqual(document.nodes.map(({ id }) => id).sort());
        expect(back.wires.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(
          document.wires.map(({ from, to }) => `${from} ${to}`).sort()
        );
      })
    );
  });

  it('keeps a definition that something else uses, and ungroups no repeated instance', () => {
    const { document } = groupNodes(net, ['q'], 'block');
    const twice = addNode(document, { id: 'other', gate: 'block' });
    expect(ungroup(twice, 'other').definitions!.has('block')).toBe(true);
    expect(() => ungroup(setParams(document, 'block', { repeat: 2 }), 'block')).toThrow(expect.objectContaining({ code: 'repeated' }));
  });
});

describe('the view of a definition', () => {
  const { document: whole } = groupNodes(net, ['q', 'f'], 'block');

  it('shows its ports as nodes, and gives the same document back when nothing was edited', () => {
    const view = viewDefinition(whole, 'block');
    expect(view.nodes.map(({ id, gate }) => `${id} ${gate}`)).toEqual([
      'x definition_input',
      'y definition_input',
      'z definition_input',
      'q add',
      'f mul',
      'f_out definition_output',
      'q_out definition_output'
    ]);
    expect(withDefinition(whole, 'block', view)).toEqual(whole);
  });

  it('gives back any document of any definition unchanged', () => {
    fc.assert(
      fc.property(documents, (document) => {
        for (const name of document.definitions?.keys() ?? []) {
          const back = withDefinition(document, name, viewDefinition(document, name));
          expect(sameDefinitions(back.definitions, document.definitions)).toBe(true);
          expect(serializeDocument(back)).toBe(serializeDocument(document));
        }
      })
    );
  });

  it('takes any edit inside; the document around it stays', () => {
    const edited = withDefinition(whole, 'block', removeNodes(viewDefinition(whole, 'block'), ['q']));
    const definition = edited.definitions!.get('block')!;
    expect(definition.nodes.map(({ id }) => id)).toEqual(['f']);
    expect([...definition.outputs]).toEqual([
      ['f', 'f'],
      ['q', null]
    ]);
    expect(edited.nodes).toBe(whole.nodes);
    expect(edited.training).toEqual(whole.training);
    expect(edited.objective).toBe('L');
  });

  it('renames and adds ports by their nodes; outer wires follow', () => {
    let view = viewDefinition(whole, 'block');
    view = renameNode(view, 'x', 'left');
    view = renameNode(view, 'q_out', 'sum');
    view = addNode(view, { id: 'more', gate: 'definition_output' });
    view = addWire(view, { from: 'left', to: 'more.in' });
    const edited = withDefinition(whole, 'block', view);
    const definition = edited.definitions!.get('block')!;
    expect(definition.inputs).toEqual(['left', 'y', 'z']);
    expect([...definition.outputs]).toEqual([
      ['f', 'f'],
      ['sum', 'q'],
      ['more', 'left']
    ]);
    expect(edited.wires).toContainEqual({ from: 'x', to: 'block.left' });
    expect(edited.wires).toContainEqual({ from: 'block.sum', to: 'L.b' });
    expect(edited.training?.metrics).toEqual([{ kind: 'accuracy', input: 'block.f', target: 'block.sum' }]);
  });

  it('follows a renamed port inside other definitions too, and keeps what is used elsewhere', () => {
    const nested = groupNodes(whole, ['block', 'L'], 'outer').document;
    const edited = withDefinition(nested, 'block', renameNode(viewDefinition(nested, 'block'), 'y', 'right'));
    expect(edited.definitions!.get('outer')!.wires).toContainEqual({ from: 'y', to: 'block.right' });
    const twice = addNode(nested, { id: 'again', gate: 'block' });
    const opened = ungroup(viewDefinition(twice, 'outer'), 'block');
    expect(withDefinition(twice, 'outer', opened).definitions!.has('block')).toBe(true);
  });

  it('is found by a path, with the copy of what is repeated', () => {
    const nested = groupNodes(whole, ['block', 'L'], 'outer').document;
    expect(nodesAlong(nested, 'outer/block')?.map(({ gate }) => gate)).toEqual(['outer', 'block']);
    expect(nodesAlong(nested, 'outer/q')).toBeNull();
    expect(nodesAlong(nested, 'outer@1')).toBeNull();
    const repeated = setParams(nested, 'outer', { repeat: 3 });
    expect(nodesAlong(repeated, 'outer')).toBeNull();
    expect(nodesAlong(repeated, 'outer@3/block')).toHaveLength(2);
    expect(nodesAlong(repeated, 'outer@4')).toBeNull();
  });
});
