/** What of the window is in view besides the document: the tab at the side, the drawer and the dialogs. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export type SideTab = 'inspector' | 'training' | 'data';

export type TrainingTab = 'setup' | 'curves' | 'weights' | 'evaluate' | 'predict';

export type Panel = 'palette' | 'side';

export const useWindowStore = defineStore('window', () => ({
  tab: ref<SideTab>('inspector'),
  /** What the training panel shows. */
  trainingTab: ref<TrainingTab>('setup'),
  /** Too narrow for panels beside the canvas: they lie over it as drawers, one at a time. */
  narrow: ref(false),
  drawer: ref<Panel | null>(null),
  gallery: ref(false),
  shortcuts: ref(false),
  versions: ref(false),
  report: ref(false),
  /** The form of a generated data set, for one of the document or for a new one; null while it is closed. */
  makeData: ref<{ readonly dataset: string | null } | null>(null),
  /** Whether the command palette is open; the palette of gates is the settings'. */
  commands: ref(false)
}));
