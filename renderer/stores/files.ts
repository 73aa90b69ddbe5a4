/** Documents from and to files. Whatever goes wrong here is told, and the document in hand stays as it is. */
import { EngineError, emptyDocument, parseDocument, serializeDocument, type Document } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import type { FileFilter, OpenedFile, RecentFile } from '../../main/contract/host';
import type { Draft, Version } from '../../main/contract/keeping';
import { useHost } from '../host/current';
import { useDataStore } from './data';
import { useDataFilesStore } from './dataFiles';
import { useDocumentStore } from './document';
import { fingerprint } from './fingerprint';
import { SAVE_AS, useNoticesStore, type NoticeAction } from './notices';
import { useRunStore } from './run';
import { useSelectionStore } from './selection';
import { isDataName, sourceOfBytes } from './sourceFiles';
import { useTrainingStore } from './training';
import { useWindowStore } from './window';

export type Answer = 'save' | 'discard' | 'cancel';
export type OverAnswer = 'over' | 'saveAs' | 'cancel';

const DOCUMENT: FileFilter = { name: 'Wiregrad document', extensions: ['wiregrad'] };

/** A version with its document; null where that cannot be read. */
export interface SavedVersion extends Version {
  readonly document: Document | null;
}

/** The file that a document came from. */
interface Origin {
  readonly name: string | null;
  readonly handle: string | null;
  /** Fingerprint of its text. */
  readonly base: string | null;
  /** Another program has changed it since. */
  readonly outdated?: boolean;
}
const NOWHERE: Origin = { name: null, handle: null, base: null };

