import { Frame, Map, Maximize, SunMoon, ZoomIn, ZoomOut } from '@lucide/vue';
import { currentView, fitView } from '../canvas/view';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { useSettingsStore } from '../stores/settings';
import { isDark } from '../theme/theme';
import { defineCommand } from './command';

const ZOOM_STEP = 1.25;
const hasGates = () => useDocumentStore().document.nodes.length > 0;

export default [
  defineCommand({
    id: 'view.fit',
    icon: Maximize,
    enabled: hasGates,
    perform: fitView
  }),
  defineCommand({
    id: 'view.fitSelection',
    icon: Frame,
    enabled: hasGates,
    perform: () => {
      const { nodes } = useSelectionStore();
      currentView()?.fit(nodes.size > 0 ? nodes : undefined);
    }
  }),
  defineCommand({
    id: 'view.zoomIn',
    icon: ZoomIn,
    perform: () => currentView()?.zoomBy(ZOOM_STEP)
  }),
  defineCommand({
    id: 'view.zoomOut',
    icon: ZoomOut,
    perform: () => currentView()?.zoomBy(1 / ZOOM_STEP)
  }),
  defineCommand({
    id: 'view.minimap',
    icon: Map,
    isOn: () => useSettingsStore().minimap,
    perform: () => {
      const settings = useSettingsStore();
      settings.minimap = !settings.minimap;
    }
  }),
  defineCommand({
    id: 'view.theme',
    icon: SunMoon,
    perform: () => void (useSettingsStore().theme = isDark() ? 'light' : 'dark')
  })
];
