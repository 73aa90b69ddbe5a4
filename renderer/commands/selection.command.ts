import { BoxSelect, CopyPlus, Flag, Trash2 } from '@lucide/vue';
import { removeNodes, removeWires, setObjective } from '@wiregrad/engine';
import { duplicate } from '../canvas/duplicate';
import { primaryOutput } from '../canvas/ports';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'edit.delete',
    icon: Trash2,
    enabled: () => useSelectionStore().nodes.size > 0 || useSelectionStore().wire !== null,
    perform() {
      const { nodes, wire } = useSelectionStore();
      if (wire !== null) useDocumentStore().apply('remove wire', (document) => removeWires(document, [wire]));
      else
        useDocumentStore().apply(nodes.size > 1 ? `delete ${nodes.size} gates` : 'delete gate', (document) => removeNodes(document, nodes));
    }
  }),
  defineCommand({
    id: 'edit.selectAll',
    icon: BoxSelect,
    enabled: () => useDocumentStore().document.nodes.length > 0,
    perform: () => useSelectionStore().select(useDocumentStore().document.nodes.map(({ id }) => id))
  }),
  defineCommand({
    id: 'edit.deselect',
    enabled: () => useSelectionStore().nodes.size > 0 || useSelectionStore().wire !== null,
    perform: () => useSelectionStore().clear()
  }),
  defineCommand({
    id: 'edit.duplicate',
    icon: CopyPlus,
    enabled: () => useSelectionStore().nodes.size > 0,
    perform() {
      const store = useDocumentStore();
      const { document, copies } = duplicate(store.document, useSelectionStore().nodes);
      store.apply('duplicate', () => document);
      useSelectionStore().select(copies);
    }
  }),
  defineCommand({
    id: 'edit.objective',
    icon: Flag,
    enabled: () => useSelectionStore().primary !== null && useDocumentStore().opening === null,
    perform() {
      const store = useDocumentStore();
      const id = useSelectionStore().primary!;
      store.apply('set objective', (document) => setObjective(document, primaryOutput(document, store.nodesById.get(id)!)));
    }
  })
];
