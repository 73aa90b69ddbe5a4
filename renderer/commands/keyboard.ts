/** Turns key presses into commands. */
import type { Command } from './command';
import { matches, type KeyPress, type Platform } from './keys';
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

/** The enabled command that `press` means, or null. */
export function commandFor(press: KeyPress, typing: boolean, platform: Platform, among: Iterable<Command>): Command | null {
  for (const command of among) {
    if (typing && !command.whileTyping) continue;
    if (command.keys.some((keys) => matches(keys, press, platform)) && command.enabled()) return command;
  }
  return null;
}

/** Listens on the window until the function it returns is called. */
export function listenToKeys(platform: Platform): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = commandFor(event, takesText(event.target) || isElsewhere(event.target), platform, commands.values());
    if (!command) return;
    event.preventDefault();
    void command.perform();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
