import { Cable, CircleDot, Link, Minus, Spline, Unlink } from '@lucide/vue';
import { addWire, disconnectNodes, outputName, setVia, splitOutput, type Document } from '@wiregrad/engine';
import { sceneOf } from '../canvas/scene';
import { currentView } from '../canvas/view';
import { bestOutput, inputsFor, refusalOf } from '../canvas/wiring';
import { useDocumentStore } from '../stores/document';
import { useNoticesStore } from '../stores/notices';
import { useSelectionStore } from '../stores/selection';
import { defineCommand } from './command';

const selectedWire = (): number | null => useSelectionStore().wire;

/** Wires from each of `sources` to the first free input of `target` that takes it; how many were possible. */
function linked(document: Document, sources: readonly string[], target: string): { readonly document: Document; readonly count: number } {
  let result = document;
  let count = 0;
  for (const source of sources) {
    const scene = sceneOf(result);
    const origin = bestOutput(scene.boxes.get(source)!, scene);
    if (!origin) continue;
    const from = outputName(origin.id, origin.port);
    const wire = inputsFor(from, scene.boxes.get(target)!.ports.inputs)
      .filter(({ name }) => !scene.isConnected({ id: target, side: 'input', port: name }))
      .map(({ name }) => ({ from, to: `${target}.${name}` }))
      .find((candidate) => refusalOf(result, candidate) === null);
    if (!wire) continue;
    result = addWire(result, wire);
    count++;
  }
  return { document: result, count };
}

export default [
  defineCommand({
    id: 'edit.wire',
    icon: Cable,
    // Elsewhere Enter presses what has the focus.
    enabled: () => useSelectionStore().primary !== null && (currentView()?.hasFocus() ?? false),
    perform: () => currentView()?.drawWire()
  }),
  defineCommand({
    id: 'edit.link',
    icon: Link,
    enabled: () => useSelectionStore().nodes.size > 1,
    perform() {
      const store = useDocumentStore();
      const ids = [...useSelectionStore().nodes];
      const { document, count } = linked(store.document, ids.slice(0, -1), ids.at(-1)!);
      if (count === 0) useNoticesStore().problem(`${ids.at(-1)!} has no free input that takes what the others give`);
      else store.apply(count === 1 ? 'connect' : `draw ${count} wires`, () => document);
    }
  }),
  defineCommand({
    id: 'edit.disconnect',
    icon: Unlink,
    enabled: () => {
      const { nodes } = useSelectionStore();
      const isSelected = (end: string): boolean => nodes.has(splitOutput(end).id);
      return nodes.size > 0 && useDocumentStore().document.wires.some(({ from, to }) => isSelected(from) || isSelected(to));
    },
    perform: () => useDocumentStore().apply('remove wires', (document) => disconnectNodes(document, useSelectionStore().nodes))
  }),
  defineCommand({
    id: 'edit.insert',
    icon: CircleDot,
    enabled: () => selectedWire() !== null,
    perform: () => currentView()?.openSearch({ wire: selectedWire()! })
  }),
  defineCommand({
    id: 'edit.addPoint',
    icon: Spline,
    enabled: () => selectedWire() !== null,
    perform: () => currentView()?.addPoint(selectedWire()!)
  }),
  defineCommand({
    id: 'edit.straighten',
    icon: Minus,
    enabled: () => {
      const wire = selectedWire();
      return wire !== null && useDocumentStore().document.wires[wire]!.via !== undefined;
    },
    perform: () => useDocumentStore().apply('remove the points of a wire', (document) => setVia(document, selectedWire()!, []))
  })
];
