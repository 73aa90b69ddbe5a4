/** What is selected: gates, frames and notes, or one wire. What has left the document is not selected. */
import { annotationsOf, type AnnotationKey } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { useDocumentStore } from './document';

export const useSelectionStore = defineStore('selection', () => {
  const store = useDocumentStore();
  /** In the order of selection. */
  const chosen = shallowRef<readonly string[]>([]);
  /** A wire is known by the input it ends at, which no other wire has; its index changes as others come and go. */
  const chosenInput = shallowRef<string | null>(null);

  const chosenAnnotations = shallowRef<readonly AnnotationKey[]>([]);

  const present = computed(() => chosen.value.filter((id) => store.nodesById.has(id)));
  const nodes = computed<ReadonlySet<string>>(() => new Set(present.value));
  const primary = computed(() => present.value.at(-1) ?? null);
  const wire = computed(() => {
    if (chosenInput.value === null) return null;
    return store.wiresByInput.get(chosenInput.value) ?? null;
  });
  const annotations = computed<ReadonlySet<AnnotationKey>>(() => {
    if (chosenAnnotations.value.length === 0) return NONE;
    const there = annotationsOf(store.document);
    return new Set(chosenAnnotations.value.filter((key) => there.has(key)));
  });
  const isEmpty = computed(() => nodes.value.size === 0 && annotations.value.size === 0 && wire.value === null);

  /** Selects `ids` alone, or with `additive` toggles them and keeps the rest. */
  function select(ids: string | Iterable<string>, additive = false): void {
    const wanted = new Set(typeof ids === 'string' ? [ids] : ids);
    chosenInput.value = null;
    if (!additive) chosenAnnotations.value = [];
    chosen.value = additive ? toggled(present.value, wanted) : [...wanted];
  }

  /** The same for frames and notes. */
  function selectAnnotations(keys: Iterable<AnnotationKey>, additive = false): void {
    const wanted = new Set(keys);
    chosenInput.value = null;
    if (!additive) chosen.value = [];
    chosenAnnotations.value = additive ? toggled([...annotations.value], wanted) : [...wanted];
  }

  /** Selects gates, frames and notes together. */
  function selectAll(ids: Iterable<string>, keys: Iterable<AnnotationKey>): void {
    select(ids);
    chosenAnnotations.value = [...keys];
  }

  function selectWire(index: number): void {
    clear();
    chosenInput.value = store.document.wires[index]?.to ?? null;
  }

  function clear(): void {
    chosen.value = [];
    chosenAnnotations.value = [];
    chosenInput.value = null;
  }

  // Elsewhere the same ids are other gates.
  watch([() => store.path, () => store.opened], clear, { flush: 'sync' });

  // A frame is known by its place in the list, which changes as others come and go.
  watch([() => store.document.frames?.length, () => store.document.notes?.length], () => (chosenAnnotations.value = []), { flush: 'sync' });

  return { nodes, wire, annotations, isEmpty, primary, select, selectAnnotations, selectAll, selectWire, clear };
});

const NONE: ReadonlySet<AnnotationKey> = new Set();

function toggled<T>(before: readonly T[], wanted: ReadonlySet<T>): readonly T[] {
  const kept = new Set(before);
  return [...before.filter((item) => !wanted.has(item)), ...[...wanted].filter((item) => !kept.has(item))];
}
