/** What the data sets of the document become once read as their records say, asked anew a moment after each change. */
import {
  emptyDocument,
  EngineError,
  formatDiagnostic,
  serializeDocument,
  setDataset,
  type DatasetRecord,
  type DatasetSummary
} from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { otherSources, sourceKey } from './columns';
import { useDataStore } from './data';

interface Described {
  /** What it hangs on: the record, and what is in its sources. */
  readonly inputs: readonly unknown[];
  /** The latest that there was; of an earlier record where this one is refused. */
  readonly summary?: DatasetSummary;
  /** Why this record is refused. */
  readonly problem?: string;
}

const PAUSE_MS = 200;

/** A document of nothing but the data set. */
export function textOf(name: string, record: DatasetRecord): string {
  return serializeDocument(setDataset(emptyDocument(), name, record));
}

export const useDescribedStore = defineStore('described', () => {
  const data = useDataStore();
  const found = shallowRef<ReadonlyMap<string, Described>>(new Map());
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** A large data set takes the engine a while: changes meanwhile are asked for together, when it has answered. */
  let isAsking = false;

  const inputsOf = (record: DatasetRecord): readonly unknown[] => [
    record,
    ...[sourceKey(record), ...otherSources(record)].map((source) => data.summaryOfSource(source))
  ];
  const isSame = (a: readonly unknown[], b: readonly unknown[] | undefined): boolean =>
    b !== undefined && a.length === b.length && a.every((one, at) => one === b[at]);

  /** Whether what is known of a data set is of what it is now. */
  function isCurrent(name: string): boolean {
    const record = data.datasets.get(name);
    return record !== undefined && isSame(inputsOf(record), found.value.get(name)?.inputs);
  }

  async function describeAll(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    while (await describe());
    isAsking = false;
  }

  /** Tells whether there may be something new to ask. */
  async function describe(): Promise<boolean> {
    found.value = new Map([...found.value].filter(([name]) => data.datasets.has(name)));
    let asked = false;
    for (const [name, record] of data.datasets) {
      const inputs = inputsOf(record);
      if (record.fields.size === 0 || inputs.includes(undefined) || isSame(inputs, found.value.get(name)?.inputs)) continue;
      asked = true;
      const result = await ask(name, record);
      const now = data.datasets.get(name);
      if (now && isSame(inputs, inputsOf(now)))
        found.value = new Map(found.value).set(name, { inputs, ...('problem' in result && keptSummary(name)), ...result });
    }
    return asked;
  }

  function keptSummary(name: string): Pick<Described, 'summary'> {
    const summary = found.value.get(name)?.summary;
    return summary ? { summary } : {};
  }

  async function ask(name: string, record: DatasetRecord): Promise<Pick<Described, 'summary' | 'problem'>> {
    try {
      return { summary: await useHost().engine.describeDataset(textOf(name, record), name) };
    } catch (failure) {
      return { problem: failure instanceof EngineError ? formatDiagnostic(failure.diagnostics[0]!) : (failure as Error).message };
    }
  }

  watch(
    [() => data.datasets, () => data.sources],
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void describeAll(), PAUSE_MS);
    },
    { immediate: true }
  );

  return {
    isCurrent,
    summaryOf: (name: string): DatasetSummary | undefined => found.value.get(name)?.summary,
    /** Why the data set cannot be used as it is now. */
    problemOf: (name: string): string | undefined => (isCurrent(name) ? found.value.get(name)?.problem : undefined)
  };
});
