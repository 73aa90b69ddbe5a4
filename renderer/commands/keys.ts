/** Shortcuts as text, `Mod+Shift+Z`: read from key presses, matched against them, compared, and shown to people. */

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

/** Keys with names, as KeyboardEvent.key has them; Space is ours. */
const NAMED =
  /^(Enter|Tab|Space|Escape|Backspace|Delete|Insert|Home|End|PageUp|PageDown|ContextMenu|Arrow(Up|Down|Left|Right)|F([1-9]|1\d|2[0-4]))$/;

/** For a sign such as + or ? Shift is part of how the layout types it. */
function isSign(key: string): boolean {
  return key.length === 1 && key.toLowerCase() === key.toUpperCase() && !/\d/.test(key);
}

/** Whether the platform's modifier is held; null where the other one is, which no shortcut has. */
function modOf({ ctrlKey, metaKey }: KeyPress, platform: Platform): boolean | null {
  const [modifier, other] = platform === 'mac' ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  return other ? null : modifier;
}

/** The one way to write a shortcut, so that two are the same where their texts are. */
function write({ key, mod, shift, alt }: Parts): string {
  const upper = key.toUpperCase();
  // Some letters have no capital of their own: that of ß is two.
  const name = key.length === 1 && upper.length === 1 ? upper : key;
  return [mod && 'Mod', alt && 'Alt', shift && !isSign(key) && 'Shift', name].filter(Boolean).join('+');
}

const isKey = (key: string): boolean => /^\S$/u.test(key) || NAMED.test(key);

/** True for a text such as `Mod+Shift+Z`. */
export function isShortcut(text: unknown): text is string {
  return typeof text === 'string' && isKey(text.replace(/^((Mod|Alt|Shift)\+)*/, ''));
}

/** The shortcut that was pressed; null for modifiers alone and for keys that no shortcut can have. */
export function shortcutOf(press: KeyPress, platform: Platform): string | null {
  const mod = modOf(press, platform);
  const key = press.code === 'Space' ? 'Space' : press.key;
  if (mod === null || !isKey(key)) return null;
  return write({ key, mod, shift: press.shiftKey, alt: press.altKey });
}

/** By command, its shortcuts that others have too, each with those others. */
export function conflictsAmong<Id extends string>(
  commands: readonly { readonly id: Id; readonly keys: readonly string[] }[]
): ReadonlyMap<Id, ReadonlyMap<string, readonly Id[]>> {
  const holders = new Map<string, Id[]>();
  for (const { id, keys } of commands) {
    for (const shortcut of new Set(keys.map((text) => write(split(text))))) holders.set(shortcut, [...(holders.get(shortcut) ?? []), id]);
  }
  const conflicts = new Map<Id, Map<string, Id[]>>();
  for (const [shortcut, ids] of holders) {
    if (ids.length === 1) continue;
    for (const id of ids) {
      const others = ids.filter((other) => other !== id);
      conflicts.set(id, (conflicts.get(id) ?? new Map<string, Id[]>()).set(shortcut, others));
    }
  }
  return conflicts;
}

/** True where `press` is `shortcut` and has no other modifier. Letters go by the letter typed, whatever the layout. */
export function matches(shortcut: string, press: KeyPress, platform: Platform): boolean {
  const { key, mod, shift, alt } = split(shortcut);
  if (modOf(press, platform) !== mod || press.altKey !== alt) return false;
  if (!isSign(key) && press.shiftKey !== shift) return false;
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

/** What stands for a command's keys where there is room for one shortcut; empty where it has none. */
export function shownKeys({ keys }: { readonly keys: readonly string[] }, platform: Platform): string {
  return keys[0] === undefined ? '' : formatKeys(keys[0], platform);
}
