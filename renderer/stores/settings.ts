/** What the user prefers, kept by the host. Nothing here belongs to a document. */
import type { BackendName, Precision } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, reactive, toRefs, watch, type WritableComputedRef } from 'vue';
import { COMMANDS, type CommandId, type CommandText } from '../../main/contract/commands';
import { isShortcut } from '../commands/keys';
import { useHost } from '../host/current';
import { useNoticesStore } from './notices';
import { useWindowStore, type Panel } from './window';

export type Theme = 'system' | 'light' | 'dark';

const DEFAULTS = {
  theme: 'system' as Theme,
  /** Digits behind the point on labels. */
  decimals: 2,
  /** Run again after every edit, once there has been a run. */
  live: true,
  precision: 'float32' as Precision,
  /** What dropout and batch_norm do in a run; training always trains. */
  mode: 'train' as 'train' | 'eval',
  /** `auto` leaves the choice to the engine. */
  backend: 'auto' as BackendName | 'auto',
  paletteWidth: 208,
  sideWidth: 340,
  problemsHeight: 84,
  paletteShown: true,
  sideShown: true,
  galleryOnStart: true,
  minimap: true,
  /** Gates that are dragged go from grid point to grid point. */
  snap: false,
  /** The keys of commands whose keys the user changed. */
  keys: {} as Partial<Record<CommandId, readonly string[]>>,
  /** What was performed from the command palette, the latest first. */
  recentCommands: [] as readonly CommandId[]
};
type Settings = typeof DEFAULTS;
/** Where earlier versions kept them. */
const LOCAL_KEY = 'wiregrad.settings';
const RECENT_COMMANDS = 8;

const isCommand = (id: unknown): id is CommandId => typeof id === 'string' && Object.hasOwn(COMMANDS, id);
const listOf = <T>(value: unknown, holds: (entry: unknown) => entry is T): value is readonly T[] =>
  Array.isArray(value) && value.every(holds);

/** What is kept of stored settings that are more than a word, a number or a switch. */
const READ: { readonly [K in keyof Settings]?: (stored: object) => Settings[K] } = {
  keys: (stored) => Object.fromEntries(Object.entries(stored).filter(([id, keys]) => isCommand(id) && listOf(keys, isShortcut))),
  recentCommands: (stored) => Object.values(stored).filter(isCommand).slice(0, RECENT_COMMANDS)
};

/** Settings as stored, those of another type or unknown left out: an older or a newer version may have written them. */
export function readSettings(text: string | null): Settings {
  const settings: Settings = { ...DEFAULTS };
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    for (const [key, value] of Object.entries(stored ?? {})) {
      if (!Object.hasOwn(DEFAULTS, key) || value === null || typeof value !== typeof DEFAULTS[key as keyof Settings]) continue;
      Object.assign(settings, { [key]: READ[key as keyof Settings]?.(value as object) ?? value });
    }
  } catch {
    // Unreadable settings are worth no message: defaults serve.
  }
  return settings;
}

export const useSettingsStore = defineStore('settings', () => {
  const notices = useNoticesStore();
  const settings = reactive({ ...DEFAULTS });
  /** By name, as the host has them. */
  let kept = new Map<string, string>();
  let failed = false;

  const texts = (): Map<string, string> => new Map(Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)]));

  /** Reads what is kept; resolves when it is in place. */
  async function begin(): Promise<void> {
    const { text, notice } = await useHost().keeping.readSettings();
    const local = globalThis.localStorage as Storage | undefined;
    const moved = text === null ? (local?.getItem(LOCAL_KEY) ?? null) : null;
    Object.assign(settings, readSettings(text ?? moved));
    kept = moved === null ? texts() : new Map();
    await write();
    local?.removeItem(LOCAL_KEY);
    if (notice !== undefined) notices.problem(notice);
  }

  /** Only what changed is written: another window may have changed the rest. */
  async function write(): Promise<void> {
    const now = texts();
    const changes = Object.entries(settings).filter(([name]) => kept.get(name) !== now.get(name));
    kept = now;
    if (changes.length === 0) return;
    try {
      await useHost().keeping.writeSettings(JSON.stringify(Object.fromEntries(changes)));
    } catch (failure) {
      if (!failed) notices.problem(`The settings cannot be kept: ${(failure as Error).message}`);
      failed = true;
    }
  }
  watch(settings, () => void write());

  const usualKeys = (id: CommandId): readonly string[] => (COMMANDS[id] as CommandText).keys ?? [];
  /** The shortcuts of a command: the user's where they changed them. */
  const keysOf = (id: CommandId): readonly string[] => settings.keys[id] ?? usualKeys(id);
  /** Gives a command these shortcuts, or the usual ones again for null. */
  function setKeys(id: CommandId, keys: readonly string[] | null): void {
    const { [id]: _, ...others } = settings.keys;
    settings.keys = keys === null || sameList(keys, usualKeys(id)) ? others : { ...others, [id]: keys };
  }
  function noteCommand(id: CommandId): void {
    settings.recentCommands = [id, ...settings.recentCommands.filter((other) => other !== id)].slice(0, RECENT_COMMANDS);
  }

  const view = useWindowStore();
  /** Whether a panel is in view. Where it is a drawer, opening and closing it changes no preference. */
  const shown = (panel: Panel, preference: 'paletteShown' | 'sideShown'): WritableComputedRef<boolean> =>
    computed({
      get: () => (view.narrow ? view.drawer === panel : settings[preference]),
      set: (show) => {
        if (!view.narrow) settings[preference] = show;
        else if (show) view.drawer = panel;
        else if (view.drawer === panel) view.drawer = null;
      }
    });
  return {
    ...toRefs(settings),
    begin,
    paletteShown: shown('palette', 'paletteShown'),
    sideShown: shown('side', 'sideShown'),
    keysOf,
    setKeys,
    noteCommand
  };
});

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
