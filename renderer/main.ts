import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { setHost } from './host/current';
import { chooseHost } from './host/host';
import './theme/theme.css';

setHost(chooseHost());
createApp(App).use(createPinia()).mount('#app');
