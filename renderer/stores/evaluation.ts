/** What the model in hand makes of each part of the data, as far as it was asked. */
import { serializeDocument, type Evaluation } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { useNoticesStore } from './notices';
import { useSettingsStore } from './settings';
import { useTrainingStore } from './training';

type Part = Evaluation['part'];

export const useEvaluationStore = defineStore('evaluation', () => {
  const documents = useDocumentStore();
  const notices = useNoticesStore();
  const settings = useSettingsStore();
  const training = useTrainingStore();

  const found = shallowRef<Evaluation | null>(null);
  const running = ref<Part | null>(null);
  let asked = 0;
  /** What the evaluation in hand is of. */
  const of = ref('');
  const now = computed(() => `${documents.opened} ${documents.revision} ${training.version}`);
  /** The model, or what it was asked about, has changed since. */
  const stale = computed(() => found.value !== null && of.value !== now.value);

  async function evaluate(part: Part): Promise<void> {
    const mine = ++asked;
    const { backend } = settings;
    const asking = now.value;
    running.value = part;
    try {
      const result = await useHost().engine.evaluate({
        document: serializeDocument(documents.whole),
        part,
        ...(backend !== 'auto' && { backend })
      });
      if (mine !== asked) return;
      found.value = result;
      of.value = asking;
    } catch (failure) {
      if (mine === asked) notices.failure(failure);
    } finally {
      if (mine === asked) running.value = null;
    }
  }

  watch(
    () => documents.opened,
    () => {
      asked++;
      found.value = null;
      running.value = null;
    },
    { flush: 'sync' }
  );

  return { found, running, stale, evaluate };
});
