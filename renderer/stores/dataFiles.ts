/** Data from outside, and made up: files and folders that were picked or dropped become sources and data sets. */
import { EngineError, formatDiagnostic, setDataset, type DataSummary, type DatasetRecord, type GenerateRecord } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import type { PickedFile } from '../../main/contract/host';
import { useHost } from '../host/current';
import { useDataStore } from './data';
import { useDocumentStore } from './document';
import { useNoticesStore } from './notices';
import { useRunStore } from './run';
import { sourcesOf, type SourceFiles } from './sourceFiles';
import { fieldName, stemOf, suggest, suggestGenerated, suggestTogether, together } from './suggest';
import { useWindowStore } from './window';

export const useDataFilesStore = defineStore('dataFiles', () => {
  const data = useDataStore();
  const documents = useDocumentStore();
  const notices = useNoticesStore();
  const run = useRunStore();
  const view = useWindowStore();

  /** What was not opened last, and why; shown until something is opened, or it is dismissed. */
  const refusal = shallowRef<string | null>(null);
  /** The data set to look at. */
  const shown = shallowRef<string | null>(null);
  watch(
    () => documents.opened,
    () => (refusal.value = null)
  );

  /** What a file is refused for is told where data is, and in a corner as well; it changes nothing. */
  async function give(files: SourceFiles, name?: string): Promise<DataSummary | null> {
    try {
      return await data.give(files, name);
    } catch (failure) {
      notices.failure(failure);
      if (!(failure instanceof EngineError)) refusal.value = (failure as Error).message;
      else if (failure.code !== 'cancelled') refusal.value = formatDiagnostic(failure.diagnostics[0]!);
      return null;
    }
  }

  /** Opens what was picked or dropped: sources that the document waits for take their place, others become data sets. */
  async function openPicked(picked: readonly PickedFile[]): Promise<boolean> {
    const sources = sourcesOf(picked);
    if (sources.length === 0) return false;
    refusal.value = null;
    view.gallery = false;
    view.tab = 'data';
    const { opened } = documents;
    const added: DataSummary[] = [];
    let given = 0;
    for (const source of sources) {
      const awaited = data.absent.find((one) => one === source.name || one.endsWith(`/${source.name}`));
      const summary = await give(source, awaited);
      if (!summary) continue;
      given++;
      if (awaited === undefined) added.push(summary);
    }
    if (given === 0 || documents.opened !== opened) return false;
    addAll(added);
    void run.rerun();
    return true;
  }

  /** Data sets over sources that none has yet; of those that one has, that one is shown. */
  function addAll(summaries: readonly DataSummary[]): void {
    const holds = ({ source, fields }: DatasetRecord, name: string): boolean =>
      source === name || [...fields.values()].some((field) => field.source === name);
    const known = [...data.datasets].findLast(([, record]) => summaries.some(({ source }) => holds(record, source)));
    if (known) shown.value = known[0];
    const fresh = summaries.filter(({ source }) => ![...data.datasets.values()].some((record) => holds(record, source)));
    for (const group of together(fresh)) {
      const record = group.length > 1 ? suggestTogether(group) : suggest(group[0]!);
      add(stemOf(record.source!), record);
    }
  }

  function add(wish: string, record: DatasetRecord): void {
    const name = freshName(fieldName(wish));
    documents.applyWhole(`add data set ${name}`, (document) => setDataset(document, name, record));
    shown.value = name;
  }

  function freshName(base: string): string {
    let name = base;
    for (let number = 2; data.datasets.has(name); number++) name = `${base}${number}`;
    return name;
  }

  async function pick(what: 'files' | 'folder'): Promise<boolean> {
    return openPicked(await useHost().pickFiles(what));
  }

  /** Lets the user pick the file or folder for a source that is not where the document says. */
  async function findSource(source: string, what: 'files' | 'folder' = 'files'): Promise<boolean> {
    const picked = await useHost().pickFiles(what);
    const [files, ...others] = sourcesOf(picked);
    if (!files) return false;
    // Of several, each may be one that is looked for.
    if (others.length > 0) return openPicked(picked);
    refusal.value = null;
    if (!(await give(files, source))) return false;
    void run.rerun();
    return true;
  }

  /** Adds a generated data set, described already. */
  function make(generate: GenerateRecord, summary: DataSummary): void {
    add(generate.kind, suggestGenerated(generate, summary));
  }

  /** Makes the rows of a data set anew; its fields stay where its kind does. */
  function makeAnew(dataset: string, generate: GenerateRecord, summary: DataSummary): void {
    const isSameKind = data.datasets.get(dataset)?.generate?.kind === generate.kind;
    data.change(
      dataset,
      'make the data anew',
      (before) => (isSameKind ? { ...before, generate } : suggestGenerated(generate, summary)),
      {}
    );
    void run.rerun();
  }

  function remove(dataset: string): void {
    documents.applyWhole(`remove data set ${dataset}`, (document) => setDataset(document, dataset, undefined));
  }

  return { refusal, shown, openPicked, pick, findSource, make, makeAnew, remove };
});
