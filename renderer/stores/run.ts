/**
 * The last run and how much of it is shown. One run of the engine serves many steps: stepping only reveals. Answers to an
 * older revision are dropped; what an edit has outdated stays in sight, marked stale, until there is something newer.
 */
import {
  EngineError,
  serializeDocument,
  splitOutput,
  type Diagnostic,
  type Document,
  type InspectRequest,
  type JacobianRequest,
  type RunResult,
  type TensorSummary,
  type WholeTensor
} from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { useNoticesStore } from './notices';
import { useSettingsStore } from './settings';
import { planSteps, type Step, type Steps } from './steps';

export interface Label {
  readonly value?: TensorSummary;
  readonly gradient?: TensorSummary;
}
interface Shown {
  /** What was shown: the document, or the view of the opened definition. */
  readonly document: Document;
  /** In its names and wires. */
  readonly result: RunResult;
  readonly backward: boolean;
  readonly plan: Steps;
}
const EMPTY: Label = {};

export const useRunStore = defineStore('run', () => {
  const documents = useDocumentStore();
  const settings = useSettingsStore();
  const notices = useNoticesStore();

  const shown = shallowRef<Shown | null>(null);
  /** How many steps of the plan are shown. */
  const position = ref(0);
  /** Whether the user is stepping: only then is there a gate in hand. */
  const stepped = ref(false);
  const running = ref(false);
  const error = shallowRef<readonly Diagnostic[]>([]);
  /** Grows whenever a label may read differently. */
  const version = ref(0);
  /** Grows when runs in hand lose their purpose: another document, another run. */
  let generation = 0;
  /** While the engine trains it answers no runs. */
  let paused = false;
  let again = false;

  const stale = computed(() => shown.value !== null && shown.value.result.revision !== documents.revision);
  /** The gate that the last step was at. */
  const cursor = computed<Step | null>(() => (stepped.value ? (shown.value?.plan.steps[position.value - 1] ?? null) : null));
  const backend = computed(() => shown.value?.result.backend ?? null);
  const bytes = computed(() => shown.value?.result.bytes ?? null);
  const milliseconds = computed(() => shown.value?.result.milliseconds ?? null);
  const warnings = computed(() => (stale.value ? [] : (shown.value?.result.warnings ?? [])));

  /** Asks the engine; null where the answer came too late or was an error, which is then in `error`. */
  async function request(backward: boolean): Promise<Shown | null> {
    const { document, whole, path, revision, lowered } = documents;
    const mine = ++generation;
    running.value = true;
    try {
      const result = await useHost().engine.run({
        document: serializeDocument(whole),
        revision,
        backward,
        ...(path && { inside: path }),
        ...choice()
      });
      if (mine !== generation || result.revision !== documents.revision || path !== documents.path) return null;
      error.value = [];
      const { inside } = result;
      if (path === '' || !inside) return { document, result, backward, plan: planSteps(document, lowered.order, result) };
      const order = new Set([...inside.values.keys()].map((output) => splitOutput(output).id));
      return { document, result: { ...result, ...inside }, backward, plan: planSteps(document, [...order], { ...result, ...inside }) };
    } catch (failure) {
      if (mine !== generation) return null;
      error.value = diagnosticsOf(failure).filter(({ code }) => code !== 'cancelled');
      return null;
    } finally {
      if (mine === generation) running.value = false;
      if (again && mine === generation) {
        again = false;
        void rerun();
      }
    }
  }

  function choice() {
    return { precision: settings.precision, mode: settings.mode, ...(settings.backend !== 'auto' && { backend: settings.backend }) };
  }

  function show(next: Shown, at: number): void {
    shown.value = next;
    position.value = Math.max(0, Math.min(at, next.plan.steps.length));
    version.value++;
  }

  /** A click is told of every failure; a run of Live's own leaves them to the problems list. */
  async function clicked(backward: boolean): Promise<Shown | null> {
    if (paused) return null;
    const { errors } = documents;
    if (errors.length > 0) {
      notices.problem(
        `${errors.length === 1 ? 'One problem has' : `${errors.length} problems have`} to be solved first: see the list below`
      );
      return null;
    }
    const result = await request(backward);
    if (error.value.length > 0) notices.failure(new EngineError(error.value[0]!));
    return result;
  }

  async function forward(): Promise<void> {
    const next = await clicked(false);
    stepped.value = false;
    if (next) show(next, next.plan.forward);
  }

  async function backward(): Promise<void> {
    const next = await clicked(true);
    stepped.value = false;
    if (next) show(next, next.plan.steps.length);
  }

  /** One gate further; after the last one the next step is the first again. */
  async function step(): Promise<void> {
    let now = shown.value;
    const hasObjective = documents.whole.objective !== undefined;
    if (!now || stale.value || (hasObjective && !now.backward)) {
      const start = now && !stale.value ? position.value : 0;
      now = await clicked(hasObjective);
      if (!now) return;
      show(now, start);
    }
    stepped.value = true;
    show(now, position.value >= now.plan.steps.length ? 1 : position.value + 1);
  }

  function stepBack(): void {
    if (!shown.value || position.value === 0) return;
    stepped.value = true;
    show(shown.value, position.value - 1);
  }

  /** The last run once more on the document as it is now, showing as many steps as before. */
  async function rerun(): Promise<void> {
    const before = shown.value;
    if (!before || paused) return;
    if (running.value) {
      again = true;
      return;
    }
    if (documents.errors.length > 0) return;
    const complete = position.value >= before.plan.steps.length;
    const next = await request(before.backward && documents.whole.objective !== undefined);
    if (next) show(next, complete ? next.plan.steps.length : position.value);
  }

  /** Forgets the results and drops the answer to a run in hand. */
  function clear(): void {
    generation++;
    again = false;
    if (running.value)
      useHost()
        .engine.stop()
        .catch(() => undefined);
    running.value = false;
    shown.value = null;
    position.value = 0;
    stepped.value = false;
    error.value = [];
    version.value++;
  }

  /** Ends the run in hand; what is shown stays. */
  async function stop(): Promise<void> {
    if (running.value) await useHost().engine.stop();
  }

  /** While paused no run is asked for; the labels stay. */
  function pause(on: boolean): void {
    paused = on;
  }

  watch(
    () => documents.revision,
    () => {
      error.value = [];
      version.value++;
      if (settings.live) void rerun();
    }
  );
  /** What is inside another instance was not asked for yet. */
  watch(
    () => documents.path,
    async () => {
      const before = shown.value;
      if (!before || paused) return clear();
      shown.value = null;
      stepped.value = false;
      version.value++;
      if (documents.errors.length > 0) return;
      const next = await request(before.backward && documents.whole.objective !== undefined);
      if (next) show(next, next.plan.steps.length);
    }
  );
  watch([() => settings.precision, () => settings.backend, () => settings.mode, () => settings.live], () => {
    if (settings.live) void rerun();
  });

  /** Results by place in the run's own document: after an edit the indexes of wires may have moved. */
  const wirePlaces = computed(() => new Map(shown.value?.document.wires.map(({ to }, index) => [to, index])));

  function valueOf(output: string): TensorSummary | undefined {
    const now = shown.value;
    return now && (now.plan.value.get(output) ?? Infinity) <= position.value ? now.result.values.get(output) : undefined;
  }
  function gradientOf(output: string): TensorSummary | undefined {
    const now = shown.value;
    return now && (now.plan.gradient.get(output) ?? Infinity) <= position.value ? now.result.gradients.get(output) : undefined;
  }

  /** What stands on a wire of the document: the value it carries and its own part of the gradient, as far as revealed. */
  function wireLabel(index: number): Label {
    const now = shown.value;
    const wire = documents.document.wires[index];
    const place = wire && wirePlaces.value.get(wire.to);
    if (!now || place === undefined || now.document.wires[place]!.from !== wire!.from) return EMPTY;
    const gradient = now.plan.wire[place]! <= position.value ? now.result.wires[place]?.gradient : undefined;
    return { value: valueOf(wire!.from), gradient };
  }

  /** What stands on a gate: its output's value and gradient. */
  function outputLabel(output: string): Label {
    return { value: valueOf(output), gradient: gradientOf(output) };
  }

  /** The label of the gate's output `out`, or of its first one. */
  function nodeLabel(id: string): Label {
    if (!shown.value) return EMPTY;
    if (shown.value.result.values.has(id)) return outputLabel(id);
    for (const output of shown.value.result.values.keys()) if (output.startsWith(`${id}.`)) return outputLabel(output);
    return EMPTY;
  }

  /** A whole tensor of the last run. */
  function inspect(wanted: InspectRequest): Promise<WholeTensor> {
    return useHost().engine.inspect({ ...wanted, inside: documents.path !== '' });
  }

  /** ∂of/∂wrt in `document`, which need not be the one that is open. */
  function jacobian(of: string, wrt: string, document: Document = documents.whole): Promise<WholeTensor> {
    const wanted: JacobianRequest = { document: serializeDocument(document), revision: documents.revision, of, wrt, ...choice() };
    return useHost().engine.jacobian(wanted);
  }

  return {
    version,
    running,
    error,
    warnings,
    stale,
    cursor,
    position,
    backend,
    bytes,
    milliseconds,
    shown,
    forward,
    backward,
    step,
    stepBack,
    rerun,
    clear,
    stop,
    pause,
    wireLabel,
    nodeLabel,
    outputLabel,
    inspect,
    jacobian
  };
});

/** What is wrong, whatever was thrown. */
export function diagnosticsOf(failure: unknown): readonly Diagnostic[] {
  if (failure instanceof EngineError) return failure.diagnostics;
  return [{ code: 'internal', message: failure instanceof Error ? failure.message : String(failure) }];
}
