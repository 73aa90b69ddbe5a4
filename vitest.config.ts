import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { digitOutlines } from './main/build/digitOutlines.ts';

const shared = { environment: 'node', testTimeout: 20_000 } as const;

export default defineConfig({
  plugins: [vue(), digitOutlines()],
  test: {
    passWithNoTests: true,
    projects: [
      { extends: true, test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'] } },
      { extends: true, test: { ...shared, name: 'long', include: ['test/**/*.long.ts'], testTimeout: 600_000 } }
    ]
  }
});
