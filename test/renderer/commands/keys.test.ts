import { describe, expect, it } from 'vitest';
import { conflictsAmong, formatKeys, isShortcut, matches, shortcutOf, shownKeys, type KeyPress } from '../../../renderer/commands/keys';

const NONE = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, code: '', ...NONE, ...held });

describe('a shortcut', () => {
  it('means Ctrl by Mod, and Cmd on a Mac', () => {
    expect(matches('Mod+Z', press('z', { ctrlKey: true }), 'other')).toBe(true);
    expect(matches('Mod+Z', press('z', { metaKey: true }), 'other')).toBe(false);
    expect(matches('Mod+Z', press('z', { metaKey: true }), 'mac')).toBe(true);
    expect(matches('Mod+Z', press('z', { ctrlKey: true }), 'mac')).toBe(false);
  });

  it('takes no other modifier than its own', () => {
    expect(matches('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }), 'other')).toBe(false);
    expect(matches('Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), 'other')).toBe(true);
    expect(matches('Mod+Shift+Z', press('z', { ctrlKey: true }), 'other')).toBe(false);
    expect(matches('F', press('f', { altKey: true }), 'other')).toBe(false);
    expect(matches('Shift+Enter', press('Enter', { shiftKey: true }), 'other')).toBe(true);
  });

  it('takes a sign however the layout types it', () => {
    expect(matches('Mod++', press('+', { ctrlKey: true, shiftKey: true }), 'other')).toBe(true);
    expect(matches('Mod++', press('+', { ctrlKey: true }), 'other')).toBe(true);
    expect(matches('?', press('?', { shiftKey: true }), 'other')).toBe(true);
    expect(matches('Mod+-', press('-', { ctrlKey: true }), 'other')).toBe(true);
  });

  it('takes a digit by its key where the layout types another sign there', () => {
    expect(matches('Mod+0', press('à', { ctrlKey: true, code: 'Digit0' }), 'other')).toBe(true);
  });

  it('knows the space bar by name', () => {
    expect(matches('Space', press(' ', { code: 'Space' }), 'other')).toBe(true);
  });

  it('is shown as each platform writes it', () => {
    expect(formatKeys('Mod+Shift+Z', 'other')).toBe('Ctrl+Shift+Z');
    expect(formatKeys('Mod+Shift+z', 'mac')).toBe('⇧⌘Z');
    expect(formatKeys('Mod++', 'other')).toBe('Ctrl++');
    expect(formatKeys('Delete', 'mac')).toBe('⌦');
    expect(shownKeys({ keys: ['Mod+Y', 'F2'] }, 'other')).toBe('Ctrl+Y');
    expect(shownKeys({ keys: [] }, 'other')).toBe('');
  });
});

describe('the shortcut of a key press', () => {
  const CTRL = { ctrlKey: true };
  const SHIFT = { shiftKey: true };

  it('has a letter as typed, whatever the layout, in upper case, and Mod as the platform means it', () => {
    expect(shortcutOf(press('z', { ...CTRL, code: 'KeyY' }), 'other')).toBe('Mod+Z');
    expect(shortcutOf(press('z', { metaKey: true }), 'mac')).toBe('Mod+Z');
    expect(shortcutOf(press('K', { ...CTRL, ...SHIFT, altKey: true }), 'other')).toBe('Mod+Alt+Shift+K');
    expect(shortcutOf(press('é'), 'other')).toBe('É');
  });

  it('leaves Shift out for signs', () => {
    expect(shortcutOf(press('+', { ...CTRL, ...SHIFT }), 'other')).toBe('Mod++');
    expect(shortcutOf(press('?', SHIFT), 'other')).toBe('?');
    expect(shortcutOf(press('.'), 'other')).toBe('.');
  });

  it('has keys with names by their names', () => {
    expect(shortcutOf(press('ArrowUp', { altKey: true }), 'other')).toBe('Alt+ArrowUp');
    expect(shortcutOf(press(' ', { code: 'Space' }), 'other')).toBe('Space');
    expect(shortcutOf(press('F1', SHIFT), 'other')).toBe('Shift+F1');
    expect(shortcutOf(press('Escape'), 'other')).toBe('Escape');
  });

  it('is none for modifiers alone, dead keys, and the modifier that no shortcut has', () => {
    for (const key of ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'])
      expect(shortcutOf(press(key, CTRL), 'other')).toBeNull();
    expect(shortcutOf(press('z', { metaKey: true }), 'other')).toBeNull();
    expect(shortcutOf(press('z', CTRL), 'mac')).toBeNull();
  });

  it('is a shortcut that the same press matches', () => {
    const held = [false, true];
    for (const platform of ['mac', 'other'] as const)
      for (const key of ['a', 'Z', 'ß', 'é', '1', '+', '-', '?', '.', 'Enter', 'ArrowLeft', 'F12', 'Delete'])
        for (const shiftKey of held)
          for (const altKey of held)
            for (const mod of held) {
              const pressed = press(key, { shiftKey, altKey, ctrlKey: mod && platform === 'other', metaKey: mod && platform === 'mac' });
              const shortcut = shortcutOf(pressed, platform)!;
              expect(isShortcut(shortcut), shortcut).toBe(true);
              expect(matches(shortcut, pressed, platform), shortcut).toBe(true);
            }
  });
});

it('a text is a shortcut where it is one key after modifiers', () => {
  for (const text of ['Z', 'Mod+Z', 'Mod+Shift+Z', 'Mod++', '+', 'Alt+ArrowUp', 'F12', 'Space', '?'])
    expect(isShortcut(text), text).toBe(true);
  for (const text of ['', ' ', 'Mod', 'Mod+', 'Mod+Shift', 'Ctrl+Z', 'ZZ', 'F99', 'Arrow', 'Mod Z', 7, null])
    expect(isShortcut(text), String(text)).toBe(false);
});

describe('conflicts', () => {
  it('are found where commands have the same shortcut, however it is written', () => {
    const conflicts = conflictsAmong([
      { id: 'undo', keys: ['Mod+Shift+Z', 'U'] },
      { id: 'redo', keys: ['Shift+Mod+z'] },
      { id: 'add', keys: ['A'] },
      { id: 'up', keys: ['U'] }
    ]);
    expect([...conflicts.keys()].sort()).toEqual(['redo', 'undo', 'up']);
    expect(conflicts.get('undo')).toEqual(
      new Map([
        ['Mod+Shift+Z', ['redo']],
        ['U', ['up']]
      ])
    );
    expect(conflicts.get('up')).toEqual(new Map([['U', ['undo']]]));
  });

  it('are none of a command with itself', () => {
    expect(conflictsAmong([{ id: 'undo', keys: ['U', 'u'] }]).size).toBe(0);
  });
});
