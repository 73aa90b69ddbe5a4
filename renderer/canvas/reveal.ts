/** Brings a gate into view, wherever in the document it is. */
import { nextTick } from 'vue';
import { useDocumentStore } from '../stores/document';
import { splitPath } from '../stores/instances';
import { useSelectionStore } from '../stores/selection';
import { centerOn } from './view';

/** Opens the instance that holds the gate of that path, selects the gate and moves to it; nothing where it is gone. */
export async function reveal(gate: string): Promise<void> {
  const documents = useDocumentStore();
  const place = splitPath(documents.whole, gate);
  if (!place) return;
  documents.goTo(place.path);
  useSelectionStore().select(place.id);
  await nextTick();
  centerOn(place.id);
}
