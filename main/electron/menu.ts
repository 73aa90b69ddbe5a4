/** The window's menu, written as command ids; the page performs them. */
import type { MenuItemConstructorOptions } from 'electron';

interface Entry {
  readonly command: string;
  readonly label: string;
  /** Shown only: the page itself listens to keys, since it knows when the user is typing into a field. A Mac cannot show without listening. */
  readonly keys?: string;
}
type Line = Entry | 'separator' | MenuItemConstructorOptions;

const MENUS: readonly { readonly label: string; readonly lines: readonly Line[] }[] = [
  {
    label: '&File',
    lines: [
      { command: 'file.new', label: 'New', keys: 'CmdOrCtrl+N' },
      { command: 'file.open', label: 'Open…', keys: 'CmdOrCtrl+O' },
      'separator',
      { command: 'file.save', label: 'Save', keys: 'CmdOrCtrl+S' },
      { command: 'file.saveAs', label: 'Save As…', keys: 'CmdOrCtrl+Shift+S' },
      'separator',
      { command: 'file.openData', label: 'Open Data…' },
      { command: 'file.exportSafetensors', label: 'Export Weights as safetensors…' },
      { command: 'file.exportNpz', label: 'Export Weights as npz…' },
      { command: 'file.exportNumpy', label: 'Export NumPy Code…' },
      { command: 'file.exportPytorch', label: 'Export PyTorch…' },
      'separator',
      { role: 'quit' }
    ]
  },
  {
    label: '&Edit',
    lines: [
      { command: 'edit.undo', label: 'Undo', keys: 'CmdOrCtrl+Z' },
      { command: 'edit.redo', label: 'Redo', keys: 'CmdOrCtrl+Shift+Z' },
      'separator',
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { command: 'edit.delete', label: 'Delete', keys: 'Delete' },
      { command: 'edit.selectAll', label: 'Select All', keys: 'CmdOrCtrl+A' },
      'separator',
      { command: 'edit.group', label: 'Group into a Definition', keys: 'CmdOrCtrl+G' },
      { command: 'edit.ungroup', label: 'Ungroup', keys: 'CmdOrCtrl+Shift+G' }
    ]
  },
  {
    label: '&View',
    lines: [
      { command: 'view.fit', label: 'Show the Whole Graph', keys: 'CmdOrCtrl+0' },
      'separator',
      { role: 'togglefullscreen' },
      { role: 'toggleDevTools' }
    ]
  },
  {
    label: '&Run',
    lines: [
      { command: 'run.forward', label: 'Forward', keys: 'CmdOrCtrl+Enter' },
      { command: 'run.backward', label: 'Backward', keys: 'CmdOrCtrl+Shift+Enter' },
      'separator',
      { command: 'run.step', label: 'Step', keys: 'S' },
      { command: 'run.stepBack', label: 'Step Back', keys: 'Shift+S' },
      'separator',
      { command: 'run.train', label: 'Train', keys: 'T' },
      { command: 'run.stop', label: 'Stop', keys: 'Shift+T' }
    ]
  },
  { label: '&Help', lines: [{ command: 'help.gallery', label: 'Gallery of Examples', keys: 'G' }] }
];

/** The menu for Menu.buildFromTemplate; `perform` is told the id of the command that was chosen. */
export function menuTemplate(platform: NodeJS.Platform, perform: (command: string) => void): MenuItemConstructorOptions[] {
  const item = (line: Line): MenuItemConstructorOptions => {
    if (line === 'separator') return { type: 'separator' };
    if (!('command' in line)) return line;
    const { command, label, keys } = line;
    return {
      label,
      click: () => perform(command),
      ...(keys && platform !== 'darwin' ? { accelerator: keys, registerAccelerator: false } : {})
    };
  };
  const menus = MENUS.map(({ label, lines }): MenuItemConstructorOptions => ({ label, submenu: lines.map(item) }));
  return platform === 'darwin' ? [{ role: 'appMenu' }, ...menus] : menus;
}
