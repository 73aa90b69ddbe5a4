/** Minibatches in an epoch: the training rows of the document's data sets over the batch size. */
import { serializeDocument } from '@wiregrad/engine';
import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { useTrainingSetupStore } from './trainingSetup';

/** Edits follow each other faster than data is worth reading. */
const REST_MS = 300;

/** 1 where there is no data, or it is not at hand. */
export function useStepsPerEpoch(): Readonly<Ref<number>> {
  const documents = useDocumentStore();
  const store = useTrainingSetupStore();
  const steps = ref(1);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function ask(): Promise<void> {
    const mine = ++asked;
    const [name] = documents.whole.datasets?.keys() ?? [];
    const found =
      name === undefined
        ? null
        : await useHost()
            .engine.describeDataset(serializeDocument(documents.whole), name)
            .catch(() => null);
    if (mine === asked) steps.value = Math.max(1, Math.ceil((found?.parts.train ?? 1) / store.setup.batch_size));
  }
  watch(
    [() => documents.whole.datasets, () => store.setup.batch_size],
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), REST_MS);
    },
    { immediate: true }
  );
  onScopeDispose(() => clearTimeout(timer));
  return steps;
}
