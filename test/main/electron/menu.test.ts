import { describe, expect, it } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import { COMMANDS } from '../../../main/contract/commands';
import { menuTemplate } from '../../../main/electron/menu';

const items = (menus: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  menus.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));

describe('the menu', () => {
  it('performs every command by its id, and leaves the clipboard to the system', () => {
    const performed: string[] = [];
    const template = menuTemplate('linux', (command) => performed.push(command));
    for (const { click } of items(template)) (click as (() => void) | undefined)?.();
    const byTheSystem = ['edit.cut', 'edit.copy', 'edit.paste'];
    expect(performed.sort()).toEqual(
      Object.keys(COMMANDS)
        .filter((id) => !byTheSystem.includes(id))
        .sort()
    );
    expect(items(template).flatMap(({ role }) => role ?? [])).toEqual(expect.arrayContaining(['cut', 'copy', 'paste']));
  });

  it('shows keys without taking them from the page', () => {
    for (const { accelerator, registerAccelerator } of items(menuTemplate('linux', () => undefined))) {
      if (accelerator) expect(registerAccelerator).toBe(false);
    }
  });

  it('writes keys as Electron reads them', () => {
    const accelerators = new Map(items(menuTemplate('linux', () => undefined)).map(({ label, accelerator }) => [label, accelerator]));
    expect(['New', 'Redo', 'Zoom in', 'Step back'].map((label) => accelerators.get(label))).toEqual([
      'CmdOrCtrl+N',
      'CmdOrCtrl+Shift+Z',
      'CmdOrCtrl+Plus',
      'Shift+S'
    ]);
  });

  it('shows no keys for commands whose keys the user changed', () => {
    const lines = items(menuTemplate('linux', () => undefined, new Set(['edit.undo'])));
    expect(lines.find(({ label }) => label === 'Undo')).not.toHaveProperty('accelerator');
    expect(lines.find(({ label }) => label === 'Redo')).toHaveProperty('accelerator');
  });

  it('begins with the application menu on a Mac', () => {
    expect(menuTemplate('darwin', () => undefined)[0]).toEqual({ role: 'appMenu' });
  });
});
