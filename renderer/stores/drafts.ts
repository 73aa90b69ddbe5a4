/** Unsaved work, which the host keeps within a second of an edit, and what windows left that are gone. */
import { parseDocument, serializeDocument } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Draft } from '../../main/contract/keeping';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { useFilesStore } from './files';
import { useNoticesStore } from './notices';

/** From the first edit that is not kept, however many follow. */
const DELAY_MS = 600;
/** A window that is loaded again finds its own draft by this. */
const OWN_KEY = 'wiregrad.draft';

export const useDraftsStore = defineStore('drafts', () => {
  const documents = useDocumentStore();
  const files = useFilesStore();
  const notices = useNoticesStore();
  /** What is offered, the latest first. */
  const left = shallowRef<readonly Draft[]>([]);
  const offered = ref(true);
  const offering = computed(() => offered.value && left.value.length > 0);

  let key = newKey();
  let kept = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Calls follow each other: a draft that is dropped stays so. */
  let turn: Promise<unknown> = Promise.resolve();
  let failed = false;

  function then(action: () => Promise<void>): Promise<void> {
    const done = turn.then(action);
    turn = done.catch(() => undefined);
    return done;
  }

  async function keep(): Promise<void> {
    timer = undefined;
    if (!documents.unsaved) return;
    const text = serializeDocument(documents.whole);
    const draft = { key, name: documents.fileName ?? documents.whole.name, handle: documents.fileHandle, at: Date.now(), text };
    kept = true;
    remember(key);
    try {
      await then(() => useHost().keeping.keepDraft(draft));
      failed = false;
    } catch (failure) {
      if (!failed) notices.problem(`Unsaved work cannot be kept: ${(failure as Error).message}. Save it to a file.`);
      failed = true;
      // The next edit tries again.
    }
  }

  function drop(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!kept) return;
    const dropped = key;
    kept = false;
    void then(() => useHost().keeping.dropDraft(dropped)).catch(() => undefined);
  }

  watch(
    [() => documents.whole, () => documents.unsaved, () => documents.opened],
    ([, unsaved, opened], [, , before]) => {
      if (opened !== before) {
        // Of what was open before, the user has said what shall become.
        drop();
        key = newKey();
      }
      if (!unsaved) drop();
      else timer ??= setTimeout(() => void keep(), DELAY_MS);
    },
    // At once, so that a document that is replaced is not taken for an edit of it.
    { flush: 'sync' }
  );

  /** Looks for what was left; this window's own, from before it was loaded again, is back at once. */
  async function begin(): Promise<void> {
    const found = await useHost()
      .keeping.leftDrafts()
      .catch(() => []);
    const own = globalThis.sessionStorage?.getItem(OWN_KEY) ?? null;
    const mine = found.find((draft) => draft.key === own);
    left.value = found.filter((draft) => draft !== mine);
    if (mine && (await recover(mine))) notices.done('Your unsaved work is back');
  }

  /** Opens a draft as unsaved work; false where the user keeps what is open instead. */
  async function recover(draft: Draft): Promise<boolean> {
    const { document, diagnostics } = parseDocument(draft.text);
    if (!document) {
      notices.problem(`${draft.name} cannot be read: ${diagnostics[0]?.message ?? 'it is no document'}`);
      return false;
    }
    if (!(await files.recover(document, draft.handle === null ? null : draft.name, draft.handle))) return false;
    // Now there is a draft of this window's own.
    await keep();
    await discard(draft);
    return true;
  }

  async function discard(draft: Draft): Promise<void> {
    left.value = left.value.filter((other) => other !== draft);
    await then(() => useHost().keeping.dropDraft(draft.key)).catch(notices.failure);
  }

  return { left, offered, offering, begin, recover, discard };
});

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function remember(key: string): void {
  globalThis.sessionStorage?.setItem(OWN_KEY, key);
}
