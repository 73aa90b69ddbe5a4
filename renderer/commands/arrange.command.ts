import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceAround,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceAround,
  Grid3x3,
  Magnet,
  Network
} from '@lucide/vue';
import { moveNodes, type AnnotationKey, type Document } from '@wiregrad/engine';
import { nextTick } from 'vue';
import { align, distribute, snapToGrid, type Axis, type Edge } from '../canvas/aligning';
import { GRID } from '../canvas/grid';
import { movableOf, moveBy } from '../canvas/moving';
import { sceneOf } from '../canvas/scene';
import { currentView, type Direction } from '../canvas/view';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { useSettingsStore } from '../stores/settings';
import { defineCommand } from './command';

const count = (): number => useSelectionStore().nodes.size + useSelectionStore().annotations.size;

type Arrangement = (document: Document, ids: ReadonlySet<string>, keys: ReadonlySet<AnnotationKey>) => Document;

function arrange(label: string, arrangement: Arrangement): void {
  const { nodes, annotations } = useSelectionStore();
  useDocumentStore().apply(label, (document) => arrangement(document, nodes, annotations));
}

const aligning = (edge: Edge, icon: typeof Magnet) =>
  defineCommand({
    id: `arrange.${edge}`,
    icon,
    enabled: () => count() > 1,
    perform: () => arrange('align', (document, ...chosen) => align(document, edge, ...chosen))
  });

const distributing = (axis: Axis, icon: typeof Magnet) =>
  defineCommand({
    id: `arrange.${axis}`,
    icon,
    enabled: () => count() > 2,
    perform: () => arrange('distribute', (document, ...chosen) => distribute(document, axis, ...chosen))
  });

const STEP: Readonly<Record<Direction, readonly [number, number]>> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

/** Steps of one selection in a row are undone together. */
const moving = (direction: Direction) =>
  defineCommand({
    id: `move.${direction}`,
    enabled: () => count() > 0 && (currentView()?.hasFocus() ?? true),
    perform() {
      const store = useDocumentStore();
      const { nodes, annotations } = useSelectionStore();
      const movable = movableOf(store.document, sceneOf(store.document), nodes, annotations);
      const [dx, dy] = STEP[direction];
      const merge = `move ${[...nodes, ...annotations].join(' ')}`;
      store.apply('move', (document) => moveBy(document, movable, [dx * GRID, dy * GRID]), { merge });
    }
  });

export default [
  defineCommand({
    id: 'arrange.layout',
    icon: Network,
    enabled: () => useDocumentStore().document.nodes.length > 0,
    async perform() {
      const view = currentView();
      const store = useDocumentStore();
      const { nodes } = useSelectionStore();
      const ids = nodes.size > 1 ? nodes : undefined;
      const { document } = store;
      const positions = await view?.layOut(ids);
      // It may have been edited meanwhile.
      if (!positions || store.document !== document) return;
      store.apply(ids ? `lay out ${ids.size} gates` : 'lay out', () => moveNodes(document, positions));
      if (ids) return;
      await nextTick();
      view!.fit();
    }
  }),
  aligning('left', AlignStartVertical),
  aligning('centers', AlignCenterVertical),
  aligning('right', AlignEndVertical),
  aligning('top', AlignStartHorizontal),
  aligning('middles', AlignCenterHorizontal),
  aligning('bottom', AlignEndHorizontal),
  distributing('across', AlignHorizontalSpaceAround),
  distributing('down', AlignVerticalSpaceAround),
  defineCommand({
    id: 'arrange.toGrid',
    icon: Grid3x3,
    enabled: () => count() > 0,
    perform: () => arrange('put on the grid', snapToGrid)
  }),
  defineCommand({
    id: 'arrange.snap',
    icon: Magnet,
    isOn: () => useSettingsStore().snap,
    perform: () => {
      const settings = useSettingsStore();
      settings.snap = !settings.snap;
    }
  }),
  moving('left'),
  moving('right'),
  moving('up'),
  moving('down')
];
