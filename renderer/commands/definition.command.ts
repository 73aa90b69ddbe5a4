import { ArrowUpFromLine, FolderOpen, Group, Ungroup } from '@lucide/vue';
import {
  EngineError,
  freshDefinitionName,
  groupNodes,
  outputName,
  registry,
  splitOutput,
  ungroup,
  VIEW_INPUT,
  VIEW_OUTPUT
} from '@wiregrad/engine';
import { portsOf } from '../canvas/ports';
import { useDocumentStore } from '../stores/document';
import { useNoticesStore } from '../stores/notices';
import { useSelectionStore } from '../stores/selection';
import { defineCommand } from './command';

/** The selected gates, without the ports of an opened definition. */
function selectedGates(): readonly string[] {
  const { nodesById } = useDocumentStore();
  return [...useSelectionStore().nodes].filter((id) => ![VIEW_INPUT, VIEW_OUTPUT].includes(nodesById.get(id)!.gate));
}

/** The selected gate where it is an instance of a definition. */
function selectedInstance(): string | null {
  const { primary } = useSelectionStore();
  const { nodesById, whole } = useDocumentStore();
  return primary !== null && whole.definitions?.has(nodesById.get(primary)!.gate) ? primary : null;
}

/** Tells what the engine refuses; lets everything else through. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    useNoticesStore().failure(error);
  }
}

export default [
  defineCommand({
    id: 'edit.group',
    icon: Group,
    enabled: () => selectedGates().length > 0,
    perform: () =>
      attempt(() => {
        const store = useDocumentStore();
        const gates = selectedGates();
        const used = new Set(store.document.wires.map(({ from }) => splitOutput(from).id));
        const ports = portsOf(store.document);
        // What nothing takes yet shall still be seen from outside.
        const ends = gates.filter((id) => !used.has(id)).flatMap((id) => ports.get(id)!.outputs.map(({ name }) => outputName(id, name)));
        const name = freshDefinitionName(store.document, 'block', (taken) => registry.has(taken));
        const { document, id } = groupNodes(store.document, gates, name, ends);
        store.apply(`group ${gates.length === 1 ? 'one gate' : `${gates.length} gates`}`, () => document);
        useSelectionStore().select(id);
      })
  }),
  defineCommand({
    id: 'edit.ungroup',
    icon: Ungroup,
    enabled: () => selectedInstance() !== null,
    perform: () =>
      attempt(() => {
        const store = useDocumentStore();
        const before = new Set(store.document.nodes.map(({ id }) => id));
        const id = selectedInstance()!;
        before.delete(id);
        store.apply(`ungroup ${id}`, (document) => ungroup(document, id));
        useSelectionStore().select(store.document.nodes.map((node) => node.id).filter((other) => !before.has(other)));
      })
  }),
  defineCommand({
    id: 'definition.open',
    icon: FolderOpen,
    enabled: () => selectedInstance() !== null,
    perform: () => void useDocumentStore().enter(selectedInstance()!)
  }),
  defineCommand({
    id: 'definition.leave',
    icon: ArrowUpFromLine,
    enabled: () => useDocumentStore().opening !== null,
    perform() {
      const store = useDocumentStore();
      const instance = store.trail.at(-1)!.id;
      store.leave();
      useSelectionStore().select(instance);
    }
  })
];
