import { addNode, parseDocument, serializeDocument } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useDraftsStore } from '../../../renderer/stores/drafts';
import { useFilesStore } from '../../../renderer/stores/files';
import { useNoticesStore } from '../../../renderer/stores/notices';
import { useTrainingStore } from '../../../renderer/stores/training';
import { SIMPLE } from '../summaries';

let host: MemoryHost;
const session = new Map<string, string>();
beforeEach(() => {
  vi.useFakeTimers();
  session.clear();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => session.get(key) ?? null,
    setItem: (key: string, value: string) => session.set(key, value)
  });
  host = memoryHost({ stop: async () => undefined, resetWeights: async () => undefined, interruptedTraining: async () => null });
  setHost(host);
  start();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** As a window does that is loaded. */
function start(): ReturnType<typeof useDraftsStore> {
  setActivePinia(createPinia());
  return useDraftsStore();
}
let added = 0;
const edit = (): void => useDocumentStore().apply('add', (document) => addNode(document, { id: `more${++added}`, gate: 'variable' }));
const kept = () => [...host.drafts.values()];
const texts = () => useNoticesStore().notices.map(({ text }) => text);
const bytes = (text: string) => new TextEncoder().encode(text);
/** What a window left that had changed a file which it opened as SIMPLE; answers a window that is loaded later. */
async function leaveWork(): Promise<ReturnType<typeof useDraftsStore>> {
  host.disk.set('simple.wiregrad', bytes(SIMPLE));
  await open();
  edit();
  await vi.advanceTimersByTimeAsync(1_000);
  session.clear();
  const later = start();
  await later.begin();
  return later;
}
const open = (): Promise<boolean> =>
  useFilesStore().openFile({ name: 'simple.wiregrad', handle: 'simple.wiregrad', bytes: new TextEncoder().encode(SIMPLE) });

it('unsaved work is kept within a second of the first edit, also while edits go on', async () => {
  for (let at = 0; at < 30; at++) {
    edit();
    await vi.advanceTimersByTimeAsync(100);
    if (at === 9) expect(kept()).toHaveLength(1);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kept()).toHaveLength(1);
  expect(kept()[0]!.text).toBe(serializeDocument(useDocumentStore().whole));
});

it('nothing is kept of a document that was only opened', async () => {
  await open();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(kept()).toEqual([]);
});

it('a draft says what it is of, and goes when it is saved or undone', async () => {
  await open();
  edit();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kept()).toMatchObject([{ name: 'simple.wiregrad', handle: 'simple.wiregrad', at: Date.now() - 600 }]);
  await useFilesStore().save();
  await vi.advanceTimersByTimeAsync(0);
  expect(kept()).toEqual([]);
  edit();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kept()).toHaveLength(1);
  useDocumentStore().undo();
  await vi.advanceTimersByTimeAsync(0);
  expect(kept()).toEqual([]);
});

it('a draft goes when the user opens something else instead', async () => {
  await open();
  edit();
  await vi.advanceTimersByTimeAsync(1_000);
  const replaced = useFilesStore().newDocument();
  await vi.advanceTimersByTimeAsync(0);
  useFilesStore().asking!('discard');
  await replaced;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kept()).toEqual([]);
});

it('what another window left is offered, and comes back as unsaved work of its file', async () => {
  host.disk.set('simple.wiregrad', bytes(SIMPLE));
  host.drafts.set('other', { key: 'other', name: 'simple.wiregrad', handle: 'simple.wiregrad', base: null, at: 5, text: SIMPLE });
  const drafts = start();
  await drafts.begin();
  expect(drafts.offering).toBe(true);
  await drafts.recover(drafts.left[0]!);
  const documents = useDocumentStore();
  expect([documents.whole.nodes.length, documents.fileName, documents.fileHandle, documents.unsaved]).toEqual([
    5,
    'simple.wiregrad',
    'simple.wiregrad',
    true
  ]);
  expect(drafts.offering).toBe(false);
  // It is this window's now, and kept under its own key.
  expect(kept()).toHaveLength(1);
  expect(kept()[0]).toMatchObject({ name: 'simple.wiregrad', handle: 'simple.wiregrad' });
  expect(kept()[0]!.key).not.toBe('other');
});

