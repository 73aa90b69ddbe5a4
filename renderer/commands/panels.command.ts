import { PanelLeft, PanelRight } from '@lucide/vue';
import { useSettingsStore } from '../stores/settings';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'view.palette',
    title: 'Show or hide the palette',
    keys: ['Mod+B'],
    icon: PanelLeft,
    perform: () => {
      const settings = useSettingsStore();
      settings.paletteShown = !settings.paletteShown;
    }
  }),
  defineCommand({
    id: 'view.side',
    title: 'Show or hide the side panel',
    keys: ['Mod+Shift+B'],
    icon: PanelRight,
    perform: () => {
      const settings = useSettingsStore();
      settings.sideShown = !settings.sideShown;
    }
  })
];
