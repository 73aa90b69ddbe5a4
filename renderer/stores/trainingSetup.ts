/** How the document trains, which is in the document, and what carries it out, which is the user's choice. */
import { nodesInUse, serializeDocument, setTraining, type TrainingNeeds, type TrainingRecord, type TrainRequest } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { useSettingsStore } from './settings';

export const TRAINING_DEFAULTS = {
  batch_size: 32,
  epochs: 100,
  seed: 0,
  optimizer: { kind: 'adam', learning_rate: 0.01 }
} as const satisfies TrainingRecord;

export const useTrainingSetupStore = defineStore('trainingSetup', () => {
  const documents = useDocumentStore();
  const settings = useSettingsStore();

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

  /** Changes the setup; edits of one key merge into one step to undo. What is undefined goes. */
  function configure(label: string, change: { readonly [K in keyof TrainingRecord]?: TrainingRecord[K] | undefined }): void {
    const without = (record: object): TrainingRecord =>
      Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
    documents.applyWhole(label, (document) => setTraining(document, without({ ...document.training, ...change })), {
      merge: `training.${Object.keys(change).join()}`
    });
  }

  function request(resume?: TrainRequest['resume'], paused = false): TrainRequest {
    return {
      document: serializeDocument(documents.whole),
      revision: documents.revision,
      ...(resume && { resume }),
      ...(paused && { paused }),
      ...(settings.backend !== 'auto' && { backend: settings.backend }),
      ...(settings.trainer === 'torchrun' && { engine: 'torchrun' as const, processes: settings.processes })
    };
  }

  /** What training would take; null where it cannot begin, or its data is not at hand. */
  async function needs(): Promise<TrainingNeeds | null> {
    if (obstacle.value) return null;
    return useHost()
      .engine.trainingNeeds(request())
      .catch(() => null);
  }

  return { setup, hasParameters, obstacle, configure, request, needs };
});
