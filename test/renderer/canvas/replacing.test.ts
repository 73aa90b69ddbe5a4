import { registry, type Document } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { replaceBy, replaced } from '../../../renderer/canvas/replacing';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { read, simple } from './documents';

beforeEach(() => {
  setActivePinia(createPinia());
  useDocumentStore().open(simple());
});

const replace = (document: Document, id: string, gate: string) =>
  replaced(
    document,
    document.nodes.find((node) => node.id === id)!,
    registry.get(gate)!
  );
const alone = (gate: string, params: object, id = 'g') => read({ nodes: [{ id, gate, params }], wires: [] });

describe('replacing a gate', () => {
  it('keeps its place, its id and its wires, as one step to undo', () => {
    const store = useDocumentStore();
    replaceBy('q', 'sub');
    expect(store.nodesById.get('q')!.gate).toBe('sub');
    expect(store.document.wires).toEqual(simple().wires);
    expect(store.document.layout).toEqual(simple().layout);
    expect(useSelectionStore().primary).toBe('q');
    store.undo();
    expect(store.document).toEqual(simple());
  });

  it('gives its wires to ports of other names, and drops what is too much', () => {
    replaceBy('q', 'neg');
    expect(useDocumentStore().document.wires.map(({ from, to }) => `${from} > ${to}`)).toEqual(['x > q.x', 'q > f.a', 'z > f.b']);
  });

  it('calls a gate that was called as its gate as the new one, everywhere', () => {
    const document = read({
      nodes: [
        { id: 'x', gate: 'variable' },
        { id: 'add', gate: 'neg' },
        { id: 'neg2', gate: 'neg' }
      ],
      wires: [{ from: 'x', to: 'neg2.x' }],
      objective: 'neg2',
      layout: { neg2: [1, 2] }
    });
    const { document: after, id } = replace(document, 'neg2', 'exp');
    expect(id).toBe('exp');
    expect([after.objective, after.wires[0]!.to, after.layout.get('exp')]).toEqual(['exp', 'exp.x', [1, 2]]);
    expect(replace(document, 'neg2', 'add').id).toBe('add2');
    expect(replace(document, 'add', 'exp').id).toBe('add');
  });

  it('keeps the parameters that the new gate has and takes', () => {
    const params = (document: Document, gate: string) => replace(document, 'g', gate).document.nodes[0]!.params;
    expect(params(alone('sum', { dim: [0], keepdim: true }), 'mean')).toEqual({ dim: [0], keepdim: true });
    expect(params(alone('sum', { dim: [0], keepdim: true }), 'neg')).toBeUndefined();
    expect(params(alone('copy', { n: 3 }), 'concat')).toEqual({ n: 3 });
    expect(params(alone('copy', { n: 'many' }), 'concat')).toBeUndefined();
  });

  it('starts a parameter with what it needs to be run', () => {
    expect(replace(simple(), 'x', 'parameter').document.nodes[0]!.params).toMatchObject({ init: { kind: 'kaiming_uniform' } });
  });

  it('does nothing where there is no such gate', () => {
    replaceBy('q', 'wurst');
    replaceBy('nobody', 'add');
    expect(useDocumentStore().canUndo).toBe(false);
  });

  it('takes names of gates as they are', () => {
    expect(replace(alone('(', {}), 'g', 'exp').id).toBe('g');
    expect(replace(alone('.', {}), 'g', 'exp').id).toBe('g');
    expect(replace(alone('avg_pool2d', {}, 'avg_pool2d3'), 'avg_pool2d3', 'exp').id).toBe('exp');
  });

  it('works on a gate that nobody knows, and keeps its wires', () => {
    const wrong = read({
      nodes: [
        { id: 'x', gate: 'variable' },
        { id: 'g', gate: 'wurst' },
        { id: 'y', gate: 'neg' }
      ],
      wires: [
        { from: 'x', to: 'g.filling' },
        { from: 'g', to: 'y.x' }
      ]
    });
    expect(replace(wrong, 'g', 'exp').document.wires.map(({ from, to }) => `${from} > ${to}`)).toEqual(['x > g.x', 'g > y.x']);
  });
});
