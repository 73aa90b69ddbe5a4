/**
 * Training runs of the document that were kept, the latest first. They go along while the document is edited or saved under
 * another name; what is kept is found again by that name and its data sets.
 */
import { setTraining, type EpochReport, type TrainingRecord, type TrainOutcome } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { fingerprint } from './fingerprint';
import { useNoticesStore } from './notices';
import { curvesOf, freshRunName, graphOf, MOST_RUNS, readRuns, settingOf, type RunRecord, type RunSetting } from './runRecord';
import { sameTraining } from './runSettings';
import { useSettingsStore } from './settings';

/** Numbers by which the engine knows the weights of its runs: they mean nothing to another engine, and outlive a reload alone. */
const SESSION_KEY = 'wiregrad.runs';
/** Lines that can be told apart. */
const MOST_OVERLAID = 6;

export const useRunsStore = defineStore('runs', () => {
  const documents = useDocumentStore();
  const notices = useNoticesStore();
  const settings = useSettingsStore();

  const runs = shallowRef<readonly RunRecord[]>([]);
  /** Ids of those drawn over the run in hand, in the order in which they were chosen. */
  const overlaid = ref<readonly string[]>([]);
  /** Of the run that is shown as the one in hand. */
  const current = ref<string | null>(null);
  const numbers = ref<Readonly<Record<string, number>>>(readNumbers());

  const key = computed(() =>
    fingerprint(JSON.stringify([documents.fileName ?? documents.whole.name, [...(documents.whole.datasets?.keys() ?? [])].sort()]))
  );
  const graph = computed(() => graphOf(documents.whole));
  const others = computed(() => overlaid.value.flatMap((id) => runs.value.find((run) => run.id === id && id !== current.value) ?? []));

  async function read(): Promise<void> {
    const wanted = key.value;
    runs.value = [];
    overlaid.value = [];
    current.value = null;
    const text = await useHost()
      .keeping.readRuns(wanted)
      .catch(() => null);
    if (wanted !== key.value) return;
    // A run may have ended meanwhile.
    const now = runs.value;
    runs.value = [...now, ...readRuns(text)].slice(0, MOST_RUNS);
    if (now.length > 0) void write();
  }

  async function write(): Promise<void> {
    await useHost()
      .keeping.writeRuns(key.value, JSON.stringify(runs.value))
      .catch((failure: unknown) => notices.warning(`The runs cannot be kept: ${(failure as Error).message}`));
  }

  function become(next: readonly RunRecord[]): void {
    runs.value = next.slice(0, MOST_RUNS);
    overlaid.value = overlaid.value.filter((id) => runs.value.some((run) => run.id === id));
    void write();
  }

  /** What a run that begins now is trained with. */
  function settingNow(training: TrainingRecord): RunSetting {
    const { trainer, processes, backend } = settings;
    return settingOf(documents.whole, training, trainer === 'torchrun' ? `torchrun ×${processes}` : backend);
  }

  /** Keeps a run that ended. One that went on from the weights of the run in hand is the same run, where nothing else changed. */
  function record(setting: RunSetting, state: RunRecord['state'], reports: readonly EpochReport[], result?: TrainOutcome): void {
    if (reports.length === 0) return;
    const before = runs.value.find(({ id }) => id === current.value);
    const same = before && before.graph === setting.graph && sameTraining(before.training, setting.training) ? before : undefined;
    const run: RunRecord = {
      ...setting,
      engine: setting.engine === 'auto' && result ? result.backend : setting.engine,
      id: same?.id ?? crypto.randomUUID(),
      name: same?.name ?? freshRunName(runs.value),
      at: Date.now(),
      state,
      ...curvesOf(reports),
      ...(result?.test && { test: result.test })
    };
    add(run, result?.run);
  }

  /** Puts a run in place of the one of its id; `number` is the engine's for its weights. */
  function add(run: RunRecord, number?: number): void {
    become([run, ...runs.value.filter(({ id }) => id !== run.id)]);
    current.value = run.id;
    if (number !== undefined) keepNumbers({ ...numbers.value, [run.id]: number });
  }

  function rename(id: string, name: string): void {
    become(runs.value.map((run) => (run.id === id ? { ...run, name } : run)));
  }

  function remove(id: string): void {
    become(runs.value.filter((run) => run.id !== id));
    if (current.value === id) current.value = null;
  }

  function overlay(id: string, on: boolean): void {
    const rest = overlaid.value.filter((other) => other !== id);
    overlaid.value = on ? [...rest, id].slice(-MOST_OVERLAID) : rest;
  }

  /** An edit like any other: it can be undone. */
  function useSettings(run: RunRecord): void {
    documents.applyWhole(`use the settings of ${run.name}`, (document) => setTraining(document, run.training));
    notices.done(`The training has the settings of ${run.name}`);
  }

  const hasWeights = ({ id, graph: own }: RunRecord): boolean => numbers.value[id] !== undefined && own === graph.value;

  /** Puts the weights that a run ended with in place of those in hand. Tells whether they were still to be had. */
  async function takeWeights(run: RunRecord): Promise<boolean> {
    try {
      await useHost().engine.takeRun(numbers.value[run.id]!);
      notices.done(`The weights are those of ${run.name}`);
      return true;
    } catch (failure) {
      const { [run.id]: _, ...rest } = numbers.value;
      keepNumbers(rest);
      notices.failure(failure);
      return false;
    }
  }

  function keepNumbers(next: Readonly<Record<string, number>>): void {
    numbers.value = next;
    try {
      globalThis.sessionStorage?.setItem(SESSION_KEY, JSON.stringify(next));
    } catch {
      // Without it a reload loses the way back to the weights, and nothing else.
    }
  }

  /** Another engine: it has the weights of no run. */
  const forgetWeights = (): void => keepNumbers({});

  watch(() => documents.opened, read, { flush: 'sync' });
  // Under its new name what was kept goes along.
  watch([key, () => documents.opened], ([now, opened], [before, openedBefore]) => {
    if (now !== before && opened === openedBefore && runs.value.length > 0) void write();
  });

  return {
    runs,
    overlaid,
    others,
    current,
    graph,
    read,
    settingNow,
    record,
    rename,
    remove,
    overlay,
    useSettings,
    hasWeights,
    takeWeights,
    forgetWeights
  };
});

function readNumbers(): Readonly<Record<string, number>> {
  try {
    const stored: unknown = JSON.parse(globalThis.sessionStorage?.getItem(SESSION_KEY) ?? '{}');
    const entries = Object.entries(typeof stored === 'object' ? (stored ?? {}) : {});
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])));
  } catch {
    return {};
  }
}
