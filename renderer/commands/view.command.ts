import { Maximize, Network, Plus, SunMoon, ZoomIn, ZoomOut } from '@lucide/vue';
import { currentView, fitView } from '../canvas/view';
import { useDocumentStore } from '../stores/document';
import { useSettingsStore } from '../stores/settings';
import { isDark } from '../theme/theme';
import { defineCommand } from './command';

const ZOOM_STEP = 1.25;
const hasGates = () => useDocumentStore().document.nodes.length > 0;

export default [
  defineCommand({
    id: 'edit.add',
    icon: Plus,
    // Elsewhere Tab moves the focus.
    enabled: () => currentView()?.hasFocus() ?? false,
    perform: () => currentView()?.openSearch()
  }),
  defineCommand({
    id: 'view.fit',
    icon: Maximize,
    enabled: hasGates,
    perform: fitView
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
    id: 'view.theme',
    icon: SunMoon,
    perform: () => void (useSettingsStore().theme = isDark() ? 'light' : 'dark')
  }),
  defineCommand({
    id: 'view.layout',
    icon: Network,
    enabled: hasGates,
    perform: () => currentView()?.arrange()
  })
];
