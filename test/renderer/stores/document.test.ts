import { addNode, moveNodes, removeNodes, setName, setParams, setTraining } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { simple } from '../canvas/documents';

beforeEach(() => setActivePinia(createPinia()));

const setX = (value: number) => (document: ReturnType<typeof simple>) => setParams(document, 'x', { value });

describe('the document store', () => {
  it('has nothing to save, undo or redo when a document was opened', () => {
    const store = useDocumentStore();
    store.apply('add', (document) => addNode(document, { id: 'x', gate: 'variable' }));
    store.open(simple(), 'simple.wiregrad', 'handle');
    expect([store.unsaved, store.canUndo, store.canRedo]).toEqual([false, false, false]);
    expect([store.fileName, store.fileHandle]).toEqual(['simple.wiregrad', 'handle']);
  });

  it('undoes and redoes an edit, and names it', () => {
    const store = useDocumentStore();
    const before = simple();
    store.open(before);
    store.apply('set x', setX(7));
    const after = store.document;
    expect(store.undoLabel).toBe('set x');
    store.undo();
    expect(store.document).toBe(before);
    expect(store.redoLabel).toBe('set x');
    store.redo();
    expect(store.document).toBe(after);
  });

  it('takes an edit that changes nothing for none', () => {
    const store = useDocumentStore();
    store.open(simple());
    store.apply('nothing', (document) => document);
    expect(store.canUndo).toBe(false);
  });

  it('undoes consecutive edits of one merge key together', () => {
    const store = useDocumentStore();
    const before = simple();
    store.open(before);
    for (const value of [1, 12, 123]) store.apply('set x', setX(value), { merge: 'x.value' });
    store.undo();
    expect(store.document).toBe(before);
  });

  it('is saved again when undo comes back to what was saved', () => {
    const store = useDocumentStore();
    store.open(simple());
    store.apply('set x', setX(7));
    expect(store.unsaved).toBe(true);
    store.undo();
    expect(store.unsaved).toBe(false);
    store.redo();
    store.markSaved('a.wiregrad', 'handle');
    expect(store.unsaved).toBe(false);
    store.undo();
    expect(store.unsaved).toBe(true);
  });

  it('grows its revision with what can change results, and with nothing else', () => {
    const store = useDocumentStore();
    store.open(simple());
    const grows = (edit: Parameters<typeof store.apply>[1]) => {
      const before = store.revision;
      store.apply('edit', edit);
      return store.revision - before;
    };
    expect(grows((document) => moveNodes(document, new Map([['x', [9, 9]]])))).toBe(0);
    expect(grows((document) => setName(document, 'other'))).toBe(0);
    expect(grows((document) => setTraining(document, { epochs: 3 }))).toBe(0);
    expect(grows((document) => setTraining(document, { epochs: 3, seed: 1 }))).toBe(1);
    expect(grows(setX(3))).toBe(1);
    expect(grows((document) => removeNodes(document, ['y']))).toBe(1);
  });

  it('does not lower the document again when gates are only moved', () => {
    const store = useDocumentStore();
    store.open(simple());
    const { lowered } = store;
    store.apply('move', (document) => moveNodes(document, new Map([['x', [9, 9]]])));
    expect(store.lowered).toBe(lowered);
    store.apply('set x', setX(1));
    expect(store.lowered).not.toBe(lowered);
  });

  it('tells the problems of each gate', () => {
    const store = useDocumentStore();
    store.open(simple());
    expect(store.diagnostics).toEqual([]);
    store.apply('delete', (document) => removeNodes(document, ['y']));
    expect(store.problemsOf('q').map(({ code, port }) => [code, port])).toEqual([['unconnected-input', 'b']]);
    expect(store.problemsOf('f')).toEqual([]);
  });

  it('settles positions without an edit to undo or save', () => {
    const store = useDocumentStore();
    store.open({ ...simple(), layout: new Map() });
    store.settle(new Map([['x', [1, 2]]]));
    expect(store.document.layout.get('x')).toEqual([1, 2]);
    expect([store.unsaved, store.canUndo]).toEqual([false, false]);
  });

  it('settles the past too: what is undone has the places', () => {
    const store = useDocumentStore();
    store.open({ ...simple(), layout: new Map() });
    store.apply('rename', (document) => setName(document, 'other'));
    store.settle(new Map([['x', [1, 2]]]));
    store.undo();
    expect([store.document.name, store.document.layout.get('x'), store.unsaved]).toEqual(['simple', [1, 2], false]);
    store.redo();
    expect([store.document.name, store.document.layout.get('x')]).toEqual(['other', [1, 2]]);
  });
});

describe('the selection', () => {
  it('selects alone, adds, and toggles', () => {
    useDocumentStore().open(simple());
    const selection = useSelectionStore();
    selection.select('x');
    selection.select('y');
    expect([...selection.nodes]).toEqual(['y']);
    selection.select(['x', 'q'], true);
    expect([...selection.nodes]).toEqual(['y', 'x', 'q']);
    expect(selection.primary).toBe('q');
    selection.select('x', true);
    expect([...selection.nodes]).toEqual(['y', 'q']);
  });

  it('loses what leaves the document', () => {
    const store = useDocumentStore();
    store.open(simple());
    const selection = useSelectionStore();
    selection.select(['x', 'y']);
    store.apply('delete', (document) => removeNodes(document, ['y']));
    expect([...selection.nodes]).toEqual(['x']);
    expect(selection.primary).toBe('x');
  });

  it('follows a wire whose index changes', () => {
    const store = useDocumentStore();
    store.open(simple());
    const selection = useSelectionStore();
    selection.selectWire(2);
    store.apply('delete', (document) => removeNodes(document, ['x']));
    expect(store.document.wires[selection.wire!]).toEqual({ from: 'q', to: 'f.a' });
    store.apply('delete', (document) => removeNodes(document, ['f']));
    expect(selection.wire).toBeNull();
  });

  it('holds gates or a wire, not both', () => {
    useDocumentStore().open(simple());
    const selection = useSelectionStore();
    selection.select('x');
    selection.selectWire(0);
    expect([selection.nodes.size, selection.wire]).toEqual([0, 0]);
    selection.select('x');
    expect([selection.nodes.size, selection.wire]).toEqual([1, null]);
  });
});
