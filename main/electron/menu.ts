/** The window's menu: the commands of the page, which performs them, and what the system brings. */
import type { MenuItemConstructorOptions } from 'electron';
import { MENUS, type CommandId, type MenuLine, type MenuTitle } from '../contract/commands';

/** What stands below the commands of a menu. */
const SYSTEM: Partial<Record<MenuTitle, readonly MenuItemConstructorOptions[]>> = {
  File: [{ role: 'quit' }],
  View: [{ role: 'togglefullscreen' }, { role: 'toggleDevTools' }]
};

/** Commands that the system knows: its own items work in fields too, and the page hears of them as clipboard events. */
const ROLES: Partial<Record<CommandId, 'cut' | 'copy' | 'paste'>> = { 'edit.cut': 'cut', 'edit.copy': 'copy', 'edit.paste': 'paste' };

/** As Electron writes `Mod+Shift+Z`. A browser keeps some keys to itself; here the one with Ctrl is free. */
function acceleratorOf(keys: readonly string[]): string | undefined {
  const shown = keys.find((key) => key.startsWith('Mod+')) ?? keys[0];
  return shown?.replace('Mod', 'CmdOrCtrl').replace('Arrow', '').replace(/\+\+$/, '+Plus');
}

/**
 * The menu for Menu.buildFromTemplate; `perform` is told the id of the command that was chosen. Commands in `rebound` have
 * keys of the user's, which the page shows: not every key that it takes could be written here.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  perform: (command: string) => void,
  rebound: ReadonlySet<unknown> = new Set()
): MenuItemConstructorOptions[] {
  const item = ({ id, title, keys = [], apart }: MenuLine): MenuItemConstructorOptions[] => {
    // Shown only: the page itself listens to keys, since it knows when the user is typing. A Mac cannot show without listening.
    const accelerator = platform === 'darwin' || rebound.has(id) ? undefined : acceleratorOf(keys);
    const role = ROLES[id];
    const entry = {
      label: title,
      ...(role ? { role } : { click: () => perform(id) }),
      ...(accelerator && { accelerator, registerAccelerator: false })
    };
    return apart ? [{ type: 'separator' }, entry] : [entry];
  };
  const menus = MENUS.map(({ title, lines }): MenuItemConstructorOptions => {
    const system = SYSTEM[title];
    return { label: `&${title}`, submenu: [...lines.flatMap(item), ...(system ? [{ type: 'separator' } as const, ...system] : [])] };
  });
  return platform === 'darwin' ? [{ role: 'appMenu' }, ...menus] : menus;
}
