/** Unsaved work on a file, after the whole app was killed and the file was changed or removed meanwhile. */
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test as base } from './app';
import { answerBoxes, launchElectron, UNSAVED } from './electron';
import { typeValue } from './gestures';

const SIMPLE = fileURLToPath(new URL('../../renderer/examples/simple.wiregrad', import.meta.url));

interface Left {
  readonly path: string;
  /** Starts the app again. */
  readonly start: () => Promise<Page>;
}

/** The app was killed with unsaved work on the file at `path`. */
const test = base.extend<{ left: Left }>({
  left: async ({ electron }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'wiregrad-left-'));
    const path = join(home, 'mine.wiregrad');
    await copyFile(SIMPLE, path);
    const first = await launchElectron(electron!, home, path);
    await typeValue(await first.firstWindow(), 'x', '11');
    const drafts = () => readdir(join(home, 'electron', 'drafts')).catch((): string[] => []);
    await expect.poll(async () => (await drafts()).some((name) => name.endsWith('.draft.json'))).toBe(true);
    const exit = once(first.process(), 'exit');
    first.process().kill('SIGKILL');
    await exit;

    let second: Awaited<ReturnType<typeof launchElectron>> | undefined;
    await use({
      path,
      start: async () => {
        second = await launchElectron(electron!, home);
        return second.firstWindow();
      }
    });
    if (second) {
      await answerBoxes(second, UNSAVED.discard);
      await second.close();
    }
    await rm(home, { recursive: true });
  }
});

test('a file that another program changed meanwhile is told of, and not written over unasked', async ({ left: { path, start } }) => {
  const theirs = (await readFile(path, 'utf8')).replace('-2', '-3');
  await writeFile(path, theirs);
  const page = await start();
  await page.getByTestId('recovery-recover-0').click();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await expect(page.getByTestId('toast')).toContainText('Another program has changed mine.wiregrad since');
  await page.getByTestId('btn-save').click();
  await page.getByTestId('changed-cancel').click();
  expect(await readFile(path, 'utf8')).toBe(theirs);
  await page.getByTestId('btn-save').click();
  await page.getByTestId('changed-over').click();
  await expect(page.getByTestId('status')).not.toContainText('not saved');
  expect(JSON.parse(await readFile(path, 'utf8')).nodes[0].params.value).toBe(11);
});

test('a file that is gone is told of; the work is there', async ({ left: { path, start } }) => {
  await rm(path);
  const page = await start();
  await page.getByTestId('recovery-recover-0').click();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await expect(page.getByTestId('toast')).toContainText('mine.wiregrad is not where it was');
  await expect(page.getByTestId('status')).toContainText('mine.wiregrad – not saved');
});
