import { BoxSelect, CircleSlash2, Ellipsis, Flag, Minimize2, PencilLine, Plus, Replace, Route, TextCursorInput, Trash2 } from '@lucide/vue';
import {
  annotationsOf,
  dissolveNodes,
  removeWires,
  setBypass,
  setCollapsed,
  setObjective,
  VIEW_INPUT,
  VIEW_OUTPUT,
  type NodeRecord
} from '@wiregrad/engine';
import { namesOf, portsOf, primaryOutput } from '../canvas/ports';
import { currentView } from '../canvas/view';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { removeSelection } from './clipboard';
import { defineCommand } from './command';

const hasGates = (): boolean => useSelectionStore().nodes.size > 0;

/** Without the ports of an opened definition, which no file keeps as gates. */
function selected(): readonly NodeRecord[] {
  const { nodesById } = useDocumentStore();
  return [...useSelectionStore().nodes].map((id) => nodesById.get(id)!).filter(({ gate }) => gate !== VIEW_INPUT && gate !== VIEW_OUTPUT);
}

/** Gates that have something to let through: sources have not. */
function passable(): readonly NodeRecord[] {
  const ports = portsOf(useDocumentStore().document);
  return selected().filter(({ id, bypass }) => bypass || ports.get(id)!.inputs.length > 0);
}

const gates = (count: number): string => (count === 1 ? 'gate' : `${count} gates`);

/** Sets what some of `nodes` lack, or takes it from all where all have it. */
function toggle(nodes: readonly NodeRecord[], key: 'bypass' | 'collapsed', verb: string, set: typeof setBypass): void {
  const on = nodes.some((node) => !node[key]);
  const ids = nodes.map(({ id }) => id);
  useDocumentStore().apply(`${on ? '' : 'un'}${verb} ${gates(ids.length)}`, (document) => set(document, ids, on));
}

export default [
  defineCommand({
    id: 'edit.add',
    icon: Plus,
    // Elsewhere Tab moves the focus.
    enabled: () => currentView()?.hasFocus() ?? false,
    perform: () => currentView()?.openSearch()
  }),
  defineCommand({
    id: 'edit.delete',
    icon: Trash2,
    enabled: () => !useSelectionStore().isEmpty,
    perform() {
      const { nodes, annotations, wire } = useSelectionStore();
      if (wire !== null) useDocumentStore().apply('remove wire', (document) => removeWires(document, [wire]));
      else removeSelection(annotations.size > 0 ? 'delete' : `delete ${gates(nodes.size)}`);
    }
  }),
  defineCommand({
    id: 'edit.dissolve',
    icon: Route,
    enabled: hasGates,
    perform() {
      const { nodes } = useSelectionStore();
      useDocumentStore().apply(`delete and reconnect ${gates(nodes.size)}`, (document) => {
        const ports = portsOf(document);
        return dissolveNodes(document, nodes, ({ id }) => namesOf(ports.get(id)!));
      });
    }
  }),
  defineCommand({
    id: 'edit.replace',
    icon: Replace,
    enabled: () => useSelectionStore().primary !== null,
    perform: () => currentView()?.openSearch({ replaces: useSelectionStore().primary! })
  }),
  defineCommand({
    id: 'edit.bypass',
    icon: CircleSlash2,
    isOn: () => selected().some(({ bypass }) => bypass),
    enabled: () => hasGates() && passable().length > 0,
    perform: () => toggle(passable(), 'bypass', 'bypass', setBypass)
  }),
  defineCommand({
    id: 'edit.collapse',
    icon: Minimize2,
    isOn: () => selected().some(({ collapsed }) => collapsed),
    enabled: () => selected().length > 0,
    perform: () => toggle(selected(), 'collapsed', 'collapse', setCollapsed)
  }),
  defineCommand({
    id: 'edit.rename',
    icon: PencilLine,
    enabled: () => useSelectionStore().primary !== null || useSelectionStore().annotations.size > 0,
    perform() {
      const { primary, annotations } = useSelectionStore();
      const annotation = [...annotations][0];
      if (primary !== null) currentView()?.rename({ node: primary });
      else if (annotation !== undefined) currentView()?.rename({ annotation });
    }
  }),
  defineCommand({
    id: 'edit.value',
    icon: TextCursorInput,
    enabled: () => useSelectionStore().primary !== null,
    perform: () => currentView()?.editValue(useSelectionStore().primary!)
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
  }),
  defineCommand({
    id: 'edit.selectAll',
    icon: BoxSelect,
    enabled: () => useDocumentStore().document.nodes.length > 0,
    perform: () => {
      const { document } = useDocumentStore();
      useSelectionStore().selectAll(
        document.nodes.map(({ id }) => id),
        annotationsOf(document).keys()
      );
    }
  }),
  defineCommand({
    id: 'edit.deselect',
    enabled: () => !useSelectionStore().isEmpty,
    perform: () => useSelectionStore().clear()
  }),
  defineCommand({
    id: 'edit.menu',
    icon: Ellipsis,
    enabled: () => currentView()?.hasFocus() ?? false,
    perform: () => currentView()?.openMenu()
  })
];
