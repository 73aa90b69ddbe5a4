/** What of the window is in view besides the document: the tab at the side and the dialogs. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export type SideTab = 'inspector' | 'training' | 'data';

export const useWindowStore = defineStore('window', () => ({
  tab: ref<SideTab>('inspector'),
  gallery: ref(false),
  shortcuts: ref(false),
  /** Whether the command palette is open; the palette of gates is the settings'. */
  commands: ref(false)
}));
