import { defineConfig } from '@playwright/test';
import type { ShellOptions } from './test/e2e/app';
import { projects } from './test/e2e/projects';

export default defineConfig<ShellOptions>({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  // A machine that is busy with something else may miss a moment; what needed a second try is listed as flaky.
  retries: 1,
  reporter: 'list',
  projects: projects()
});
