import { Keyboard, LayoutGrid, SquareTerminal } from '@lucide/vue';
import { nextTick } from 'vue';
import { useFilesStore } from '../stores/files';
import { useWindowStore } from '../stores/window';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'help.commands',
    icon: SquareTerminal,
    whileTyping: true,
    // A question has to be answered first.
    enabled: () => useFilesStore().asking === null,
    async perform() {
      const view = useWindowStore();
      view.gallery = view.shortcuts = false;
      // Where the focus is once they have gone is where the commands will find it.
      await nextTick();
      view.commands = true;
    }
  }),
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
