/** The app as the specs meet it: the built server on a free port, and a page that has opened it and runs clean. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';

const CLI = fileURLToPath(new URL('../../out/main/cli.mjs', import.meta.url));

interface WorkerFixtures {
  /** Address of the running app, with its token. */
  readonly address: string;
}
interface TestFixtures {
  /** What the page complained of so far: errors, and what its security policy refused. Empty at the end of every test. */
  readonly complaints: string[];
  /** The page, with the app opened. */
  readonly app: Page;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  address: [
    // Playwright reads from the pattern which fixtures this one needs: none.
    async ({}, use) => {
      const server = spawn(process.execPath, [CLI, 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [address] = (await once(createInterface(server.stdout), 'line')) as [string];
      await use(address);
      server.kill('SIGTERM');
      await once(server, 'exit');
    },
    { scope: 'worker' }
  ],
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await use(complaints);
    expect(complaints).toEqual([]);
  },
  app: async ({ page, address, complaints: _watching }, use) => {
    await page.goto(address);
    await use(page);
  }
});

export { expect };
