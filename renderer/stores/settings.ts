/** What the user prefers, kept in this browser's or window's local storage. Nothing here belongs to a document. */
import type { BackendName, Precision } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { reactive, toRefs, watch } from 'vue';

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
  galleryOnStart: true
};
type Settings = typeof DEFAULTS;
const KEY = 'wiregrad.settings';

/** Settings as stored, those of another type or unknown left out: an older or a newer version may have written them. */
export function readSettings(text: string | null): Settings {
  const settings: Settings = { ...DEFAULTS };
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    for (const [key, value] of Object.entries(stored ?? {})) {
      if (Object.hasOwn(DEFAULTS, key) && typeof value === typeof DEFAULTS[key as keyof Settings])
        Object.assign(settings, { [key]: value });
    }
  } catch {
    // Unreadable settings are worth no message: defaults serve.
  }
  return settings;
}

export const useSettingsStore = defineStore('settings', () => {
  const storage = globalThis.localStorage as Storage | undefined;
  const settings = reactive(readSettings(storage?.getItem(KEY) ?? null));
  watch(settings, () => storage?.setItem(KEY, JSON.stringify(settings)));
  return toRefs(settings);
});
