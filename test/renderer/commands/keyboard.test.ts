import { describe, expect, it } from 'vitest';
import { defineCommand } from '../../../renderer/commands/command';
import { commandFor } from '../../../renderer/commands/keyboard';

const press = (key: string, ctrlKey = false) => ({ key, code: '', ctrlKey, metaKey: false, shiftKey: false, altKey: false });
const perform = () => undefined;

describe('the keyboard', () => {
  const save = defineCommand({ id: 'file.save', whileTyping: true, perform });
  const erase = defineCommand({ id: 'edit.delete', perform });
  const off = defineCommand({ id: 'edit.delete', enabled: () => false, perform });

  it('finds the command of a key press', () => {
    expect(commandFor(press('Delete'), false, 'other', [save, erase])).toBe(erase);
    expect(commandFor(press('x'), false, 'other', [save, erase])).toBeNull();
  });

  it('leaves keys to the field that is typed into, but for commands made for it', () => {
    expect(commandFor(press('Delete'), true, 'other', [save, erase])).toBeNull();
    expect(commandFor(press('s', true), true, 'other', [save, erase])).toBe(save);
  });

  it('passes over commands that are not enabled', () => {
    expect(commandFor(press('Delete'), false, 'other', [off, erase])).toBe(erase);
  });
});