export const useFilesStore = defineStore('files', () => {
  const documents = useDocumentStore();
  const selection = useSelectionStore();
  const run = useRunStore();
  const training = useTrainingStore();
  const data = useDataStore();
  const dataFiles = useDataFilesStore();
  const notices = useNoticesStore();
  const view = useWindowStore();

  const recent = shallowRef<readonly RecentFile[]>([]);
  /** Resolves with the user's answer; null while nothing is asked. */
  const asking = shallowRef<((answer: Answer) => void) | null>(null);
  /** The same for a file that would be written over. */
  const askingOver = shallowRef<((answer: OverAnswer) => void) | null>(null);
  let origin = NOWHERE;
  /** Grows with every document opened: what is shown of the one before has no meaning any more. */
  const openings = ref(0);

  watch(
    () => documents.unsaved,
    (unsaved) => useHost().setUnsaved(unsaved)
  );

  /** Runs `action`; a failure is told, with what `helps`, and answers false. */
  async function attempt(action: () => Promise<boolean>, helps?: NoticeAction): Promise<boolean> {
    try {
      return await action();
    } catch (failure) {
      notices.failure(failure, helps);
      return false;
    }
  }

  /** True when the document in hand may be replaced. */
  async function mayReplace(): Promise<boolean> {
    const { nodes, datasets } = documents.whole;
    if (!documents.unsaved || (nodes.length === 0 && !datasets?.size)) return true;
    const answer = await new Promise<Answer>((resolve) => {
      asking.value = resolve;
    });
    asking.value = null;
    return answer === 'save' ? save() : answer === 'discard';
  }

  function putInPlace(document: Document, from: Origin, recovered = false): void {
    origin = from;
    documents.open(document, from.name, from.handle, recovered);
  }

  function show(document: Document, from: Origin, recovered = false): void {
    run.clear();
    selection.clear();
    data.forget();
    view.gallery = false;
    putInPlace(document, from, recovered);
    openings.value++;
  }

  async function replace(
    document: Document,
    from: Origin,
    { sources = new Map(), recovered = false }: { sources?: ReadonlyMap<string, Uint8Array> | undefined; recovered?: boolean } = {}
  ): Promise<void> {
    show(document, from, recovered);
    await training.abandon();
    // Trained weights belong to the document that they were trained in.
    await useHost().engine.resetWeights();
    for (const [source, bytes] of sources) await data.give(sourceOfBytes(source, bytes));
    await data.findBeside(from.handle);
    await training.findInterrupted();
  }

  /** The file of unsaved work, as far as it can be reached. A tab reads no files, and writes none over. */
  async function originOf({ name, handle, base }: Draft): Promise<Origin> {
    if (handle === null) return NOWHERE;
    if (useHost().kind === 'web') return { name, handle, base };
    const file = await useHost()
      .files.openRecent(handle)
      .catch(() => null);
    if (!file) return { name, handle: null, base: null };
    return { name, handle, base, outdated: base !== null && fingerprint(new TextDecoder().decode(file.bytes)) !== base };
  }

  /**
   * Opens unsaved work as such. Where it is this window's `own`, training that goes on is of this very document: it is
   * followed already.
   */
  async function recover(document: Document, draft: Draft, own: boolean): Promise<boolean> {
    return attempt(async () => {
      const from = await originOf(draft);
      if (own && training.running) putInPlace(document, from, true);
      else if (await mayReplace()) await replace(document, from, { recovered: true });
      else return false;
      if (from.outdated) notices.warning(`Another program has changed ${draft.name} since: Save asks before it writes over that.`);
      if (from.handle !== draft.handle) notices.warning(`${draft.name} is not where it was: Save asks for a place.`);
      return true;
    });
  }

  /**
   * Follows training that goes on in the engine: that of this window, lost sight of, or in a window that was loaded again
   * whatever it finds, with its document. Tells whether there was any.
   */
  async function pickUpTraining(): Promise<boolean> {
    return attempt(async () => {
      const found = await useHost().engine.trainingInHand();
      if (!found) return false;
      if (!training.isMine(found)) {
        const { document } = parseDocument(found.document);
        if (openings.value > 0 || !document) return false;
        show(document, NOWHERE);
        view.tab = 'training';
      }
      void training.follow(found);
      for (const source of found.sources) await data.takeOver(source);
      return true;
    });
  }

  async function newDocument(): Promise<boolean> {
    return attempt(async () => {
      if (!(await mayReplace())) return false;
      await replace(emptyDocument(), NOWHERE);
      return true;
    });
  }

  /** Opens a text under a name, with the data that it needs; the gallery's way in. */
  async function openText(
    source: string | Uint8Array,
    name: string | null,
    handle: string | null = null,
    sources?: ReadonlyMap<string, Uint8Array>
  ): Promise<boolean> {
    return attempt(async () => {
      const { document, diagnostics } = parseDocument(source);
      if (!document) throw new EngineError(diagnostics[0] ?? { code: 'bad-document', message: 'this is no Wiregrad document' });
      if (!(await mayReplace())) return false;
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
      await replace(document, { name, handle, base: handle === null ? null : fingerprint(text) }, { sources });
      return true;
    });
  }

  /** Opens a document, or data, that was picked, dropped or sent. */
  async function openFile({ name, handle, bytes }: OpenedFile): Promise<boolean> {
    if (isDataName(name)) return attempt(() => dataFiles.openPicked(sourceOfBytes(name, bytes).files));
    const opened = await openText(bytes, name, handle || null);
    void refreshRecent();
    return opened;
  }

  async function open(): Promise<boolean> {
    return attempt(async () => {
      const file = await useHost().files.open(DOCUMENT);
      return file ? openFile(file) : false;
    });
  }

  async function openRecent(handle: string): Promise<boolean> {
    return attempt(async () => openFile(await useHost().files.openRecent(handle)));
  }

  async function refreshRecent(): Promise<void> {
    await attempt(async () => {
      recent.value = await useHost().files.recent();
      return true;
    });
  }

  async function clearRecent(): Promise<void> {
    await attempt(async () => {
      await useHost().files.clearRecent();
      return true;
    });
    await refreshRecent();
  }

  /** The document as it is now, and what to do when just that was saved: what is edited or opened meanwhile was not. */
  function toSave(): { readonly bytes: Uint8Array; saved(name: string, handle: string): void } {
    const { whole: document, opened } = documents;
    const text = serializeDocument(document);
    return {
      bytes: new TextEncoder().encode(text),
      saved(name, handle) {
        notices.done(`Saved ${name}`);
        if (documents.opened !== opened) return;
        origin = { name, handle, base: fingerprint(text) };
        documents.markSaved(name, handle, document);
      }
    };
  }

  /** What shall become of a file that another program has changed meanwhile. */
  async function askOver(): Promise<OverAnswer> {
    const answer = await new Promise<OverAnswer>((resolve) => {
      askingOver.value = resolve;
    });
    askingOver.value = null;
    return answer;
  }

  /** Saves to where the document came from, or asks where. */
  async function save(): Promise<boolean> {
    const { fileHandle, fileName } = documents;
    if (fileHandle === null || fileName === null) return saveAs();
    return attempt(async () => {
      const { bytes, saved } = toSave();
      if (origin.outdated || (await useHost().files.save(fileHandle, bytes)) === 'changed') {
        const answer = await askOver();
        if (answer === 'saveAs') return saveAs();
        if (answer === 'cancel') {
          // Again: whoever waits for the save shall know that there is none.
          useHost().setUnsaved(true);
          return false;
        }
        await useHost().files.save(fileHandle, bytes, true);
      }
      saved(fileName, fileHandle);
      return true;
    }, SAVE_AS);
  }

  async function saveAs(): Promise<boolean> {
    return attempt(async () => {
      const name = documents.fileName ?? `${documents.whole.name.replace(/[^\w.-]+/g, '-') || 'untitled'}.wiregrad`;
      const { bytes, saved } = toSave();
      const place = await useHost().files.saveAs(name, bytes, DOCUMENT);
      if (!place) return false;
      saved(place.name, place.handle);
      void refreshRecent();
      return true;
    }, SAVE_AS);
  }

  /** What was saved of the document before, with its bytes; the latest first. */
  async function versions(): Promise<readonly SavedVersion[]> {
    const { fileHandle } = documents;
    if (fileHandle === null) return [];
    const { files: calls } = useHost();
    return Promise.all(
      (await calls.versions(fileHandle)).map(async (version) => {
        const text = new TextDecoder().decode(await calls.version(fileHandle, version.id));
        return { ...version, document: parseDocument(text).document ?? null };
      })
    );
  }

  /** Puts an earlier version in place of what is open, as an edit that can be undone. */
  function returnTo({ document, at }: SavedVersion): void {
    if (document) documents.applyWhole(`return to ${new Date(at).toLocaleString()}`, () => document);
  }

  return {
    /** Fingerprint of the file that the document came from, or was saved to last. */
    baseOf: () => origin.base,
    recent,
    asking,
    askingOver,
    openings,
    recover,
    versions,
    returnTo,
    pickUpTraining,
    newDocument,
    openText,
    openFile,
    open,
    openRecent,
    refreshRecent,
    clearRecent,
    save,
    saveAs
  };
});
