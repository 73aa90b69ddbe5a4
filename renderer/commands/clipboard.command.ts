import { ClipboardPaste, Copy, CopyPlus, Scissors } from '@lucide/vue';
import { copySelection } from '../canvas/copying';
import { useSelectionStore } from '../stores/selection';
import { askForPaste, askForTransfer } from './clipboard';
import { defineCommand } from './command';

const hasSelection = (): boolean => useSelectionStore().nodes.size + useSelectionStore().annotations.size > 0;
const OFFSET = 48;

export default [
  defineCommand({ id: 'edit.cut', icon: Scissors, clipboard: 'cut', enabled: hasSelection, perform: () => askForTransfer('cut') }),
  defineCommand({ id: 'edit.copy', icon: Copy, clipboard: 'copy', enabled: hasSelection, perform: () => askForTransfer('copy') }),
  defineCommand({ id: 'edit.paste', icon: ClipboardPaste, clipboard: 'paste', perform: () => askForPaste(false) }),
  defineCommand({ id: 'edit.pasteConnected', perform: () => askForPaste(true) }),
  defineCommand({
    id: 'edit.duplicate',
    icon: CopyPlus,
    enabled: hasSelection,
    perform: () => copySelection({ label: 'duplicate', shift: [OFFSET, OFFSET] })
  })
];
