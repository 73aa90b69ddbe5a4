/** The last check of the gradients against central differences, and which gates of what is shown it speaks of. */
import { serializeDocument, type CheckEntry } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { useHost } from '../host/current';
import { formatExact } from '../widgets/format';
import { useDocumentStore } from './document';
import { placeWithin } from './instances';
import { useNoticesStore } from './notices';

interface Checked {
  readonly revision: number;
  readonly entries: readonly CheckEntry[];
}

export const useCheckStore = defineStore('check', () => {
  const documents = useDocumentStore();
  const notices = useNoticesStore();
  const checked = shallowRef<Checked | null>(null);
  const running = ref(false);
  /** Grows when a check in hand loses its purpose. */
  let generation = 0;

  const entries = computed(() => checked.value?.entries ?? []);
  const stale = computed(() => checked.value !== null && checked.value.revision !== documents.revision);
  /** Paths of the gates that the entries are of; files of weights call those inside definitions otherwise. */
  const nodes = computed(() => new Map(documents.lowered.leaves.map(({ id, node }) => [id, node])));
  const byGate = computed(() => {
    const found = new Map<string, CheckEntry[]>();
    for (const entry of entries.value) {
      const place = placeWithin(documents.path, gateOf(entry));
      if (!place) continue;
      const list = found.get(place.id);
      if (list) list.push(entry);
      else found.set(place.id, [entry]);
    }
    return found;
  });

  /** Checks every variable and parameter that the objective depends on, and says how it went. */
  async function perform(): Promise<void> {
    const mine = ++generation;
    const { revision } = documents;
    running.value = true;
    try {
      const found = await useHost().engine.check({ document: serializeDocument(documents.whole) });
      if (mine !== generation || revision !== documents.revision) return;
      checked.value = { revision, entries: found };
      const message = verdict(found);
      if (found.length > 0 && found.every(({ ok }) => ok)) notices.done(message);
      else notices.problem(message);
    } catch (failure) {
      if (mine === generation) notices.failure(failure);
    } finally {
      if (mine === generation) running.value = false;
    }
  }

  function clear(): void {
    generation++;
    running.value = false;
    checked.value = null;
  }
  watch(() => documents.opened, clear);

  /** Path of the gate that an entry is of. */
  function gateOf({ id }: CheckEntry): string {
    return nodes.value.get(id) ?? id;
  }

  return { entries, stale, running, byGate, perform, clear, gateOf };
});

export function worstOf(entries: readonly CheckEntry[]): CheckEntry | undefined {
  // An error that is no number is the worst of all.
  const size = ({ worst }: CheckEntry): number => (Number.isNaN(worst) ? Infinity : worst);
  return entries.reduce<CheckEntry | undefined>((worst, entry) => (worst && size(worst) >= size(entry) ? worst : entry), undefined);
}

/** `W1[0,3]`. */
export function entryName({ id, index }: CheckEntry): string {
  return index.length > 0 ? `${id}[${index.join(',')}]` : id;
}

/** `2.1e−10`. */
export function formatError(error: number): string {
  return error === 0 ? '0' : error.toExponential(1).replace('-', '\u2212');
}

/** `✓ 3 entries, worst error 2.1e−10`, and what else there is to say of one tensor. */
export function describeEntry({ id, entries, kinks, worst, ok, ...figures }: CheckEntry): string {
  const parts = [`${ok ? '✓' : '✗'} ${id}: ${count(entries, 'entry', 'entries')}, worst error ${formatError(worst)}`];
  if (!ok) parts.push(`analytic ${formatExact(figures.analytic)}, numeric ${formatExact(figures.numeric)}`);
  if (kinks > 0) parts.push(`${count(kinks, 'entry', 'entries')} at a kink, not counted`);
  return parts.join('; ');
}

function verdict(entries: readonly CheckEntry[]): string {
  const worst = worstOf(entries);
  if (!worst) return 'There is nothing to check: the objective depends on no variable or parameter.';
  const failed = entries.filter(({ ok }) => !ok);
  const at = `the worst is ${entryName(worst)}, error ${formatError(worst.worst)}`;
  const kinks = entries.reduce((sum, entry) => sum + entry.kinks, 0);
  const aside = kinks > 0 ? `; ${count(kinks, 'entry', 'entries')} at a kink` : '';
  if (failed.length === 0) return `Gradients agree with central differences: ${at}${aside}`;
  return `Gradients of ${failed.map(({ id }) => id).join(', ')} differ from central differences: ${at}${aside}`;
}

function count(number: number, one: string, many: string): string {
  return number === 1 ? `one ${one}` : `${number} ${many}`;
}
