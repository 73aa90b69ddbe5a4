/** The app as the specs meet it: one page, freshly opened in a browser's tab or in Electron's window, that has to run clean. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Browser, type LaunchOptions, type Page } from '@playwright/test';
import { answerBoxes, launchElectron, UNSAVED } from './electron';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ShellOptions {
  /** Electron's binary; null opens a tab. */
  readonly electron: string | null;
}
interface WorkerFixtures {
  /** One for all tests of a worker, each of which has a context of its own; null where there is no tab to open. */
  readonly chromium: Browser | null;
  /** Address of the served app, with its token. */
  readonly address: string;
  /** Where the server keeps drafts, versions and settings. */
  readonly home: string;
}
interface TestFixtures {
  /** What the page complained of so far: errors, warnings, and what its security policy refused. Must be empty at the end. */
  readonly complaints: string[];
  /** The page, with the app opened. */
  readonly app: Page;
}

/** Starts the server, which keeps what is to be kept in `home`. */
export async function serve(home: string, ...args: string[]): Promise<{ readonly server: ChildProcess; readonly address: string }> {
  const server = spawn(process.execPath, [join(ROOT, 'out/main/cli.cjs'), 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A file that a browser is to open goes there too, and so may programs that take another one's place.
    env: { ...process.env, WIREGRAD_HOME: home, HOME: home, PATH: `${home}${delimiter}${process.env.PATH}` }
  });
  const [address] = (await once(createInterface(server.stdout), 'line')) as [string];
  return { server, address };
}

export const test = base.extend<TestFixtures & ShellOptions, WorkerFixtures>({
  electron: [null, { option: true }],
  home: [
    // Playwright reads from the pattern which fixtures this one needs: none.
    async ({}, use) => {
      const home = await mkdtemp(join(tmpdir(), 'wiregrad-home-'));
      await use(home);
      await rm(home, { recursive: true });
    },
    { scope: 'worker' }
  ],
  address: [
    async ({ home }, use) => {
      const { server, address } = await serve(home);
      await use(address);
      server.kill('SIGTERM');
      await once(server, 'exit');
    },
    { scope: 'worker' }
  ],
  chromium: [
    async ({ playwright }, use, { project }) => {
      const { launchOptions, electron } = project.use as ShellOptions & { launchOptions?: LaunchOptions };
      const browser = electron ? null : await playwright.chromium.launch(launchOptions);
      await use(browser);
      await browser?.close();
    },
    { scope: 'worker' }
  ],
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints).toEqual([]);
  },
  app: async ({ electron, chromium, viewport, address, home, complaints }, use) => {
    const watch = (page: Page): void => {
      page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
    };
    if (electron) return withWindow(electron, watch, use);
    // What the test before left shall not be offered to this one.
    for (const name of await readdir(home)) await rm(join(home, name), { recursive: true });
    const context = await chromium!.newContext({ viewport });
    const page = await context.newPage();
    watch(page);
    await page.goto(address);
    await use(page);
    await context.close();
  }
});

async function withWindow(binary: string, watch: (page: Page) => void, use: (page: Page) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'wiregrad-e2e-'));
  const app = await launchElectron(binary, home);
  await answerBoxes(app, UNSAVED.discard);
  const page = await app.firstWindow();
  watch(page);
  await use(page);
  await app.close();
  await rm(home, { recursive: true });
}

export { expect };
