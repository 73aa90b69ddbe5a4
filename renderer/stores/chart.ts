/** How curves are shown, in the panel and at large alike. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export const useChartStore = defineStore('chart', () => ({
  /** Weight of what came before, from 0 to below 1. */
  smoothing: ref(0),
  logarithmic: ref(false)
}));