it('a window that is loaded again has its own work back at once', async () => {
  edit();
  await vi.advanceTimersByTimeAsync(1_000);
  const [mine] = kept();
  const drafts = start();
  await drafts.begin();
  expect(serializeDocument(useDocumentStore().whole)).toBe(mine!.text);
  expect(useDocumentStore().unsaved).toBe(true);
  expect(drafts.offering).toBe(false);
  expect(kept()).toHaveLength(1);
});

it('a draft that is no document is told of and stays, and discarding forgets it', async () => {
  host.drafts.set('bad', { key: 'bad', name: 'bad', handle: null, base: null, at: 1, text: '{' });
  const drafts = start();
  await drafts.begin();
  expect(await drafts.recover(drafts.left[0]!)).toBe(false);
  expect(useNoticesStore().notices.at(-1)!.text).toContain('bad cannot be read');
  expect(drafts.left).toHaveLength(1);
  await drafts.discard(drafts.left[0]!);
  expect([drafts.left.length, host.drafts.size]).toEqual([0, 0]);
});

it('drafts that were damaged are told of, and the others offered', async () => {
  host.draftsNotice = 'Unsaved work was kept that cannot be read';
  host.drafts.set('other', { key: 'other', name: 'other', handle: null, base: null, at: 5, text: SIMPLE });
  const drafts = start();
  await drafts.begin();
  expect(texts()).toEqual(['Unsaved work was kept that cannot be read']);
  expect(drafts.left).toHaveLength(1);
});

it('work on a file that is as it was is saved there unasked', async () => {
  const drafts = await leaveWork();
  await drafts.recover(drafts.left[0]!);
  expect(texts()).toEqual([]);
  expect(await useFilesStore().save()).toBe(true);
  expect(new TextDecoder().decode(host.disk.get('simple.wiregrad'))).toBe(serializeDocument(useDocumentStore().whole));
});

it('work on a file that another program has changed since says so, also after a second crash, and asks before it is saved', async () => {
  let drafts = await leaveWork();
  const theirs = bytes(SIMPLE.replace('-2', '-3'));
  host.disk.set('simple.wiregrad', theirs);
  await drafts.recover(drafts.left[0]!);
  session.clear();
  drafts = start();
  await drafts.begin();
  await drafts.recover(drafts.left[0]!);
  expect(texts()).toEqual(['Another program has changed simple.wiregrad since: Save asks before it writes over that.']);
  const files = useFilesStore();
  const saving = files.save();
  files.askingOver!('cancel');
  expect([await saving, host.disk.get('simple.wiregrad'), useDocumentStore().unsaved]).toEqual([false, theirs, true]);
  const over = files.save();
  files.askingOver!('over');
  expect(await over).toBe(true);
  // From now on the file is this document's again.
  edit();
  expect(await files.save()).toBe(true);
});

it('work on a file that is gone keeps its name and asks for a place', async () => {
  const drafts = await leaveWork();
  host.disk.delete('simple.wiregrad');
  await drafts.recover(drafts.left[0]!);
  const { fileName, fileHandle, unsaved } = useDocumentStore();
  expect([fileName, fileHandle, unsaved]).toEqual(['simple.wiregrad', null, true]);
  expect(texts()).toEqual(['simple.wiregrad is not where it was: Save asks for a place.']);
});

it('a draft is forgotten only once its work is kept anew', async () => {
  const drafts = await leaveWork();
  const { keepDraft } = host.keeping;
  host.keeping.keepDraft = () => Promise.reject(new Error('no space left'));
  const [old] = drafts.left;
  expect(await drafts.recover(old!)).toBe(true);
  expect([drafts.offering, host.drafts.has(old!.key)]).toEqual([false, true]);
  host.keeping.keepDraft = keepDraft;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(kept()).toHaveLength(2);
});

it('work of another window replaces a document that is trained only after the training is left', async () => {
  const drafts = await leaveWork();
  const training = useTrainingStore();
  training.running = true;
  await drafts.recover(drafts.left[0]!);
  expect([training.running, useFilesStore().openings]).toEqual([false, 1]);
});

