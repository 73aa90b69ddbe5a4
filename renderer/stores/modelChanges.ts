/** For views of what the model in hand does: they follow it while it trains, and cost training little. */
import { onScopeDispose, watch } from 'vue';
import { useDocumentStore } from './document';
import { useRunStore } from './run';
import { useTrainingStore } from './training';

/** From the end of one look to the next. */
const REST_MS = 500;

/** Calls `look` now, and whenever the model may have changed, one after another, until the scope that called ends. */
export function whenModelChanges(look: () => Promise<void>): void {
  const documents = useDocumentStore();
  const run = useRunStore();
  const training = useTrainingStore();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking = false;
  let again = false;
  let ended = false;
  let last = -Infinity;

  async function work(): Promise<void> {
    timer = undefined;
    looking = true;
    await look();
    looking = false;
    last = performance.now();
    if (again && !ended) schedule();
  }
  function schedule(): void {
    again = looking;
    if (!looking) timer ??= setTimeout(() => void work(), Math.max(0, last + REST_MS - performance.now()));
  }
  watch([() => training.version, () => run.version, () => documents.revision, () => documents.opened], schedule, { immediate: true });
  onScopeDispose(() => {
    ended = true;
    clearTimeout(timer);
  });
}
