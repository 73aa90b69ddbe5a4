/** What the user prefers, kept by the host. Nothing here belongs to a document. */
import { BACKENDS, type BackendName, type Precision } from '@wiregrad/engine';
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
  /** What trains: the engine itself, or PyTorch in so many processes. */
  trainer: 'wiregrad' as 'wiregrad' | 'torchrun',
  processes: 1,
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
/** The most digits behind the point. */
export const DECIMALS = 8;
export const MOST_PROCESSES = 64;
/** Wider and higher than any window, in pixels. */
const LONGEST = 10_000;
/** Where earlier versions kept them. */
const LOCAL_KEY = 'wiregrad.settings';
const RECENT_COMMANDS = 8;

const isSetting = (name: string): name is keyof Settings => Object.hasOwn(DEFAULTS, name);
const isCommand = (id: unknown): id is CommandId => typeof id === 'string' && Object.hasOwn(COMMANDS, id);
const listOf = <T>(value: unknown, holds: (entry: unknown) => entry is T): value is readonly T[] =>
  Array.isArray(value) && value.every(holds);

const oneOf =
  <T>(...values: readonly T[]) =>
  (stored: unknown): T | undefined =>
    values.find((value) => value === stored);
const upTo =
  (most: number) =>
  (stored: unknown): number | undefined =>
    typeof stored === 'number' && stored >= 0 && stored <= most ? Math.round(stored) : undefined;
const entriesOf = (stored: unknown): [string, unknown][] => (typeof stored === 'object' ? Object.entries(stored ?? {}) : []);

/** What is made of a stored setting that is no switch; undefined leaves the usual one. */
const READ: { readonly [K in keyof Settings]?: (stored: unknown) => Settings[K] | undefined } = {
  theme: oneOf<Theme>('system', 'light', 'dark'),
  decimals: upTo(DECIMALS),
  precision: oneOf<Precision>('float32', 'float64'),
  mode: oneOf('train', 'eval'),
  backend: oneOf<BackendName | 'auto'>('auto', ...BACKENDS),
  trainer: oneOf('wiregrad', 'torchrun'),
  processes: (stored) => upTo(MOST_PROCESSES)(stored) || undefined,
  paletteWidth: upTo(LONGEST),
  sideWidth: upTo(LONGEST),
  problemsHeight: upTo(LONGEST),
  keys: (stored) => Object.fromEntries(entriesOf(stored).filter(([id, keys]) => isCommand(id) && listOf(keys, isShortcut))),
  recentCommands: (stored) =>
    entriesOf(stored)
      .map(([, id]) => id)
      .filter(isCommand)
      .slice(0, RECENT_COMMANDS)
};
const readSwitch = (stored: unknown): boolean | undefined => (typeof stored === 'boolean' ? stored : undefined);

/** Settings as stored, those of another type or unknown left out: an older or a newer version may have written them. */
export function readSettings(text: string | null): Settings {
  const settings: Settings = { ...DEFAULTS };
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    for (const [name, value] of entriesOf(stored)) {
      if (!isSetting(name)) continue;
      const read = (READ[name] ?? readSwitch)(value);
      if (read !== undefined) Object.assign(settings, { [name]: read });
    }
  } catch {
    // Unreadable settings are worth no message: defaults serve.
  }
  return settings;
}

/** Each setting as text, to be compared by. */
const textsOf = (settings: Settings): Map<string, string> =>
  new Map(Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)]));
const USUAL: ReadonlyMap<string, string> = textsOf(DEFAULTS);

export const useSettingsStore = defineStore('settings', () => {
  const notices = useNoticesStore();
  const settings = reactive({ ...DEFAULTS });
  /** As the host has them. */
  let kept = new Map(USUAL);
  let failed = false;

  /** Reads what is kept; resolves when it is in place. What the user changed before the host answered stays changed. */
  async function begin(): Promise<void> {
    const { text, notice } = await useHost().keeping.readSettings();
    const local = globalThis.localStorage as Storage | undefined;
    const moved = text === null ? (local?.getItem(LOCAL_KEY) ?? null) : null;
    const stored = readSettings(text ?? moved);
    const now = textsOf(settings);
    Object.assign(settings, Object.fromEntries(Object.entries(stored).filter(([name]) => now.get(name) === USUAL.get(name))));
    kept = textsOf(moved === null ? stored : DEFAULTS);
    if (await write()) local?.removeItem(LOCAL_KEY);
    if (notice !== undefined) notices.warning(notice);
  }

  /** Only what changed is written: another window may have changed the rest. What could not be is tried with the next change. */
  async function write(): Promise<boolean> {
    const now = textsOf(settings);
    const changes = Object.entries(settings).filter(([name]) => kept.get(name) !== now.get(name));
    if (changes.length === 0) return true;
    try {
      await useHost().keeping.writeSettings(JSON.stringify(Object.fromEntries(changes)));
      for (const [name] of changes) kept.set(name, now.get(name)!);
      failed = false;
      return true;
    } catch (failure) {
      if (!failed) notices.warning(`The settings cannot be kept: ${(failure as Error).message}`);
      failed = true;
      return false;
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
