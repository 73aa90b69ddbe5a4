/** Which of the two themes is on: the user's choice, or else the system's. */
import { computed, readonly, ref, watchEffect } from 'vue';
import { useSettingsStore } from '../stores/settings';

const systemDark = ref(false);
const dark = ref(false);

/** Whether the dark theme is on; reactive. */
export function isDark(): boolean {
  return dark.value;
}

/** Follows settings and system until the scope that called ends. */
export function followTheme(): { readonly dark: Readonly<typeof dark> } {
  const settings = useSettingsStore();
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  systemDark.value = query.matches;
  query.addEventListener('change', ({ matches }) => (systemDark.value = matches));
  const wanted = computed(() => (settings.theme === 'system' ? systemDark.value : settings.theme === 'dark'));
  watchEffect(() => {
    dark.value = wanted.value;
    document.documentElement.dataset['theme'] = wanted.value ? 'dark' : 'light';
  });
  return { dark: readonly(dark) };
}
