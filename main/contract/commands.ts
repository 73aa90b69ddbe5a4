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
  'file.versions': { title: 'Earlier versions…' },
  'file.openData': { title: 'Open data…', apart: true },
  'file.openFolder': { title: 'Open a folder of images…' },
  'file.makeData': { title: 'Make a data set…' },
  'file.importOnnx': { title: 'Import ONNX…', apart: true },
  'file.loadWeights': { title: 'Import weights…' },
  'file.exportSafetensors': { title: 'Export weights as safetensors…', apart: true },
  'file.exportNpz': { title: 'Export weights as npz…' },
  'file.exportNumpy': { title: 'Export NumPy code…' },
  'file.exportPytorch': { title: 'Export PyTorch…' },
  'file.exportProject': { title: 'Export a PyTorch project…' },
  'file.exportOnnx': { title: 'Export ONNX…' },
  'edit.undo': { title: 'Undo', keys: ['Mod+Z'] },
  'edit.redo': { title: 'Redo', keys: ['Mod+Shift+Z', 'Mod+Y'] },
  'edit.cut': { title: 'Cut', keys: ['Mod+X'], apart: true },
  'edit.copy': { title: 'Copy', keys: ['Mod+C'] },
  'edit.paste': { title: 'Paste', keys: ['Mod+V'] },
  'edit.pasteConnected': { title: 'Paste with the wires that came in', keys: ['Mod+Shift+V'] },
  'edit.duplicate': { title: 'Duplicate', keys: ['Mod+D', 'Shift+D'] },
  'edit.delete': { title: 'Delete', keys: ['Delete', 'Backspace', 'X'] },
  'edit.dissolve': { title: 'Delete and reconnect', keys: ['Mod+Delete', 'Mod+Backspace'] },
  'edit.add': { title: 'Add a gate at the pointer…', keys: ['Tab', 'Shift+A'], apart: true },
  'edit.insert': { title: 'Put a gate on the wire…', keys: ['Insert'] },
  'edit.replace': { title: 'Replace by another gate…', keys: ['R'] },
  'edit.bypass': { title: 'Bypass', keys: ['Mod+B', 'M'] },
  'edit.collapse': { title: 'Collapse', keys: ['Alt+C', 'H'] },
  'edit.rename': { title: 'Rename', keys: ['F2'] },
  'edit.value': { title: 'Type its value or parameters', keys: ['E'] },
  'edit.objective': { title: 'Make it the objective', keys: ['O'] },
  'edit.wire': { title: 'Draw a wire by keyboard', keys: ['Enter'], apart: true },
  'edit.link': { title: 'Connect the selected gates to the last one', keys: ['F'] },
  'edit.disconnect': { title: 'Remove its wires' },
  'edit.addPoint': { title: 'Add a point to the wire' },
  'edit.straighten': { title: 'Remove the points of the wire' },
  'edit.frame': { title: 'Frame', keys: ['Mod+G', 'Mod+J'], apart: true },
  'edit.note': { title: 'Add a note', keys: ['Shift+N'] },
  'edit.group': { title: 'Make a definition of the selected gates', keys: ['Mod+Shift+E'] },
  'edit.ungroup': { title: 'Put what the selected instance holds in its place', keys: ['Mod+Shift+G', 'Mod+Alt+G'] },
  'edit.selectAll': { title: 'Select everything', keys: ['Mod+A'], apart: true },
  'edit.deselect': { title: 'Select nothing', keys: ['Escape'] },
  'edit.menu': { title: 'Menu of what is selected', keys: ['Shift+F10', 'ContextMenu'] },
  'arrange.layout': { title: 'Lay out from left to right', keys: ['L'] },
  'arrange.left': { title: 'Align left edges', apart: true },
  'arrange.centers': { title: 'Align centres' },
  'arrange.right': { title: 'Align right edges' },
  'arrange.top': { title: 'Align top edges' },
  'arrange.middles': { title: 'Align middles' },
  'arrange.bottom': { title: 'Align bottom edges' },
  'arrange.across': { title: 'Distribute across' },
  'arrange.down': { title: 'Distribute down' },
  'arrange.toGrid': { title: 'Put on the grid', apart: true },
  'arrange.snap': { title: 'Snap to the grid while dragging' },
  'move.left': { title: 'Move left', keys: ['ArrowLeft'], apart: true },
  'move.right': { title: 'Move right', keys: ['ArrowRight'] },
  'move.up': { title: 'Move up', keys: ['ArrowUp'] },
  'move.down': { title: 'Move down', keys: ['ArrowDown'] },
  'go.find': { title: 'Find…', keys: ['Mod+F'] },
  'go.left': { title: 'Gate on the left', keys: ['Mod+ArrowLeft'], apart: true },
  'go.right': { title: 'Gate on the right', keys: ['Mod+ArrowRight'] },
  'go.up': { title: 'Gate above', keys: ['Mod+ArrowUp'] },
  'go.down': { title: 'Gate below', keys: ['Mod+ArrowDown'] },
  'definition.open': { title: 'Open the definition of the selected instance', keys: ['Alt+ArrowDown'], apart: true },
  'definition.leave': { title: 'Go back to where the opened definition is used', keys: ['Alt+ArrowUp', 'Escape'] },
  'go.nextPart': { title: 'Next part of the window', keys: ['F6'], apart: true },
  'go.previousPart': { title: 'Previous part of the window', keys: ['Shift+F6'] },
  'view.fit': { title: 'Show the whole graph', keys: ['Home', 'Mod+0'] },
  'view.fitSelection': { title: 'Zoom to what is selected', keys: ['.'] },
  'view.zoomIn': { title: 'Zoom in', keys: ['Mod++', 'Mod+=', 'Alt+='] },
  'view.zoomOut': { title: 'Zoom out', keys: ['Mod+-', 'Alt+-'] },
  'view.minimap': { title: 'Minimap', keys: ['Alt+M'] },
  'view.palette': { title: 'Palette', keys: ['N'], apart: true },
  'view.side': { title: 'Side panel', keys: ['Mod+Shift+B'] },
  'view.theme': { title: 'Switch between light and dark' },
  'run.forward': { title: 'Forward', keys: ['Mod+Enter'] },
  'run.backward': { title: 'Backward', keys: ['Mod+Shift+Enter'] },
  'run.step': { title: 'Step', keys: ['S'], apart: true },
  'run.stepBack': { title: 'Step back', keys: ['Shift+S'] },
  'run.check': { title: 'Check gradients', keys: ['C'], apart: true },
  'run.train': { title: 'Train', keys: ['T'] },
  'run.pause': { title: 'Pause training, or go on with it', keys: ['P'] },
  'run.trainStep': { title: 'Train for one step', keys: ['Shift+P'] },
  'run.trainOn': { title: 'Train on from the weights in hand' },
  'run.stop': { title: 'Stop', keys: ['Shift+T', 'Mod+Alt+Enter'] },
  'run.resetWeights': { title: 'Draw the weights again' },
  'run.live': { title: 'Run again after every edit', apart: true },
  'help.commands': { title: 'Command palette…', keys: ['Mod+Shift+P', 'F1'] },
  'help.gallery': { title: 'Gallery of examples…', keys: ['G'] },
  'help.shortcuts': { title: 'Shortcuts', keys: ['?'] },
  'help.lecture': { title: 'The lecture on the web', apart: true },
  'help.report': { title: 'Report a problem…' }
} as const satisfies Record<string, CommandText>;

export type CommandId = keyof typeof COMMANDS;

/** Which menu the commands of an area stand in. */
const MENU_OF = {
  file: 'File',
  edit: 'Edit',
  arrange: 'Arrange',
  move: 'Arrange',
  go: 'Go',
  definition: 'Go',
  view: 'View',
  run: 'Run',
  help: 'Help'
} as const;
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
