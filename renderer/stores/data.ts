/** The data sources whose bytes the engine was given, and the data sets of the document over them. */
import { setDataset, type ColumnSummary, type DataSummary, type DatasetRecord, type Document, type FieldRecord } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';

export const useDataStore = defineStore('data', () => {
  const documents = useDocumentStore();
  const sources = shallowRef<ReadonlyMap<string, { bytes: Uint8Array; summary: DataSummary }>>(new Map());

  const datasets = computed(() => documents.document.datasets ?? new Map<string, DatasetRecord>());
  /** Sources that the document names and nobody has given yet. */
  const absent = computed(() =>
    [...new Set([...datasets.value.values()].map(({ source }) => source))].filter((source) => !sources.value.has(source))
  );

  function summaryOf(dataset: string): DataSummary | undefined {
    const source = datasets.value.get(dataset)?.source;
    return source === undefined ? undefined : sources.value.get(source)?.summary;
  }

  /** Gives the engine a source's bytes. Rejects with what is wrong with them. */
  async function give(source: string, bytes: Uint8Array): Promise<DataSummary> {
    const summary = await useHost().engine.openData(source, bytes);
    sources.value = new Map(sources.value).set(source, { bytes, summary });
    return summary;
  }

  /** Adds a data set over a file that the user chose, with the fields that its columns suggest; answers its name. */
  async function add(fileName: string, bytes: Uint8Array): Promise<string> {
    const summary = await give(fileName, bytes);
    const known = [...datasets.value].find(([, { source }]) => source === fileName);
    if (known) return known[0];
    const name = freshName(documents.document, fileName);
    documents.apply(`add data set ${name}`, (document) => setDataset(document, name, suggest(summary)));
    return name;
  }

  function change(dataset: string, label: string, edit: (record: DatasetRecord) => DatasetRecord): void {
    const record = datasets.value.get(dataset);
    if (record) documents.apply(label, (document) => setDataset(document, dataset, edit(record)), { merge: `dataset.${dataset}.${label}` });
  }

  /** Gives the engine what lies beside the document; what doesn't stays in `absent`. */
  async function findBeside(handle: string | null): Promise<void> {
    if (handle === null) return;
    for (const source of absent.value) {
      const bytes = await useHost().files.openBeside(handle, source);
      if (bytes) await give(source, bytes);
    }
  }

  /** After the engine's process was lost: the new one knows nothing. */
  async function giveAgain(): Promise<void> {
    for (const [source, { bytes }] of sources.value) await useHost().engine.openData(source, bytes);
  }

  /** Another document's sources may have the same names. */
  function forget(): void {
    sources.value = new Map();
  }

  return { sources, datasets, absent, summaryOf, give, add, change, findBeside, giveAgain, forget };
});

const TARGET_NAMES = /^(class|label|species|target|y)$/i;

/** Numbers are features; the target is a column called so, or else the last one of classes, or else the last one. */
export function suggest({ source, columns }: DataSummary): DatasetRecord {
  const target = columns.find(({ name }) => TARGET_NAMES.test(name)) ?? columns.findLast(isClass) ?? columns.at(-1);
  const features = columns.filter((column) => column.type === 'number' && column !== target).map(({ name }) => name);
  const fields = new Map<string, FieldRecord>();
  if (features.length > 0) fields.set('x', { columns: features, standardize: true });
  if (target)
    fields.set('y', target.type === 'text' || isClass(target) ? { columns: [target.name], type: 'class' } : { columns: [target.name] });
  const stratify = fields.get('y')?.type === 'class' ? { stratify: 'y' } : {};
  return { source, fields, split: { validation: 0.2, test: 0, seed: 0, ...stratify } };
}

/** A summary lists no more texts than this: a column with as many may have more. */
const MOST_LISTED = 50;

/** A column of few texts. */
export function isClass({ type, classes }: ColumnSummary): boolean {
  return type === 'text' && classes !== undefined && classes.length < MOST_LISTED;
}

function freshName(document: Document, fileName: string): string {
  const base =
    fileName
      .replace(/\.[^.]*$/, '')
      .replace(/[^A-Za-z0-9_]+/g, '_')
      .replace(/^(\d)/, '_$1') || 'data';
  let name = base;
  for (let number = 2; document.datasets?.has(name); number++) name = `${base}${number}`;
  return name;
}
