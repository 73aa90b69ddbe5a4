import { PanelLeft, PanelRight } from '@lucide/vue';
import { useSettingsStore } from '../stores/settings';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'view.palette',
    icon: PanelLeft,
    isOn: () => useSettingsStore().paletteShown,
    perform: () => {
      const settings = useSettingsStore();
      settings.paletteShown = !settings.paletteShown;
    }
  }),
  defineCommand({
    id: 'view.side',
    icon: PanelRight,
    isOn: () => useSettingsStore().sideShown,
    perform: () => {
      const settings = useSettingsStore();
      settings.sideShown = !settings.sideShown;
    }
  })
];
