import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../main/contract/commands';
import { readSettings, useSettingsStore } from '../../../renderer/stores/settings';
import { useWindowStore } from '../../../renderer/stores/window';

describe('stored settings', () => {
  it('are read where they are of the type that is known, and left out otherwise', () => {
    const { decimals, live, ...others } = readSettings('{"decimals":4,"live":"yes","newer":1,"keys":null,"recentCommands":7}');
    expect([decimals, live]).toEqual([4, true]);
    expect(others).toMatchObject({ keys: {}, recentCommands: [] });
    expect(others).not.toHaveProperty('newer');
  });

  it('are the usual ones where the text is unreadable', () => {
    for (const text of [null, 'null', '[]', '7', '{', '']) expect(readSettings(text)).toEqual(readSettings('{}'));
  });

  it('keep the keys of commands that are known, where they are a list of shortcuts', () => {
    const keys = {
      'edit.undo': ['Mod+K', 'F2'],
      'edit.redo': [],
      'edit.fly': ['F'],
      'edit.add': 'A',
      'view.fit': ['Hello'],
      'run.step': [7]
    };
    expect(readSettings(JSON.stringify({ keys })).keys).toEqual({ 'edit.undo': ['Mod+K', 'F2'], 'edit.redo': [] });
    expect(readSettings('{"keys":{"__proto__":["A"],"constructor":["B"]}}').keys).toEqual({});
    expect(readSettings('{"keys":["A"]}').keys).toEqual({});
  });

  it('keep the commands used lately that are known', () => {
    expect(readSettings('{"recentCommands":["edit.undo",3,"edit.fly"]}').recentCommands).toEqual(['edit.undo']);
  });
});

describe('the keys of a command', () => {
  beforeEach(() => setActivePinia(createPinia()));

  it('are the usual ones until the user gives it others or none', () => {
    const settings = useSettingsStore();
    expect(settings.keysOf('edit.undo')).toEqual(COMMANDS['edit.undo'].keys);
    settings.setKeys('edit.undo', ['Mod+K']);
    expect(settings.keysOf('edit.undo')).toEqual(['Mod+K']);
    settings.setKeys('edit.undo', []);
    expect(settings.keysOf('edit.undo')).toEqual([]);
    settings.setKeys('edit.undo', null);
    expect(settings.keysOf('edit.undo')).toEqual(COMMANDS['edit.undo'].keys);
  });

  it('count as unchanged once they are the usual ones again', () => {
    const settings = useSettingsStore();
    settings.setKeys('edit.undo', ['Mod+K']);
    settings.setKeys('edit.undo', [...COMMANDS['edit.undo'].keys]);
    expect(settings.keys).toEqual({});
  });
});

describe('the panels', () => {
  beforeEach(() => setActivePinia(createPinia()));

  it('are drawers in a narrow window, one open at a time, and the preferences stay what they were', () => {
    const settings = useSettingsStore();
    const view = useWindowStore();
    settings.paletteShown = false;
    view.narrow = true;
    expect([settings.paletteShown, settings.sideShown]).toEqual([false, false]);
    settings.paletteShown = true;
    settings.sideShown = true;
    expect([settings.paletteShown, settings.sideShown]).toEqual([false, true]);
    settings.paletteShown = false;
    expect(view.drawer).toBe('side');
    settings.sideShown = false;
    view.narrow = false;
    expect([settings.paletteShown, settings.sideShown]).toEqual([false, true]);
  });
});
