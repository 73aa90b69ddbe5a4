/** What is selected: gates, or one wire. What has left the document is not selected. */
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { useDocumentStore } from './document';

export const useSelectionStore = defineStore('selection', () => {
  const store = useDocumentStore();
  /** In the order of selection. */
  const chosen = shallowRef<readonly string[]>([]);
  /** A wire is known by the input it ends at, which no other wire has; its index changes as others come and go. */
  const chosenInput = shallowRef<string | null>(null);

  const present = computed(() => chosen.value.filter((id) => store.nodesById.has(id)));
  const nodes = computed<ReadonlySet<string>>(() => new Set(present.value));
  const primary = computed(() => present.value.at(-1) ?? null);
  const wire = computed(() => {
    if (chosenInput.value === null) return null;
    const index = store.document.wires.findIndex(({ to }) => to === chosenInput.value);
    return index < 0 ? null : index;
  });

  /** Selects `ids` alone, or with `additive` toggles them and keeps the rest. */
  function select(ids: string | Iterable<string>, additive = false): void {
    const wanted = new Set(typeof ids === 'string' ? [ids] : ids);
    chosenInput.value = null;
    if (!additive) chosen.value = [...wanted];
    else chosen.value = [...present.value.filter((id) => !wanted.has(id)), ...[...wanted].filter((id) => !nodes.value.has(id))];
  }

  function selectWire(index: number): void {
    chosen.value = [];
    chosenInput.value = store.document.wires[index]?.to ?? null;
  }

  function clear(): void {
    chosen.value = [];
    chosenInput.value = null;
  }

  // Elsewhere the same ids are other gates.
  watch(() => store.path, clear, { flush: 'sync' });

  return { nodes, wire, primary, select, selectWire, clear };
});
