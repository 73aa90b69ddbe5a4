/** A training run and its history. The setup is in the document; here is what the engine tells while it trains. */
import {
  EngineError,
  serializeDocument,
  type EpochReport,
  type InterruptedTraining,
  type Metrics,
  type TrainNews,
  type TrainOutcome,
  type TrainProgress,
  type TrainRequest,
  type TrainingInHand
} from '@wiregrad/engine';
import { defineStore, storeToRefs } from 'pinia';
import { computed, ref, shallowRef, triggerRef } from 'vue';
import { useHost } from '../host/current';
import { countedOn, reportsCountedOn } from './countingOn';
import { Curve } from './curve';
import { useDocumentStore } from './document';
import { useNoticesStore } from './notices';
import { useRunStore } from './run';
import type { RunRecord } from './runRecord';
import { useRunsStore } from './runs';
import { Samples } from './samples';
import { useSelectionStore } from './selection';
import { useTrainingSetupStore } from './trainingSetup';
import { useWindowStore } from './window';

/** Often enough to see it move; more would take the processors from the training itself. */
const FRAME_MS = 1000 / 12;

export const useTrainingStore = defineStore('training', () => {
  const documents = useDocumentStore();
  const run = useRunStore();
  const notices = useNoticesStore();
  const selection = useSelectionStore();
  const runs = useRunsStore();
  const view = useWindowStore();
  const plan = useTrainingSetupStore();
  const { setup, hasParameters, obstacle } = storeToRefs(plan);

  const running = ref(false);
  const progress = shallowRef<Omit<TrainProgress, 'report' | 'sample'> | null>(null);
  const paused = computed(() => running.value && progress.value?.paused === true);
  const epochs = shallowRef<EpochReport[]>([]);
  const test = shallowRef<Metrics | null>(null);
  const interrupted = shallowRef<InterruptedTraining | null>(null);
  const outcome = ref<'finished' | 'stopped' | null>(null);
  const curve = shallowRef(new Curve());
  const samples = shallowRef(new Samples());
  /** The gate that left the numbers ended the run. */
  const failed = ref(false);
  /** Grows when the curve, the samples or the reports have. */
  const version = ref(0);
  /** What was told since the last time that anybody was told of it. */
  let latest: TrainNews | null = null;
  let toldAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Training of a document that is not open any more tells nothing. */
  let generation = 0;
  /** Of what was trained last. */
  let text: string | null = null;

  /** How many epochs of the interrupted run had ended, whether any are left, and where it was in words. */
  const interruptedEpochs = computed(() => interrupted.value?.epochs.length ?? 0);
  const canContinue = computed(() => interruptedEpochs.value < setup.value.epochs);
  const reached = computed(() =>
    interruptedEpochs.value === 0 ? 'in its first epoch' : `after epoch ${interruptedEpochs.value.toLocaleString('en')}`
  );

  function reset(): void {
    clearTimeout(timer);
    timer = undefined;
    latest = null;
    text = null;
    progress.value = null;
    epochs.value = [];
    test.value = null;
    outcome.value = null;
    failed.value = false;
    curve.value = new Curve();
    samples.value = new Samples();
    runs.current = null;
    version.value++;
  }

  /** What the engine tells is kept as it comes, and shown at the pace of the eye. */
  function heard(news: TrainNews): void {
    // What was picked up may be told once more.
    const last = epochs.value.at(-1)?.epoch ?? 0;
    const now = { ...news, reports: news.reports.filter(({ epoch }) => epoch > last) };
    curve.value.add(now);
    if (now.samples) samples.value.add(now.samples);
    epochs.value.push(...now.reports);
    latest = now;
    timer ??= setTimeout(tell, Math.max(0, toldAt + FRAME_MS - performance.now()));
  }

  function tell(): void {
    clearTimeout(timer);
    timer = undefined;
    toldAt = performance.now();
    if (latest) progress.value = latest;
    latest = null;
    triggerRef(epochs);
    version.value++;
    if (!running.value) return;
    // While it stands still the graph can be run with the weights of the last step.
    run.pause(!paused.value);
    if (paused.value) void run.rerun();
  }

  /**
   * Trains until done or stopped. `resume` goes on from the parameters in hand, or with the run that was interrupted; one that
   * begins `standing` waits before its first step.
   */
  async function train(resume?: TrainRequest['resume'], standing = false): Promise<void> {
    if (running.value) return;
    if (obstacle.value) return notices.problem(obstacle.value);
    if (resume !== 'weights') reset();
    const request = plan.request(resume, standing);
    text = request.document;
    // An interrupted run counts its own epochs; one that goes on from weights begins to count anew.
    const before = resume === 'weights' ? [...epochs.value] : [];
    if (resume === 'interrupted' && interrupted.value) show(interrupted.value.epochs);
    interrupted.value = null;
    await untilEnded(before, () => useHost().engine.train(request));
  }

  /** Asks whether a run of this document was interrupted that can be gone on with. */
  async function findInterrupted(): Promise<void> {
    const asked = documents.revision;
    const found = running.value
      ? null
      : await useHost()
          .engine.interruptedTraining(serializeDocument(documents.whole))
          .catch(() => null);
    if (documents.revision !== asked || running.value) return;
    interrupted.value = found;
    if (found && canContinue.value) notices.problem(`Training was interrupted ${reached.value}. The Training panel can continue it.`);
  }

  async function dropInterrupted(): Promise<void> {
    interrupted.value = null;
    await useHost().engine.dropInterrupted(serializeDocument(documents.whole));
  }

  /** Epochs that ended before this window knew of them. */
  function show(reports: readonly EpochReport[]): void {
    const last = reports.at(-1);
    if (!last) return;
    const { epochs: all } = setup.value;
    const totalSteps = Math.max(last.steps, Math.round((last.steps / last.epoch) * all));
    heard({ epoch: last.epoch, epochs: all, step: last.steps, totalSteps, loss: last.train.loss, seconds: last.seconds, eta: 0, reports });
    tell();
  }

  /** Follows a run that this window did not start, or lost sight of. */
  async function follow(found: TrainingInHand): Promise<void> {
    reset();
    text = found.document;
    if (found.progress) heard({ ...found.progress, reports: found.epochs });
    tell();
    await untilEnded([], () => useHost().engine.trainingEnd());
  }

  /** Whether a run in hand is the one that was shown here last. */
  function isMine({ document }: TrainingInHand): boolean {
    return document === text;
  }

  async function untilEnded(before: readonly EpochReport[], ended: () => Promise<TrainOutcome>): Promise<void> {
    const mine = ++generation;
    const last = before.at(-1);
    const setting = runs.settingNow(setup.value);
    running.value = true;
    outcome.value = null;
    failed.value = false;
    if (view.trainingTab === 'setup') view.trainingTab = 'curves';
    run.pause(true);
    const unsubscribe = useHost().onTrainProgress((news) => {
      if (mine === generation) heard(countedOn(news, last));
    });
    let failure: unknown = null;
    try {
      const result = await ended();
      if (mine !== generation) return;
      epochs.value = [...before, ...reportsCountedOn(result.epochs, last)];
      test.value = result.test ?? null;
      outcome.value = result.stopped ? 'stopped' : 'finished';
      runs.record(setting, outcome.value, epochs.value, result);
    } catch (error) {
      failure = error;
      if (mine === generation) {
        notices.failure(error);
        failed.value = true;
        runs.record(setting, 'failed', epochs.value);
      }
    } finally {
      unsubscribe();
      if (mine === generation) {
        running.value = false;
        tell();
        run.pause(false);
        void run.rerun();
        if (failure) afterFailure(failure);
      }
    }
  }

  /** What left the numbers is shown where it did; anything else, as a lost engine, can be gone on from. */
  function afterFailure(failure: unknown): void {
    const { code, gate } = failure instanceof EngineError ? failure.diagnostics[0]! : { code: 'internal', gate: undefined };
    if (code !== 'not-finite') void findInterrupted();
    else if (gate !== undefined && documents.path.length === 0) selection.select(gate);
  }

  async function stop(): Promise<void> {
    if (running.value) await useHost().engine.stop();
  }

  /** The run in hand stands still between two steps, or goes on. */
  async function pauseOrGo(): Promise<void> {
    if (!running.value) return;
    const { engine } = useHost();
    await (paused.value ? engine.continueTraining() : engine.pauseTraining()).catch(notices.failure);
  }

  /** Takes so many steps and stands still: of the run in hand, or of one that it begins. */
  async function step(count = 1): Promise<void> {
    if (!running.value) void train(undefined, true);
    if (running.value) await useHost().engine.continueTraining(count).catch(notices.failure);
  }

  /** What the curves are of stays; the weights are those that another run ended with. */
  async function takeWeights(record: RunRecord): Promise<void> {
    if (running.value || !(await runs.takeWeights(record))) return;
    version.value++;
    await run.rerun();
  }

  /** The next run draws the parameters again. */
  async function resetWeights(): Promise<void> {
    await stop();
    await useHost().engine.resetWeights();
    await dropInterrupted();
    reset();
    await run.rerun();
  }

  /** Another document is opened: what the engine still tells of this one is dropped. */
  async function abandon(): Promise<void> {
    generation++;
    running.value = false;
    interrupted.value = null;
    run.pause(false);
    reset();
    // Even if nothing is known to run: another page may have begun it.
    await useHost().engine.stop();
  }

  return {
    running,
    paused,
    failed,
    progress,
    epochs,
    test,
    outcome,
    curve,
    samples,
    version,
    setup,
    hasParameters,
    obstacle,
    interrupted,
    interruptedEpochs,
    canContinue,
    reached,
    findInterrupted,
    dropInterrupted,
    configure: plan.configure,
    train,
    pauseOrGo,
    step,
    takeWeights,
    follow,
    isMine,
    stop,
    resetWeights,
    abandon
  };
});
