import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { setHost } from './host/current';
import { chooseHost } from './host/host';
import { useNoticesStore } from './stores/notices';
import { useSettingsStore } from './stores/settings';
import './theme/theme.css';

/** A host that takes longer than this to tell the settings shall not keep the window empty. */
const PATIENCE_MS = 1_000;

setHost(chooseHost());
const app = createApp(App).use(createPinia());
const { crash } = useNoticesStore();
app.config.errorHandler = crash;
window.addEventListener('error', ({ error, message }) => {
  // A browser's way to say that a size is told a frame later.
  if (!message.startsWith('ResizeObserver loop')) crash(error ?? message);
});
window.addEventListener('unhandledrejection', ({ reason }) => crash(reason));
const settings = useSettingsStore()
  .begin()
  .catch(() => undefined);
await Promise.race([settings, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
app.mount('#app');
