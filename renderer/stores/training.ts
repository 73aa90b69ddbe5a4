/** A training run and its history. The setup is in the document; here is what the engine tells while it trains. */
import {
  EngineError,
  nodesInUse,
  serializeDocument,
  setTraining,
  type EpochReport,
  type InterruptedTraining,
  type Metrics,
  type TrainNews,
  type TrainOutcome,
  type TrainProgress,
  type TrainRequest,
  type TrainingNeeds,
  type TrainingInHand,
  type TrainingRecord
} from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, triggerRef } from 'vue';
import { useHost } from '../host/current';
import { Curve } from './curve';
import { useDocumentStore } from './document';
import { useNoticesStore } from './notices';
import { useRunStore } from './run';
import { useSelectionStore } from './selection';
import { useSettingsStore } from './settings';

export const TRAINING_DEFAULTS = {
  batch_size: 32,
  epochs: 100,
  seed: 0,
  optimizer: { kind: 'adam', learning_rate: 0.01 }
} as const satisfies TrainingRecord;

/** Often enough to see it move; more would take the processors from the training itself. */
const FRAME_MS = 1000 / 12;

export const useTrainingStore = defineStore('training', () => {
  const documents = useDocumentStore();
  const run = useRunStore();
  const notices = useNoticesStore();
  const settings = useSettingsStore();
  const selection = useSelectionStore();

  const running = ref(false);
  const progress = shallowRef<Omit<TrainProgress, 'report'> | null>(null);
  const epochs = shallowRef<EpochReport[]>([]);
  const test = shallowRef<Metrics | null>(null);
  const interrupted = shallowRef<InterruptedTraining | null>(null);
  const outcome = ref<'finished' | 'stopped' | null>(null);
  const curve = shallowRef(new Curve());
  /** Grows when the curve or the reports have. */
  const version = ref(0);
  /** What was told since the last time that anybody was told of it. */
  let latest: TrainNews | null = null;
  let toldAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Training of a document that is not open any more tells nothing. */
  let generation = 0;
  /** Of what was trained last. */
  let text: string | null = null;

  const setup = computed(() => ({ ...TRAINING_DEFAULTS, ...documents.whole.training }));
  const hasParameters = computed(() =>
    nodesInUse(documents.whole).some(({ gate, params }) => gate === 'parameter' && params?.trainable !== false)
  );
  /** Why training cannot begin, as a sentence; null when it can. */
  const obstacle = computed(() => {
    if (documents.errors.length > 0) return 'Solve the problems listed below first.';
    if (!hasParameters.value) return 'There is nothing to train: add a parameter gate.';
    if (documents.whole.objective === undefined) return 'Choose the output to make small: select the loss and mark it as the objective.';
    return null;
  });

  /** How many epochs of the interrupted run had ended, whether any are left, and where it was in words. */
  const interruptedEpochs = computed(() => interrupted.value?.epochs.length ?? 0);
  const canContinue = computed(() => interruptedEpochs.value < setup.value.epochs);
  const reached = computed(() =>
    interruptedEpochs.value === 0 ? 'in its first epoch' : `after epoch ${interruptedEpochs.value.toLocaleString('en')}`
  );

  /** Changes the setup; edits of one key merge into one step to undo. */
  function configure(label: string, change: Partial<TrainingRecord>): void {
    documents.applyWhole(label, (document) => setTraining(document, { ...document.training, ...change }), {
      merge: `training.${Object.keys(change).join()}`
    });
  }

  function reset(): void {
    clearTimeout(timer);
    timer = undefined;
    latest = null;
    text = null;
    progress.value = null;
    epochs.value = [];
    test.value = null;
    outcome.value = null;
    curve.value = new Curve();
    version.value++;
  }

  /** What the engine tells is kept as it comes, and shown at the pace of the eye. */
  function heard(news: TrainNews): void {
    // What was picked up may be told once more.
    const last = epochs.value.at(-1)?.epoch ?? 0;
    const now = { ...news, reports: news.reports.filter(({ epoch }) => epoch > last) };
    curve.value.add(now);
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
  }

  /** Trains until done or stopped. `resume` goes on from the parameters in hand, or with the run that was interrupted. */
  async function train(resume?: TrainRequest['resume']): Promise<void> {
    if (running.value) return;
    if (obstacle.value) return notices.problem(obstacle.value);
    if (resume !== 'weights') reset();
    const request = requestFor(resume);
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

  function requestFor(resume?: TrainRequest['resume']): TrainRequest {
    return {
      document: serializeDocument(documents.whole),
      revision: documents.revision,
      ...(resume && { resume }),
      ...(settings.backend !== 'auto' && { backend: settings.backend })
    };
  }

  /** What training would take; null where it cannot begin, or its data is not at hand. */
  async function needs(): Promise<TrainingNeeds | null> {
    if (obstacle.value) return null;
    return useHost()
      .engine.trainingNeeds(requestFor())
      .catch(() => null);
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
    const begun = before.at(-1)?.epoch ?? 0;
    running.value = true;
    outcome.value = null;
    run.pause(true);
    const unsubscribe = useHost().onTrainProgress((news) => {
      if (mine === generation) heard(shifted(news, begun));
    });
    let failure: unknown = null;
    try {
      const result = await ended();
      if (mine !== generation) return;
      epochs.value = [...before, ...result.epochs.map((report) => ({ ...report, epoch: report.epoch + begun }))];
      test.value = result.test ?? null;
      outcome.value = result.stopped ? 'stopped' : 'finished';
    } catch (error) {
      failure = error;
      if (mine === generation) notices.failure(error);
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
    progress,
    epochs,
    test,
    outcome,
    curve,
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
    configure,
    train,
    needs,
    follow,
    isMine,
    stop,
    resetWeights,
    abandon
  };
});

/** Epochs of a resumed training count on from those before. */
function shifted(news: TrainNews, epochs: number): TrainNews {
  if (epochs === 0) return news;
  return {
    ...news,
    epoch: news.epoch + epochs,
    epochs: news.epochs + epochs,
    reports: news.reports.map((report) => ({ ...report, epoch: report.epoch + epochs }))
  };
}
