/** Minibatches in an epoch: the training rows of the document's data sets over the batch size. */
import { computed, type ComputedRef } from 'vue';
import { useDataStore } from './data';
import { useDescribedStore } from './described';
import { useTrainingSetupStore } from './trainingSetup';

/** 1 where there is no data, or it is not at hand. */
export function useStepsPerEpoch(): ComputedRef<number> {
  const data = useDataStore();
  const described = useDescribedStore();
  const training = useTrainingSetupStore();
  return computed(() => {
    const [name] = data.datasets.keys();
    const rows = name === undefined ? undefined : described.summaryOf(name)?.parts.train;
    return Math.max(1, Math.ceil((rows ?? 1) / training.setup.batch_size));
  });
}
