import { addNode, parseDocument, serializeDocument } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useDraftsStore } from '../../../renderer/stores/drafts';
import { useFilesStore } from '../../../renderer/stores/files';
import { useNoticesStore } from '../../../renderer/stores/notices';
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
  expect(kept()).toMatchObject([{ name: 'simple.wiregrad', handle: 'simple.wiregrad', at: Date.now() - 400 }]);
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
  host.drafts.set('other', { key: 'other', name: 'simple.wiregrad', handle: 'simple.wiregrad', at: 5, text: SIMPLE });
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
  host.drafts.set('bad', { key: 'bad', name: 'bad', handle: null, at: 1, text: '{' });
  const drafts = start();
  await drafts.begin();
  expect(await drafts.recover(drafts.left[0]!)).toBe(false);
  expect(useNoticesStore().notices.at(-1)!.text).toContain('bad cannot be read');
  expect(drafts.left).toHaveLength(1);
  await drafts.discard(drafts.left[0]!);
  expect([drafts.left.length, host.drafts.size]).toEqual([0, 0]);
});

it('a host that cannot keep is told of once, and tried again', async () => {
  const { keepDraft } = host.keeping;
  host.keeping.keepDraft = () => Promise.reject(new Error('no space left'));
  for (let at = 0; at < 3; at++) {
    edit();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(useNoticesStore().notices.map(({ text }) => text)).toEqual(['Unsaved work cannot be kept: no space left. Save it to a file.']);
  host.keeping.keepDraft = keepDraft;
  edit();
  await vi.advanceTimersByTimeAsync(1_000);
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
