import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineCommand } from '../../../renderer/commands/command';
import { commandFor, listenToKeys, recordKeys } from '../../../renderer/commands/keyboard';
import { useSettingsStore } from '../../../renderer/stores/settings';

const press = (key: string, ctrlKey = false) => ({ key, code: '', ctrlKey, metaKey: false, shiftKey: false, altKey: false });
const perform = vi.fn();

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => perform.mockReset());

describe('the keyboard', () => {
  const save = defineCommand({ id: 'file.save', whileTyping: true, perform });
  const erase = defineCommand({ id: 'edit.delete', perform });
  const off = defineCommand({ id: 'edit.delete', enabled: () => false, perform });

  it('finds the command of a key press', () => {
    expect(commandFor(press('Delete'), false, 'other', [save, erase])).toBe(erase);
    expect(commandFor(press('j'), false, 'other', [save, erase])).toBeNull();
  });

  it('leaves keys to the field that is typed into, but for commands made for it', () => {
    expect(commandFor(press('Delete'), true, 'other', [save, erase])).toBeNull();
    expect(commandFor(press('s', true), true, 'other', [save, erase])).toBe(save);
  });

  it('passes over commands that are not enabled', () => {
    expect(commandFor(press('Delete'), false, 'other', [off, erase])).toBe(erase);
  });

  it('goes by the keys that the user gave a command, and no longer by the usual ones', () => {
    useSettingsStore().setKeys('edit.delete', ['K']);
    expect(commandFor(press('k'), false, 'other', [erase])).toBe(erase);
    expect(commandFor(press('Delete'), false, 'other', [erase])).toBeNull();
    useSettingsStore().setKeys('edit.delete', []);
    expect(commandFor(press('k'), false, 'other', [erase])).toBeNull();
    useSettingsStore().setKeys('edit.delete', null);
    expect(commandFor(press('Delete'), false, 'other', [erase])).toBe(erase);
  });
});

describe('the window', () => {
  /** A key pressed in a window whose focus is nowhere; gives the event as it came out. */
  function hit(key: string, held: Partial<ReturnType<typeof press>> & { repeat?: boolean } = {}): Event {
    const event = Object.assign(new Event('keydown', { cancelable: true }), press(key), { repeat: false, isComposing: false }, held);
    window.dispatchEvent(event);
    return event;
  }
  let end: () => void;
  beforeEach(() => {
    vi.stubGlobal('window', new EventTarget());
    // Nothing that is pressed here is an element.
    vi.stubGlobal('Element', Event);
    vi.stubGlobal('HTMLElement', Event);
  });
  afterEach(() => {
    end();
    vi.unstubAllGlobals();
  });

  it('performs the command of a key and lets nothing else have it', () => {
    end = listenToKeys('other', [defineCommand({ id: 'edit.delete', perform })]);
    expect(hit('Delete').defaultPrevented).toBe(true);
    expect(perform).toHaveBeenCalledOnce();
    expect(hit('q').defaultPrevented).toBe(false);
  });

  it('leaves copy, cut and paste by the platform’s own keys to the events that the browser makes of them', () => {
    useSettingsStore().setKeys('edit.duplicate', ['Mod+C', 'Mod+X', 'K']);
    end = listenToKeys('other', [defineCommand({ id: 'edit.duplicate', clipboard: 'copy', perform })]);
    expect(hit('c', { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(perform).not.toHaveBeenCalled();
    expect(hit('k').defaultPrevented).toBe(true);
    expect(perform).toHaveBeenCalledTimes(1);
    // What copies for the browser is no event for it to cut.
    expect(hit('x', { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(perform).toHaveBeenCalledTimes(2);
  });

  it('does not let the browser undo in a field that was left', () => {
    end = listenToKeys('other', []);
    expect(hit('z', { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(hit('z').defaultPrevented).toBe(false);
  });

  it('gives a key that is being recorded to nobody else, once', () => {
    const done = vi.fn();
    // Elsewhere than in a browser, listeners of the target itself are called in the order of their coming.
    const stopRecording = recordKeys('other', done);
    const stopListening = listenToKeys('other', [defineCommand({ id: 'edit.delete', perform })]);
    end = () => [stopListening, stopRecording].forEach((stop) => stop());
    // Enter still held from the button, and a modifier before its key, are no shortcut yet.
    expect(hit('Enter', { repeat: true }).defaultPrevented).toBe(true);
    hit('Shift');
    expect(done).not.toHaveBeenCalled();
    expect(hit('Delete').defaultPrevented).toBe(true);
    expect(done.mock.calls).toEqual([['Delete']]);
    expect(perform).not.toHaveBeenCalled();
    hit('Delete');
    expect(done).toHaveBeenCalledOnce();
    expect(perform).toHaveBeenCalledOnce();
  });

  it('records nothing after Escape', () => {
    const done = vi.fn();
    end = recordKeys('other', done);
    hit('Escape');
    hit('k');
    expect(done.mock.calls).toEqual([[null]]);
  });
});
