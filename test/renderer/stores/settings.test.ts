import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../../main/contract/commands';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useNoticesStore } from '../../../renderer/stores/notices';
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

describe('values out of range', () => {
  it.each([
    ['theme', 'purple'],
    ['decimals', -1],
    ['decimals', 200],
    ['precision', 'float16'],
    ['mode', 'test'],
    ['backend', 'webgpu'],
    ['paletteWidth', 1e9],
    ['minimap', 'yes'],
    ['keys', 7]
  ])('are the usual ones: %s %j', (name, value) => {
    expect(readSettings(JSON.stringify({ [name]: value }))).toEqual(readSettings(null));
  });
});

describe('the settings that the host keeps', () => {
  let host: MemoryHost;
  const local = new Map<string, string>();
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const kept = () => JSON.parse(host.settings.text ?? '{}') as Record<string, unknown>;
  beforeEach(() => {
    local.clear();
    vi.stubGlobal('localStorage', { getItem: (key: string) => local.get(key) ?? null, removeItem: (key: string) => local.delete(key) });
    setHost((host = memoryHost()));
    setActivePinia(createPinia());
  });
  afterEach(() => vi.unstubAllGlobals());

  it('are in place once they are read, and a change writes itself alone', async () => {
    host.settings = { text: '{"theme":"dark","decimals":3,"of a newer version":1}' };
    const settings = useSettingsStore();
    await settings.begin();
    expect([settings.theme, settings.decimals]).toEqual(['dark', 3]);
    const written = vi.spyOn(host.keeping, 'writeSettings');
    settings.decimals = 4;
    await settled();
    expect(written.mock.calls).toEqual([['{"decimals":4}']]);
    expect(kept()).toEqual({ theme: 'dark', decimals: 4, 'of a newer version': 1 });
  });

  it('that the host tells late leave alone what the user changed meanwhile, and are not written over by the usual ones', async () => {
    host.settings = { text: '{"theme":"dark","decimals":3}' };
    let answer = (): void => undefined;
    const { readSettings: read } = host.keeping;
    host.keeping.readSettings = async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return read();
    };
    const settings = useSettingsStore();
    const begun = settings.begin();
    settings.decimals = 5;
    await settled();
    answer();
    await begun;
    await settled();
    expect([settings.theme, settings.decimals]).toEqual(['dark', 5]);
    expect(kept()).toEqual({ theme: 'dark', decimals: 5 });
  });

  it('are moved once from where earlier versions had them', async () => {
    local.set('wiregrad.settings', '{"theme":"light","minimap":false}');
    const settings = useSettingsStore();
    await settings.begin();
    expect([settings.theme, settings.minimap]).toEqual(['light', false]);
    expect(kept()).toEqual({ theme: 'light', minimap: false });
    expect(local.size).toBe(0);
  });

  it('that cannot be kept are told of once, hold, and are kept with the next change', async () => {
    const { writeSettings } = host.keeping;
    host.keeping.writeSettings = () => Promise.reject(new Error('the disk is full'));
    const settings = useSettingsStore();
    await settings.begin();
    for (const decimals of [3, 4]) {
      settings.decimals = decimals;
      await settled();
    }
    expect(useNoticesStore().notices.map(({ text }) => text)).toEqual(['The settings cannot be kept: the disk is full']);
    host.keeping.writeSettings = writeSettings;
    settings.snap = true;
    await settled();
    expect(kept()).toEqual({ decimals: 4, snap: true });
  });

  it('that were damaged are told of until the user has read it', async () => {
    host.settings = { text: null, notice: 'The settings could not be read' };
    await useSettingsStore().begin();
    expect(useNoticesStore().notices).toMatchObject([{ kind: 'problem', text: 'The settings could not be read' }]);
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
