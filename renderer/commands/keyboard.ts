/** Turns key presses into commands. */
import type { Command } from './command';
import { matches, shortcutOf, type KeyPress, type Platform } from './keys';
import { commands } from './registry';

const TEXT_INPUTS = new Set(['text', 'search', 'number', 'email', 'url', 'tel', 'password', 'date', 'time']);

/** True where keys belong to the element: it takes text. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && TEXT_INPUTS.has(target.type);
}

/** True where keys belong to something that is open above the graph. */
function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

/** True where what is typed or copied is not the graph's. */
export function keysBelongElsewhere(target: EventTarget | null): boolean {
  return takesText(target) || isElsewhere(target);
}

/** The enabled command that `press` means, or null. */
export function commandFor(press: KeyPress, typing: boolean, platform: Platform, among: Iterable<Command>): Command | null {
  for (const command of among) {
    if (typing && !command.whileTyping) continue;
    if (command.keys.some((keys) => matches(keys, press, platform)) && command.enabled()) return command;
  }
  return null;
}

/** The keys by which the browser itself copies, cuts and pastes. */
const CLIPBOARD = { copy: 'Mod+C', cut: 'Mod+X', paste: 'Mod+V' } as const;

/** True where the browser turns `press` into an event that does what the command says. */
function isBrowsers({ clipboard }: Command, press: KeyPress, platform: Platform): boolean {
  return clipboard !== undefined && matches(CLIPBOARD[clipboard], press, platform);
}

/** The keys by which a browser undoes what was typed, even in a field that the user has left: not to happen behind their back. */
const UNDO = ['Mod+Z', 'Mod+Shift+Z', 'Mod+Y'];

/** Listens on the window until the function it returns is called. */
export function listenToKeys(platform: Platform, among: Iterable<Command> = [...commands.values()]): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const typing = keysBelongElsewhere(event.target);
    const command = commandFor(event, typing, platform, among);
    if (!command) {
      if (!typing && UNDO.some((keys) => matches(keys, event, platform))) event.preventDefault();
      return;
    }
    if (isBrowsers(command, event, platform)) return;
    event.preventDefault();
    void command.perform();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

/**
 * Gives the next shortcut pressed to `done`, and to nothing else: no command, no field, no dialog. Escape gives null.
 * The function it returns gives up.
 */
export function recordKeys(platform: Platform, done: (shortcut: string | null) => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
    // The key that pressed the button may still be held down.
    const shortcut = event.repeat ? null : shortcutOf(event, platform);
    if (shortcut === null) return;
    stop();
    done(shortcut === 'Escape' ? null : shortcut);
  };
  const stop = (): void => window.removeEventListener('keydown', onKeyDown, { capture: true });
  window.addEventListener('keydown', onKeyDown, { capture: true });
  return stop;
}
