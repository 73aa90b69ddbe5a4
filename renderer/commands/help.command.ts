import { Keyboard, LayoutGrid, SunMoon } from '@lucide/vue';
import { useSettingsStore } from '../stores/settings';
import { useWindowStore } from '../stores/window';
import { isDark } from '../theme/theme';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'help.gallery',
    title: 'Gallery of examples…',
    keys: ['G'],
    icon: LayoutGrid,
    perform: () => void (useWindowStore().gallery = true)
  }),
  defineCommand({
    id: 'help.shortcuts',
    title: 'Shortcuts',
    keys: ['?'],
    icon: Keyboard,
    perform: () => void (useWindowStore().shortcuts = true)
  }),
  defineCommand({
    id: 'help.theme',
    title: 'Light or dark',
    icon: SunMoon,
    perform: () => void (useSettingsStore().theme = isDark() ? 'light' : 'dark')
  })
];
