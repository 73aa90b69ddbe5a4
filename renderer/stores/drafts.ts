/** Unsaved work, which the host keeps within a second of an edit, and what windows left that are gone. */
import { EngineError, parseDocument, serializeDocument } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Draft, LeftDrafts } from '../../main/contract/keeping';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { useFilesStore } from './files';
import { SAVE_AS, useNoticesStore } from './notices';

/** From the first edit that is not kept, however many follow, to when an idle moment is awaited, and how long that is. */
const DELAY_MS = 400;
const IDLE_MS = 250;
/** Until what could not be kept is tried again, edit or no edit. */
const RETRY_MS = 5_000;
/** A host that has not answered for so long is told of. */
const PATIENCE_MS = 5_000;
/** A window that is loaded again finds its own draft by this. */
const OWN_KEY = 'wiregrad.draft';

export const useDraftsStore = defineStore('drafts', () => {
  const documents = useDocumentStore();
  const files = useFilesStore();
  const notices = useNoticesStore();
  /** What is offered, the latest first. */
  const left = shallowRef<readonly Draft[]>([]);
  const offered = ref(true);
  /** Not while the user is asked what shall become of the work in hand. */
  const offering = computed(() => offered.value && left.value.length > 0 && files.asking === null);

  let key = newKey();
  let kept = false;
  let due = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** Calls follow each other: a draft that is dropped stays so. */
  let turn: Promise<unknown> = Promise.resolve();
  let inHand: Promise<boolean> | null = null;
  let next: Promise<boolean> | null = null;
  let told = false;

  function then(action: () => Promise<void>): Promise<void> {
    const done = turn.then(action);
    turn = done.catch(() => undefined);
    return done;
  }

  function schedule(): void {
    if (due) return;
    due = true;
    setTimeout(() => whenIdle(() => void keep()), DELAY_MS);
  }

  /** Keeps the document as it is then; false where that failed. While one is on its way, one more waits: the latest. */
  function keep(): Promise<boolean> {
    due = false;
    clearTimeout(retry);
    if (inHand) {
      next ??= inHand.then(() => {
        next = null;
        return keep();
      });
      return next;
    }
    inHand = send().finally(() => {
      inHand = null;
    });
    return inHand;
  }

  async function send(): Promise<boolean> {
    if (!documents.unsaved) return true;
    const { fileName, fileHandle: handle, whole } = documents;
    const draft = { key, name: fileName ?? whole.name, handle, base: files.baseOf(), at: Date.now(), text: serializeDocument(whole) };
    kept = true;
    globalThis.sessionStorage?.setItem(OWN_KEY, key);
    const late = setTimeout(() => warn('the process that keeps it does not answer'), PATIENCE_MS);
    try {
      await then(() => useHost().keeping.keepDraft(draft));
      told = false;
      return true;
    } catch (failure) {
      // A connection that broke is there again, or told of as late.
      if (!(failure instanceof EngineError && failure.code === 'engine-lost')) warn((failure as Error).message);
      retry = setTimeout(() => void keep(), RETRY_MS);
      return false;
    } finally {
      clearTimeout(late);
    }
  }

  /** Once, until it works again. */
  function warn(reason: string): void {
    if (!told) notices.warning(`Unsaved work cannot be kept: ${reason}. Save it to a file.`, SAVE_AS);
    told = true;
  }

  function drop(): void {
    clearTimeout(retry);
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
      if (unsaved) schedule();
      else drop();
    },
    // At once, so that a document that is replaced is not taken for an edit of it.
    { flush: 'sync' }
  );

  /** Looks for what was left; this window's own, from before it was loaded again, is back at once. */
  async function begin(): Promise<void> {
    // The server has taken a window that lost its connection for a gone one.
    useHost().onEngineState((state) => {
      if (state === 'ready' && kept) void keep();
    });
    globalThis.addEventListener?.('beforeunload', () => {
      if (due) void keep();
    });
    const { drafts, notice } = await useHost()
      .keeping.leftDrafts()
      .catch((failure: unknown): LeftDrafts => {
        notices.failure(failure);
        return { drafts: [] };
      });
    if (notice !== undefined) notices.warning(notice);
    const own = globalThis.sessionStorage?.getItem(OWN_KEY) ?? null;
    const mine = drafts.find((draft) => draft.key === own);
    left.value = drafts.filter((draft) => draft !== mine);
    if (mine && (await recover(mine, true))) notices.done('Your unsaved work is back');
  }

  /** Opens a draft as unsaved work; false where the user keeps what is open instead. */
  async function recover(draft: Draft, own = false): Promise<boolean> {
    const { document, diagnostics } = parseDocument(draft.text);
    if (!document) {
      notices.warning(`${draft.name} cannot be read: ${diagnostics[0]?.message ?? 'it is no document'}`);
      return false;
    }
    if (!(await files.recover(document, draft, own))) return false;
    left.value = left.value.filter((other) => other !== draft);
    // Forgotten only when there is a draft of this window's own.
    if (await keep()) await discard(draft);
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

/** Runs `action` when the canvas has nothing to do, or a little later all the same: a large document takes a few frames. */
function whenIdle(action: () => void): void {
  if (globalThis.requestIdleCallback === undefined) action();
  else requestIdleCallback(action, { timeout: IDLE_MS });
}