it('a host that cannot keep is told of once, and tried again without an edit', async () => {
  const { keepDraft } = host.keeping;
  host.keeping.keepDraft = () => Promise.reject(new Error('no space left'));
  for (let at = 0; at < 3; at++) {
    edit();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(useNoticesStore().notices).toMatchObject([
    { text: 'Unsaved work cannot be kept: no space left. Save it to a file.', action: { command: 'file.saveAs' } }
  ]);
  host.keeping.keepDraft = keepDraft;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(kept()).toHaveLength(1);
  expect(kept()[0]!.text).toBe(serializeDocument(useDocumentStore().whole));
});

it('a host that does not answer is told of, and hears of the latest state alone when it does', async () => {
  const { keepDraft } = host.keeping;
  let answer = (): void => undefined;
  const sent: number[] = [];
  host.keeping.keepDraft = async (draft) => {
    sent.push(parseDocument(draft.text).document!.nodes.length);
    await new Promise<void>((resolve) => (answer = resolve));
    return keepDraft(draft);
  };
  for (let at = 0; at < 10; at++) {
    edit();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(texts()).toEqual(['Unsaved work cannot be kept: the process that keeps it does not answer. Save it to a file.']);
  answer();
  await vi.advanceTimersByTimeAsync(0);
  answer();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual([1, 10]);
});

it('a window that was taken for a gone one keeps its work once more when it is connected again', async () => {
  await useDraftsStore().begin();
  edit();
  await vi.advanceTimersByTimeAsync(1_000);
  host.drafts.clear();
  host.states.emit('ready');
  await vi.advanceTimersByTimeAsync(0);
  expect(kept()).toHaveLength(1);
});

it('an edit is kept at once when the window is about to go', async () => {
  const listeners = new Map<string, () => void>();
  vi.stubGlobal('addEventListener', (event: string, listener: () => void) => listeners.set(event, listener));
  await useDraftsStore().begin();
  edit();
  listeners.get('beforeunload')!();
  await vi.advanceTimersByTimeAsync(0);
  expect(kept()).toHaveLength(1);
});

it('earlier versions are listed with their documents, and returning to one can be undone', async () => {
  await open();
  const documents = useDocumentStore();
  const files = useFilesStore();
  edit();
  await files.save();
  const saved = serializeDocument(documents.whole);
  edit();
  await files.save();
  const now = serializeDocument(documents.whole);
  const versions = await files.versions();
  expect(versions.map(({ document }) => document && serializeDocument(document))).toEqual([now, saved]);
  files.returnTo(versions[1]!);
  expect(serializeDocument(documents.whole)).toBe(saved);
  documents.undo();
  expect(serializeDocument(documents.whole)).toBe(now);
});

it('a file that another program changed is written over only if the user says so', async () => {
  await open();
  const files = useFilesStore();
  const text = () => parseDocument(new TextDecoder().decode(host.disk.get('simple.wiregrad'))).document?.nodes.length;
  host.disk.set('simple.wiregrad', new TextEncoder().encode(SIMPLE));
  host.changed.add('simple.wiregrad');
  edit();
  for (const [answer, saved] of [
    ['cancel', 5],
    ['over', 6]
  ] as const) {
    const saving = files.save();
    await vi.advanceTimersByTimeAsync(0);
    files.askingOver!(answer);
    expect(await saving).toBe(answer === 'over');
    expect(text()).toBe(saved);
    expect(useDocumentStore().unsaved).toBe(answer !== 'over');
  }
});

it('what is edited while it is saved is not saved', async () => {
  await open();
  edit();
  const saving = useFilesStore().save();
  edit();
  expect(await saving).toBe(true);
  expect(useDocumentStore().unsaved).toBe(true);
  useDocumentStore().undo();
  expect(useDocumentStore().unsaved).toBe(false);
});

it('a save that fails says why, offers another place, and leaves the work unsaved and kept', async () => {
  await open();
  host.files.save = () => Promise.reject(new Error('simple.wiregrad was not saved: the disk is full'));
  edit();
  expect(await useFilesStore().save()).toBe(false);
  expect(useNoticesStore().notices).toMatchObject([
    { kind: 'error', text: 'simple.wiregrad was not saved: the disk is full', action: { command: 'file.saveAs' } }
  ]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([useDocumentStore().unsaved, kept().length]).toEqual([true, 1]);
});
