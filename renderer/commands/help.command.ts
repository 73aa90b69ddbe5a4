import { Bug, GraduationCap, Keyboard, LayoutGrid, SquareTerminal } from '@lucide/vue';
import { nextTick } from 'vue';
import { LECTURE } from '../../main/contract/links';
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
  }),
  defineCommand({
    id: 'help.lecture',
    icon: GraduationCap,
    perform: () => void window.open(LECTURE, '_blank', 'noopener')
  }),
  defineCommand({
    id: 'help.report',
    icon: Bug,
    perform: () => void (useWindowStore().report = true)
  })
];
