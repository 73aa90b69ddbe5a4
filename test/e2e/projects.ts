/**
 * Where the specs run: in a tab of the system's Chromium, and in Electron where its binary is at hand. What is missing is
 * said once, with what to do, and its specs are left out.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type PlaywrightTestConfig } from '@playwright/test';
import { electronPlaces, installedElectron } from '../../main/start/electronBinary';
import type { ShellOptions } from './app';

type Projects = NonNullable<PlaywrightTestConfig<ShellOptions>['projects']>;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];

/** `$CHROMIUM_PATH`, Playwright's own download, then what is on the PATH; null where there is none. */
function findChromium(): string | null {
  const wanted = [process.env.CHROMIUM_PATH, chromium.executablePath()];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) wanted.push(...NAMES.map((name) => join(folder, name)));
  wanted.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  return wanted.find((path) => path && existsSync(path)) ?? null;
}

/** Says `reason` once, not again in every worker process. */
function skip(reason: string): void {
  if (process.env.TEST_WORKER_INDEX === undefined) process.stderr.write(`e2e: ${reason}\n`);
}

/** The Playwright projects that can run on this machine; a spec named `*.tab.spec.ts` is for tabs alone, `*.electron.spec.ts` for Electron. */
export function projects(): Projects {
  const found: Projects = [];
  const executablePath = findChromium();
  if (executablePath) {
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    found.push({
      name: 'tab',
      testIgnore: '**/*.electron.spec.ts',
      use: { viewport: { width: 1400, height: 900 }, launchOptions: { executablePath, args } }
    });
  } else skip('tab is skipped: no Chromium found (Debian: apt-get install chromium; or set CHROMIUM_PATH)');

  const electron = installedElectron(electronPlaces(ROOT));
  if (!electron)
    skip(
      'electron is skipped: its binary is not installed (npx install-electron downloads it; or set ELECTRON_OVERRIDE_DIST_PATH to what .ci/electron-runtime prints)'
    );
  else if (process.platform === 'linux' && !process.env.DISPLAY) skip('electron is skipped: there is no display (xvfb-run npm run e2e)');
  else found.push({ name: 'electron', testIgnore: '**/*.tab.spec.ts', use: { electron } });

  // An empty list would mean Playwright's own default project.
  return found.length > 0 ? found : [{ name: 'nowhere', testIgnore: '**/*' }];
}
