/**
 * Where the specs run: in a tab of the system's Chromium, and in Electron where its binary is at hand. What is missing is
 * said once, with what to do, and its specs are left out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium, type Project } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];

/** `$CHROMIUM_PATH`, Playwright's own download, then what is on the PATH; null where there is none. */
export function findChromium(): string | null {
  const wanted = [process.env.CHROMIUM_PATH, chromium.executablePath()];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) wanted.push(...NAMES.map((name) => join(folder, name)));
  wanted.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  return wanted.find((path) => path && existsSync(path)) ?? null;
}

/** Electron's binary if npm's package has been completed by its download; `require('electron')` would start that download. */
export function findElectron(): string | null {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  if (!existsSync(join(folder, 'path.txt'))) return null;
  const binary = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
  return existsSync(binary) ? binary : null;
}

/** Says `reason` once, not again in every worker process. */
function skip(reason: string): void {
  if (process.env.TEST_WORKER_INDEX === undefined) process.stderr.write(`e2e: ${reason}\n`);
}

/** The Playwright projects that can run on this machine. */
export function projects(): Project[] {
  const found: Project[] = [];
  const executablePath = findChromium();
  if (executablePath) {
    const root = process.getuid?.() === 0;
    found.push({
      name: 'tab',
      testIgnore: '**/*.electron.spec.ts',
      use: {
        browserName: 'chromium',
        headless: true,
        viewport: { width: 1400, height: 900 },
        launchOptions: { executablePath, args: root ? ['--no-sandbox'] : [] }
      }
    });
  } else skip('tab is skipped: no Chromium found (Debian: apt-get install chromium; or set CHROMIUM_PATH)');
  if (findElectron()) found.push({ name: 'electron', testMatch: '**/*.electron.spec.ts' });
  else skip('electron is skipped: its binary is not installed (npx install-electron downloads it)');
  return found;
}
