/** The data sources that the engine was given, and the data sets of the document over them. */
import { setDataset, type DataSummary, type DatasetRecord } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { columnsOf, otherSources, sourceKey, type Column } from './columns';
import { useDocumentStore, type ApplyOptions } from './document';
import { giveSource, refuseCancelled } from './giveSource';
import { useNoticesStore } from './notices';
import { sourceBeside, type SourceFiles } from './sourceFiles';

/** The files are kept to be read again, never their bytes; null where another window gave them. */
interface Given {
  readonly files: SourceFiles | null;
  readonly summary: DataSummary;
}

/** A source on its way to the engine. */
export interface Giving {
  readonly source: string;
  /** Bytes that are there, of all. */
  readonly done: number;
  readonly total: number;
  cancel(): void;
}

const NONE: ReadonlyMap<string, DatasetRecord> = new Map();

export const useDataStore = defineStore('data', () => {
  const documents = useDocumentStore();
  const notices = useNoticesStore();
  /** By name; a generated set by its record. */
  const sources = shallowRef<ReadonlyMap<string, Given>>(new Map());
  const giving = shallowRef<Giving | null>(null);
  /** What goes to the engine goes one after the other: pieces of two sources shall not mix. */
  let last: Promise<unknown> = Promise.resolve();

  const datasets = computed(() => documents.whole.datasets ?? NONE);
  /** Sources that the document names and nobody has given yet. */
  const absent = computed(() => {
    const named = [...datasets.value.values()].flatMap((record) => [
      ...(record.source === undefined ? [] : [record.source]),
      ...otherSources(record)
    ]);
    return [...new Set(named)].filter((source) => !sources.value.has(source));
  });

  const summaryOfSource = (source: string): DataSummary | undefined => sources.value.get(source)?.summary;

  function summaryOf(dataset: string): DataSummary | undefined {
    const record = datasets.value.get(dataset);
    return record && summaryOfSource(sourceKey(record));
  }

  /** All that a data set can be made of. */
  function columnsFor(dataset: string): readonly Column[] {
    const record = datasets.value.get(dataset);
    return record ? columnsOf(record, summaryOfSource) : [];
  }

  /** Gives the engine a source. Rejects with what is wrong with it, and what was there under that name is there still. */
  function give(files: SourceFiles, name = files.name): Promise<DataSummary> {
    const { opened } = documents;
    const given = last.then(async () => {
      const stop = new AbortController();
      const tell = (done: number): void => void (giving.value = { source: name, done, total: files.size, cancel: () => stop.abort() });
      tell(0);
      try {
        await send(files, name, stop.signal, tell);
        const summary = await useHost().engine.describeData(name);
        refuseCancelled(stop.signal);
        // Another document's sources may have the same names.
        if (documents.opened === opened) sources.value = new Map(sources.value).set(name, { files, summary });
        return summary;
      } catch (failure) {
        await restore(name);
        throw failure;
      } finally {
        giving.value = null;
      }
    });
    last = given.catch(() => undefined);
    return given;
  }

  const send = (
    files: SourceFiles,
    name: string,
    signal: AbortSignal,
    onProgress: (bytes: number) => void = () => undefined
  ): Promise<void> => giveSource(files, name, { giveData: (part) => useHost().engine.giveData(part), signal, onProgress });

  async function restore(name: string): Promise<void> {
    const files = sources.value.get(name)?.files;
    if (files) await send(files, name, new AbortController().signal).catch(() => drop(name));
  }

  function drop(name: string): void {
    const left = new Map(sources.value);
    left.delete(name);
    sources.value = left;
  }

  /** A source that the engine has already. */
  async function takeOver(name: string): Promise<void> {
    const summary = await useHost().engine.describeData(name);
    sources.value = new Map(sources.value).set(name, { files: null, summary });
  }

  function change(
    dataset: string,
    label: string,
    edit: (record: DatasetRecord) => DatasetRecord,
    options: ApplyOptions = { merge: `dataset.${dataset}.${label}` }
  ): void {
    const record = datasets.value.get(dataset);
    if (record) documents.applyWhole(label, (document) => setDataset(document, dataset, edit(record)), options);
  }

  /** Gives the engine what lies beside the document; what doesn't stays in `absent`. */
  async function findBeside(handle: string | null): Promise<void> {
    if (handle === null) return;
    for (const source of absent.value) {
      const { files } = useHost();
      const found = await files.filesBeside(handle, source).catch(() => null);
      if (!found) continue;
      const beside = sourceBeside(source, found, (path, from, to) => files.readBeside(handle, path, from, to));
      await give(beside).catch(notices.failure);
    }
  }

  /** After the engine's process was lost: the new one knows nothing. */
  async function giveAgain(): Promise<void> {
    const before = sources.value;
    sources.value = new Map();
    for (const [name, { files }] of before) if (files) await give(files, name);
    await describeGenerated();
  }

  async function describeGenerated(): Promise<void> {
    for (const { generate } of datasets.value.values()) {
      const key = sourceKey({ generate });
      if (!generate || sources.value.has(key)) continue;
      // What cannot be made is told where the data set is.
      const summary = await useHost()
        .engine.describeData(generate)
        .catch(() => null);
      if (summary) sources.value = new Map(sources.value).set(key, { files: null, summary });
    }
  }
  watch(datasets, () => void describeGenerated());

  /** Another document's sources may have the same names. */
  function forget(): void {
    giving.value?.cancel();
    sources.value = new Map();
  }

  return {
    sources,
    giving,
    datasets,
    absent,
    summaryOf,
    summaryOfSource,
    columnsFor,
    give,
    takeOver,
    change,
    findBeside,
    giveAgain,
    forget
  };
});
