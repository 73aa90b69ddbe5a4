import { describe, expect, it } from 'vitest';
import { formatKeys, matches, type KeyPress } from '../../../renderer/commands/keys';

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
  });
});
