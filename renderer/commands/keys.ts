/** Shortcuts as text, `Mod+Shift+Z`: matched against key presses and shown to people. */

export type Platform = 'mac' | 'other';

/** What of a KeyboardEvent matters here. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

const SHOWN: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Space: 'Space',
  Escape: 'Esc'
};
const SHOWN_ON_MAC: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Shift: '⇧',
  Alt: '⌥',
  Enter: '↩',
  Backspace: '⌫',
  Delete: '⌦',
  Tab: '⇥'
};

interface Parts {
  readonly key: string;
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

function split(shortcut: string): Parts {
  // A `+` at the end is the key itself: `Mod++`.
  const key = shortcut.endsWith('+') ? '+' : shortcut.slice(shortcut.lastIndexOf('+') + 1);
  const modifiers = shortcut.slice(0, shortcut.length - key.length).split('+');
  return { key, mod: modifiers.includes('Mod'), shift: modifiers.includes('Shift'), alt: modifiers.includes('Alt') };
}

/** True where `press` is `shortcut` and has no other modifier. Letters go by the letter typed, whatever the layout. */
export function matches(shortcut: string, press: KeyPress, platform: Platform): boolean {
  const { key, mod, shift, alt } = split(shortcut);
  const [modifier, other] = platform === 'mac' ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  if (modifier !== mod || other || press.altKey !== alt) return false;
  // For a sign such as + or ? Shift is part of how the layout types it.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase() && !/\d/.test(key);
  if (!isSign && press.shiftKey !== shift) return false;
  if (key === 'Space') return press.code === 'Space';
  return press.key.toLowerCase() === key.toLowerCase() || (/^\d$/.test(key) && press.code === `Digit${key}`);
}

/** `Ctrl+Shift+Z`, or `⇧⌘Z` on a Mac. */
export function formatKeys(shortcut: string, platform: Platform): string {
  const { key, mod, shift, alt } = split(shortcut);
  const name = key.length === 1 ? key.toUpperCase() : (SHOWN[key] ?? key);
  if (platform === 'mac') return [alt && '⌥', shift && '⇧', mod && '⌘', SHOWN_ON_MAC[key] ?? name].filter(Boolean).join('');
  return [mod && 'Ctrl', alt && 'Alt', shift && 'Shift', name].filter(Boolean).join('+');
}
