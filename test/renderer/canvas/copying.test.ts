import { addFrame, addNote, emptyDocument, parseDocument, removeNodes, serializeDocument } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { copySelection, middleOf, readFragment, selectionText } from '../../../renderer/canvas/copying';
import { pasteText } from '../../../renderer/commands/clipboard';
import { runCommand } from '../../../renderer/commands/registry';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useNoticesStore } from '../../../renderer/stores/notices';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { simple } from './documents';

beforeEach(() => {
  setActivePinia(createPinia());
  useDocumentStore().open(addNote(addFrame(simple(), { title: 'frame', area: [0, 0, 90, 60] }), { text: 'note', area: [0, 0, 90, 60] }));
});

const ids = () => useDocumentStore().document.nodes.map(({ id }) => id);
const wires = () => useDocumentStore().document.wires.map(({ from, to }) => `${from} > ${to}`);
const notices = () => useNoticesStore().notices.map(({ text }) => text);

describe('what is copied', () => {
  it('is a document that opens by itself', () => {
    useSelectionStore().selectAll(['q', 'f'], ['note 0']);
    const { document, diagnostics } = parseDocument(selectionText()!);
    expect(document!.nodes.map(({ id }) => id)).toEqual(['q', 'f']);
    expect([document!.frames, document!.notes!.length]).toEqual([undefined, 1]);
    // The wires that came in are carried, and end nowhere there.
    expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-node', 'unknown-node', 'unknown-node']);
  });

  it('is nothing where no gate, frame or note is selected', () => {
    expect(selectionText()).toBeNull();
    useSelectionStore().selectWire(0);
    expect(selectionText()).toBeNull();
    copySelection({ label: 'duplicate', shift: [0, 0] });
    expect(useDocumentStore().canUndo).toBe(false);
  });
});

describe('pasting', () => {
  it('puts gates around the pointer under new names, selected, as one step', () => {
    const store = useDocumentStore();
    useSelectionStore().selectAll(['q', 'f'], ['frame 0']);
    const before = store.document;
    pasteText(selectionText()!, false);
    expect([...useSelectionStore().nodes, ...useSelectionStore().annotations]).toEqual(['q2', 'f2', 'frame 1']);
    expect(wires().slice(4)).toEqual(['q2 > f2.a']);
    const pasted = new Map([...store.document.layout].slice(5));
    const [x, y] = middleOf({ ...emptyDocument(), layout: pasted, frames: [store.document.frames![1]!] });
    // Positions are whole, and the pointer is at the origin where there is no canvas.
    expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(0.5);
    store.undo();
    expect(store.document).toBe(before);
  });

  it('connects the gates to those that fed them where that is wanted', () => {
    useSelectionStore().select('q');
    pasteText(selectionText()!, true);
    expect(wires().slice(4)).toEqual(['x > q2.a', 'y > q2.b']);
  });

  it('into another document takes what it can, and keeps the names', () => {
    useSelectionStore().select(['x', 'q']);
    const text = selectionText()!;
    useDocumentStore().open(emptyDocument());
    pasteText(text, true);
    expect([ids(), wires()]).toEqual([['x', 'q'], ['x > q.a']]);
  });

  it('again at one place goes down a stair, so that copies do not hide each other', () => {
    useSelectionStore().select('z');
    const text = selectionText()!;
    for (let times = 0; times < 3; times++) pasteText(text, false);
    const { layout } = useDocumentStore().document;
    const [first, second, third] = ['z2', 'z3', 'z4'].map((id) => layout.get(id)![0]);
    expect(second! - first!).toBeGreaterThan(0);
    expect(third! - second!).toBe(second! - first!);
  });

  it('of a whole file puts all of it in', () => {
    pasteText(serializeDocument(simple()), false);
    expect(ids()).toHaveLength(10);
    expect(useDocumentStore().diagnostics).toEqual([]);
  });

  it.each(['', 'hello', '{}', '{"format":"wiregrad"}', '{"format":"wiregrad","version":99}'])('of %j is refused in words', (text) => {
    expect(readFragment(text)).toBeNull();
    pasteText(text, false);
    expect(notices()).toEqual(['The clipboard holds no gates: copy some first, or the text of a .wiregrad file']);
    expect(useDocumentStore().canUndo).toBe(false);
  });

  it('of a document without gates is no step', () => {
    pasteText(serializeDocument(emptyDocument()), false);
    expect(useDocumentStore().canUndo).toBe(false);
  });
});

describe('ports of an opened definition', () => {
  beforeEach(() => {
    useSelectionStore().select(['q', 'f']);
    runCommand('edit.group');
    runCommand('definition.open');
  });

  it('are duplicated as further ports', () => {
    useSelectionStore().select(['x', 'q', 'out']);
    runCommand('edit.duplicate');
    expect([...useSelectionStore().nodes]).toEqual(['x2', 'q2', 'out2']);
    const { inputs, outputs } = useDocumentStore().whole.definitions!.get('block')!;
    expect([inputs, [...outputs.keys()]]).toEqual([
      ['x', 'y', 'z', 'x2'],
      ['out', 'out2']
    ]);
  });

  it('stay behind where what is copied goes into the document itself', () => {
    useSelectionStore().select(['x', 'q', 'out']);
    const text = selectionText()!;
    runCommand('definition.leave');
    pasteText(text, false);
    expect(ids()).toEqual(['x', 'y', 'z', 'block', 'q']);
  });
});

it('instances pasted into another document bring their definition', () => {
  useSelectionStore().select(['q', 'f']);
  runCommand('edit.group');
  const text = selectionText()!;
  const store = useDocumentStore();
  store.open(removeNodes(simple(), ['q', 'f']));
  pasteText(text, true);
  expect([...store.document.definitions!.keys()]).toEqual(['block']);
  expect(store.diagnostics).toEqual([]);
  pasteText(text, true);
  expect([...store.document.definitions!.keys()]).toEqual(['block']);
});
