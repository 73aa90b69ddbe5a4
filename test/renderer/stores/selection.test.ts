import { addFrame, addNote, renameNode, setAnnotationText, setAreas } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../renderer/commands/registry';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { simple } from '../canvas/documents';

const area = [0, 0, 90, 60] as const;
const seen = () =>
  addNote(addFrame(addFrame(simple(), { title: 'one', area }), { title: 'two', area: [200, 0, 90, 60] }), { text: 'why', area });

beforeEach(() => {
  setActivePinia(createPinia());
  useDocumentStore().open(seen());
});

const nodes = () => [...useSelectionStore().nodes];
const annotations = () => [...useSelectionStore().annotations];
const both = (): readonly (readonly string[])[] => [nodes(), annotations()];

describe('frames and notes that are selected', () => {
  it('are selected alone, together with gates, or toggled', () => {
    const selection = useSelectionStore();
    selection.selectAll(['x'], ['frame 0']);
    expect(both()).toEqual([['x'], ['frame 0']]);
    selection.selectAnnotations(['note 0'], true);
    selection.selectAnnotations(['frame 0'], true);
    expect(both()).toEqual([['x'], ['note 0']]);
    selection.select('y', true);
    expect(both()).toEqual([['x', 'y'], ['note 0']]);
    selection.select('z');
    expect(both()).toEqual([['z'], []]);
    selection.selectAnnotations(['frame 1']);
    expect(both()).toEqual([[], ['frame 1']]);
  });

  it('are not selected with a wire', () => {
    const selection = useSelectionStore();
    selection.selectAnnotations(['frame 0']);
    selection.selectWire(0);
    expect([selection.annotations.size, selection.wire]).toEqual([0, 0]);
    selection.selectAnnotations(['frame 0']);
    expect([selection.annotations.size, selection.wire]).toEqual([1, null]);
    selection.clear();
    expect(selection.isEmpty).toBe(true);
  });

  it('that do not exist are not selected', () => {
    useSelectionStore().selectAnnotations(['frame 7', 'note 0']);
    expect(annotations()).toEqual(['note 0']);
  });

  it('stay selected while they are moved, resized, typed into, and gates edited', () => {
    const store = useDocumentStore();
    useSelectionStore().selectAll(['x'], ['frame 1', 'note 0']);
    const edits = [
      () => runCommand('move.right'),
      () => runCommand('move.right'),
      () => store.apply('resize', (document) => setAreas(document, new Map([['note 0', [9, 9, 90, 90]]]))),
      () => store.apply('describe', (document) => setAnnotationText(document, 'frame 1', 'other')),
      () => store.apply('rename', (document) => renameNode(document, 'y', 'w')),
      () => store.undo()
    ];
    for (const edit of edits) {
      edit();
      expect(both()).toEqual([['x'], ['frame 1', 'note 0']]);
    }
    expect(store.document.layout.get('x')).toEqual([48, 0]);
  });

  it('are forgotten where others come or go, whose places they would take', () => {
    const store = useDocumentStore();
    const selection = useSelectionStore();
    selection.selectAll(['x'], ['frame 0']);
    runCommand('edit.delete');
    expect(annotations()).toEqual([]);
    selection.selectAnnotations(['frame 0']);
    store.undo();
    expect(annotations()).toEqual([]);
    selection.selectAnnotations(['note 0']);
    store.apply('add', (document) => addNote(document, { text: '', area }));
    expect(annotations()).toEqual([]);
  });

  it('are the one that was just made', () => {
    runCommand('edit.frame');
    expect(both()).toEqual([[], ['frame 2']]);
    runCommand('edit.note');
    expect(both()).toEqual([[], ['note 1']]);
  });
});

describe('what is selected', () => {
  it('is nothing in another document, though it has the same ids and as many frames', () => {
    useSelectionStore().selectAll(['x'], ['frame 0']);
    useDocumentStore().open(seen());
    expect(both()).toEqual([[], []]);
    useSelectionStore().selectWire(0);
    useDocumentStore().open(seen());
    expect(useSelectionStore().isEmpty).toBe(true);
  });

  it('is nothing in an opened definition, and nothing when it is left', () => {
    const store = useDocumentStore();
    useSelectionStore().select(['q', 'f']);
    runCommand('edit.group');
    useSelectionStore().selectAll(['x', 'block'], ['frame 0']);
    store.enter('block');
    expect(both()).toEqual([[], []]);
    useSelectionStore().select('x');
    store.leave();
    expect(both()).toEqual([[], []]);
  });

  it('is everything after that command, frames and notes too', () => {
    runCommand('edit.selectAll');
    expect(both()).toEqual([
      ['x', 'y', 'z', 'q', 'f'],
      ['frame 0', 'frame 1', 'note 0']
    ]);
    runCommand('edit.delete');
    expect(useDocumentStore().document).toMatchObject({ nodes: [], wires: [] });
    expect(useDocumentStore().document).not.toHaveProperty('frames');
    expect(useSelectionStore().isEmpty).toBe(true);
  });
});
