import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as edits from '../../../engine/document/edits';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { documents, id } from './documents';

const base: Document = {
  name: 'net',
  nodes: [
    { id: 'x', gate: 'variable', params: { value: 1 } },
    { id: 's', gate: 'split' },
    { id: 'f', gate: 'add' }
  ],
  wires: [
    { from: 'x', to: 's.x' },
    { from: 's.out0', to: 'f.a' },
    { from: 's.out1', to: 'f.b' }
  ],
  objective: 'f',
  training: { epochs: 2, metrics: [{ kind: 'accuracy', input: 's.out0', target: 'x' }] },
  layout: new Map([
    ['x', [0, 0]],
    ['s', [1, 0]]
  ])
};

describe('edits', () => {
  it('name new nodes after their gate, numbered from 2', () => {
    let document = edits.emptyDocument();
    for (const expected of ['add', 'add2', 'add3']) {
      const id = edits.freshId(document, 'add');
      expect(id).toBe(expected);
      document = edits.addNode(document, { id, gate: 'add' });
    }
    expect(edits.freshId(document, '3d!')).toBe('node');
    expect(edits.freshId(document, 'constructor')).toBe('constructor');
  });

  it('put a new wire in the place of the one at its input', () => {
    const document = edits.addWire(base, { from: 'x', to: 'f.a' });
    expect(document.wires).toEqual([
      { from: 'x', to: 's.x' },
      { from: 'x', to: 'f.a' },
      { from: 's.out1', to: 'f.b' }
    ]);
    expect(document.nodes).toBe(base.nodes);
    expect(edits.addWire(base, { from: 'x', to: 'f.c' }).wires).toHaveLength(4);
  });

  it('take wires, position, objective and metrics away with a node', () => {
    const document = edits.removeNodes(base, ['s']);
    expect(document.wires).toEqual([]);
    expect([...document.layout.keys()]).toEqual(['x']);
    expect(document.objective).toBe('f');
    expect(document.training).toEqual({ epochs: 2 });
    expect(edits.removeNodes(base, ['f']).objective).toBeUndefined();
    const terms = edits.setObjective(base, [{ from: 'f' }, { from: 's.out0', upstream: 2 }]);
    expect(edits.removeNodes(terms, ['f']).objective).toEqual([{ from: 's.out0', upstream: 2 }]);
    expect(edits.removeNodes(terms, ['f', 's']).objective).toBeUndefined();
    expect(edits.removeNodes(base, ['nobody'])).toBe(base);
  });

  it('rename a node everywhere', () => {
    const document = edits.renameNode(base, 's', '__proto__');
    expect(document.wires).toEqual([
      { from: 'x', to: '__proto__.x' },
      { from: '__proto__.out0', to: 'f.a' },
      { from: '__proto__.out1', to: 'f.b' }
    ]);
    expect(document.training?.metrics?.[0]?.input).toBe('__proto__.out0');
    expect([...document.layout.keys()]).toEqual(['x', '__proto__']);
    expect(document.nodes[0]).toBe(base.nodes[0]);
    expect(edits.renameNode(base, 'f', 'loss').objective).toBe('loss');
    expect(edits.renameNode(base, 'f', 'f')).toBe(base);
  });

  it('refuse ids that are none or taken', () => {
    expect(() => edits.renameNode(base, 'f', 'x')).toThrowError(expect.objectContaining({ code: 'duplicate-id' }));
    expect(() => edits.renameNode(base, 'f', 'a b')).toThrowError(expect.objectContaining({ code: 'bad-id' }));
    expect(() => edits.addNode(base, { id: 'x', gate: 'add' })).toThrowError(expect.objectContaining({ code: 'duplicate-id' }));
  });

  it('replace a part that could not be read', () => {
    const { document } = parseDocument(
      JSON.stringify({ format: 'wiregrad', version: 1, name: 'n', nodes: [], wires: [], training: 7, later: 1 })
    );
    expect(document!.unknowns).toEqual({ training: 7, later: 1 });
    expect(edits.setTraining(document!, { epochs: 1 })).toMatchObject({ training: { epochs: 1 }, unknowns: { later: 1 } });
    expect(serializeDocument(edits.setTraining(document!, undefined))).not.toContain('training');
  });

  it('leave the document itself where a part is set to what it is', () => {
    expect(edits.setObjective(base, 'f')).toBe(base);
    expect(edits.setWeights(base, undefined)).toBe(base);
    expect(edits.setName(base, 'other')).not.toBe(base);
  });

  it('leave a document that loads without errors, and the one before untouched', () => {
    fc.assert(
      fc.property(documents, id, fc.nat(), (document, newId, pick) => {
        const before = serializeDocument(document);
        const node = document.nodes[pick % document.nodes.length]!;
        let after = document.nodes.some((other) => other.id === newId) ? document : edits.renameNode(document, node.id, newId);
        after = edits.addNode(after, { id: edits.freshId(after, node.gate), gate: node.gate }, [3, 4]);
        after = edits.addWire(after, { from: after.nodes[0]!.id, to: `${after.nodes.at(-1)!.id}.a` });
        after = edits.removeWires(after, [pick % after.wires.length]);
        after = edits.removeNodes(after, [after.nodes[pick % after.nodes.length]!.id]);
        expect(parseDocument(serializeDocument(after)).diagnostics).toEqual([]);
        expect(serializeDocument(document)).toBe(before);
      })
    );
  });
});
