import { describe, expect, it } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import { menuTemplate } from '../../../main/electron/menu';

const items = (menus: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  menus.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));

describe('the menu', () => {
  it('performs commands by their ids', () => {
    const performed: string[] = [];
    const template = menuTemplate('linux', (command) => performed.push(command));
    for (const { click } of items(template)) (click as (() => void) | undefined)?.();
    expect(performed).toEqual([
      ...[
        'file.new',
        'file.open',
        'file.save',
        'file.saveAs',
        'file.openData',
        'file.exportSafetensors',
        'file.exportNpz',
        'file.exportNumpy',
        'file.exportPytorch'
      ],
      ...['edit.undo', 'edit.redo', 'edit.delete', 'edit.selectAll', 'edit.group', 'edit.ungroup', 'view.fit'],
      ...['run.forward', 'run.backward', 'run.step', 'run.stepBack', 'run.train', 'run.stop', 'help.gallery']
    ]);
  });

  it('shows keys without taking them from the page', () => {
    for (const { accelerator, registerAccelerator } of items(menuTemplate('linux', () => undefined))) {
      if (accelerator) expect(registerAccelerator).toBe(false);
    }
  });

  it('begins with the application menu on a Mac', () => {
    expect(menuTemplate('darwin', () => undefined)[0]).toEqual({ role: 'appMenu' });
  });
});
