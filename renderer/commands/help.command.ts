import { Keyboard, LayoutGrid } from '@lucide/vue';
import { useWindowStore } from '../stores/window';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'help.gallery',
    icon: LayoutGrid,
    perform: () => void (useWindowStore().gallery = true)
  }),
  defineCommand({
    id: 'help.shortcuts',
    icon: Keyboard,
    perform: () => void (useWindowStore().shortcuts = true)
  })
];
