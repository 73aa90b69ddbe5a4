/** What the user can do, by id: the window's own menus, the page's menu, its buttons and its keys all read it from here. */

export interface CommandText {
  readonly title: string;
  /** Such as `Mod+Shift+Z`; Mod is Cmd on a Mac and Ctrl elsewhere. The first is the one shown. */
  readonly keys?: readonly string[];
  /** A line stands before it in menus. */
  readonly apart?: true;
}

/** In the order of menus. */
export const COMMANDS = {
  // A browser keeps Ctrl+N to itself.
  'file.new': { title: 'New', keys: ['Alt+N', 'Mod+N'] },
  'file.open': { title: 'Open…', keys: ['Mod+O'] },
  'file.save': { title: 'Save', keys: ['Mod+S'], apart: true },
  'file.saveAs': { title: 'Save as…', keys: ['Mod+Shift+S'] },
  'file.openData': { title: 'Open data (CSV)…', apart: true },
  'file.loadWeights': { title: 'Load weights…' },
  'file.exportSafetensors': { title: 'Export weights as safetensors…', apart: true },
  'file.exportNpz': { title: 'Export weights as npz…' },
  'file.exportNumpy': { title: 'Export NumPy code…' },
  'file.exportPytorch': { title: 'Export PyTorch…' },
  'edit.undo': { title: 'Undo', keys: ['Mod+Z'] },
  'edit.redo': { title: 'Redo', keys: ['Mod+Shift+Z', 'Mod+Y'] },
  'edit.add': { title: 'Add a gate at the pointer', keys: ['Tab'], apart: true },
  'edit.duplicate': { title: 'Duplicate the selected gates', keys: ['Mod+D'] },
  'edit.delete': { title: 'Delete the selected gates or wire', keys: ['Delete', 'Backspace'] },
  'edit.objective': { title: 'Make the selected gate the objective', keys: ['O'] },
  'edit.selectAll': { title: 'Select all gates', keys: ['Mod+A'], apart: true },
  'edit.deselect': { title: 'Select nothing', keys: ['Escape'] },
  'edit.group': { title: 'Group the selected gates into a definition', keys: ['Mod+G'], apart: true },
  'edit.ungroup': { title: 'Put what the selected instance holds in its place', keys: ['Mod+Shift+G'] },
  'definition.open': { title: 'Open the definition of the selected instance', keys: ['Enter'] },
  'definition.leave': { title: 'Go back to where the opened definition is used', keys: ['Alt+ArrowUp', 'Escape'] },
  'view.fit': { title: 'Show the whole graph', keys: ['F', 'Mod+0'] },
  'view.zoomIn': { title: 'Zoom in', keys: ['Mod++', 'Mod+='] },
  'view.zoomOut': { title: 'Zoom out', keys: ['Mod+-'] },
  'view.layout': { title: 'Lay out from left to right', keys: ['L'] },
  'view.palette': { title: 'Show or hide the palette', keys: ['Mod+B'], apart: true },
  'view.side': { title: 'Show or hide the side panel', keys: ['Mod+Shift+B'] },
  'view.theme': { title: 'Switch between light and dark' },
  'run.forward': { title: 'Forward', keys: ['Mod+Enter'] },
  'run.backward': { title: 'Backward', keys: ['Mod+Shift+Enter'] },
  'run.step': { title: 'Step', keys: ['S'], apart: true },
  'run.stepBack': { title: 'Step back', keys: ['Shift+S'] },
  'run.check': { title: 'Check gradients', keys: ['C'], apart: true },
  'run.train': { title: 'Train', keys: ['T'] },
  'run.stop': { title: 'Stop', keys: ['Shift+T'] },
  'run.live': { title: 'Run again after every edit', apart: true },
  'help.gallery': { title: 'Gallery of examples…', keys: ['G'] },
  'help.shortcuts': { title: 'Shortcuts', keys: ['?'] }
} as const satisfies Record<string, CommandText>;

export type CommandId = keyof typeof COMMANDS;

/** Which menu the commands of an area stand in. */
const MENU_OF = { file: 'File', edit: 'Edit', definition: 'Edit', view: 'View', run: 'Run', help: 'Help' } as const;
export type MenuTitle = (typeof MENU_OF)[keyof typeof MENU_OF];

export interface MenuLine extends CommandText {
  readonly id: CommandId;
}

/** Every command once, by menu. */
export const MENUS: readonly { readonly title: MenuTitle; readonly lines: readonly MenuLine[] }[] = [
  ...new Set(Object.values(MENU_OF))
].map((title) => ({
  title,
  lines: allLines().filter(({ id }) => MENU_OF[id.slice(0, id.indexOf('.')) as keyof typeof MENU_OF] === title)
}));

function allLines(): MenuLine[] {
  return Object.entries<CommandText>(COMMANDS).map(([id, text]) => ({ id: id as CommandId, ...text }));
}
