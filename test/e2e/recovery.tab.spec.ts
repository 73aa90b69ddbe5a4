/** What a person has after a crash: of the server, of the engine, of the tab. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { expect, serve, test as base } from './app';
import { expectWire, openExample, typeValue } from './gestures';

interface Visit {
  readonly page: Page;
  /** Kills the server and leaves the tab. */
  kill(): Promise<void>;
}

/** Starts a server over the same kept things each time, and opens its page in a tab of its own. */
const test = base.extend<{ kept: string; visit: () => Promise<Visit> }>({
  // Of this test alone.
  kept: async ({}, use) => {
    const kept = await mkdtemp(join(tmpdir(), 'wiregrad-recovery-'));
    await use(kept);
    await rm(kept, { recursive: true });
  },
  visit: async ({ chromium, kept }, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async () => {
      const { server, address } = await serve(kept);
      const context = await chromium!.newContext({ viewport: { width: 1400, height: 900 } });
      const page = await context.newPage();
      await page.goto(address);
      const kill = async (): Promise<void> => {
        if (server.exitCode === null && server.signalCode === null) {
          server.kill('SIGKILL');
          await once(server, 'exit');
        }
        await context.close();
      };
      ends.push(kill);
      return { page, kill };
    });
    for (const end of ends) await end();
  }
});
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** In both themes. */
async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    const { violations } = await page.evaluate(
      (options) => (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(options),
      { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] }
    );
    expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
}
async function save(page: Page): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByTestId('btn-save').click();
  await expect(page.getByTestId('status')).not.toContainText('not saved');
  return (await download).suggestedFilename();
}
const drafts = (kept: string) =>
  readdir(join(kept, 'drafts')).then(
    (names) => names.filter((name) => name.endsWith('.draft.json')),
    () => []
  );

test('unsaved work is offered after the server was killed, comes back, and runs', async ({ kept, visit }) => {
  const first = await visit();
  await openExample(first.page, 'simple');
  await typeValue(first.page, 'x', '11');
  await expect.poll(() => drafts(kept), { timeout: 1_500 }).toHaveLength(1);
  await first.kill();

  const { page } = await visit();
  await expect(page.getByTestId('recovery')).toContainText('simple');
  await expect(page.getByTestId('recovery')).toContainText('5 gates');
  // What is left alone is offered again.
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('recovery')).toBeHidden();
  await page.reload();
  await page.getByTestId('recovery-recover-0').click();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await expect(page.getByTestId('status')).toContainText('not saved');
  await page.getByTestId('btn-backward').click();
  await expectWire(page, 'x', 'q.a', '11', '-4');
});

test('a tab that is loaded again has its work back without a question', async ({ kept, visit }) => {
  const { page } = await visit();
  await openExample(page, 'simple');
  await typeValue(page, 'x', '11');
  await expect.poll(() => drafts(kept)).toHaveLength(1);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await expect(page.getByTestId('toast')).toContainText('Your unsaved work is back');
  await expect(page.getByTestId('recovery')).toBeHidden();
});

test('two tabs do not take each other’s work, and discarding forgets it', async ({ kept, visit }) => {
  const first = await visit();
  await openExample(first.page, 'simple');
  await typeValue(first.page, 'x', '11');
  await expect.poll(() => drafts(kept)).toHaveLength(1);
  const second = await visit();
  await second.page.getByTestId('gallery-simple').click();
  await expect(second.page.getByTestId('recovery')).toBeHidden();
  await first.kill();
  await second.kill();
  const { page } = await visit();
  await page.getByTestId('recovery-discard-0').click();
  await expect(page.getByTestId('recovery')).toBeHidden();
  await expect.poll(() => drafts(kept)).toEqual([]);
});

test('of two pieces of work each comes back, the second after a question, beside one that was damaged', async ({ kept, visit }) => {
  const [first, second] = [await visit(), await visit()];
  await openExample(first.page, 'simple');
  await typeValue(first.page, 'x', '11');
  await openExample(second.page, 'xor');
  await second.page.getByTestId('palette-add').dblclick();
  await expect.poll(() => drafts(kept)).toHaveLength(2);
  await first.kill();
  await second.kill();
  await writeFile(join(kept, 'drafts', 'damaged.draft.json'), '{"key": "damaged", "name');

  const { page } = await visit();
  await expect(page.getByTestId('toast')).toContainText('damaged.draft.json.damaged-');
  await expectAccessible(page);
  await page.getByTestId('recovery').getByRole('listitem').filter({ hasText: 'simple' }).getByRole('button', { name: 'Recover' }).click();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await page.getByTestId('recovery-recover-0').click();
  await page.getByTestId('unsaved-cancel').click();
  await page.getByTestId('recovery-recover-0').click();
  await page.getByTestId('unsaved-discard').click();
  await expect(page.getByTestId('recovery')).toBeHidden();
  await expect(page.getByTestId('status')).toContainText('12 gates');
  await expect.poll(() => drafts(kept)).toHaveLength(1);
});

test('work that cannot be kept is told of once, goes on, and is kept as soon as it can be', async ({ kept, visit }) => {
  const { page } = await visit();
  await writeFile(join(kept, 'drafts'), 'no folder');
  await openExample(page, 'simple');
  for (const value of ['11', '12', '13']) {
    await typeValue(page, 'x', value);
    await expect(page.getByTestId('toast')).toContainText('Unsaved work cannot be kept');
  }
  await expect(page.getByTestId('toast')).toHaveCount(1);
  await expect(page.getByTestId('toast-action')).toHaveText('Save as…');
  await expectAccessible(page);
  await rm(join(kept, 'drafts'));
  await expect.poll(() => drafts(kept), { timeout: 10_000 }).toHaveLength(1);
});

test('settings last from one server to the next, and a damaged file of them is told of', async ({ kept, visit }) => {
  const first = await visit();
  await first.page.getByTestId('gallery-empty').click();
  await first.page.emulateMedia({ colorScheme: 'light' });
  await first.page.getByTestId('btn-theme').click();
  const path = join(kept, 'settings.json');
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('"theme": "dark"');
  await first.kill();

  const second = await visit();
  await expect(second.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await second.kill();
  await writeFile(path, '{"theme": "da');

  const { page } = await visit();
  await expect(page.getByTestId('toast')).toContainText('settings.json.damaged-');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});

test('an error that nobody expected is told once and can be reported, without a word of the document', async ({ visit }) => {
  const { page } = await visit();
  await openExample(page, 'simple');
  await page.evaluate(() =>
    setTimeout(() => {
      throw new Error('a bug of a test');
    })
  );
  await expect(page.getByTestId('toast')).toContainText('Something went wrong: a bug of a test');
  await page.getByTestId('toast-action').click();
  const text = page.getByTestId('report-text');
  await expect(text).toHaveValue(/page: Error: a bug of a test/);
  await expect(text).toHaveValue(/5 gates, 4 wires/);
  await expectAccessible(page);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByTestId('report-copy').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await text.inputValue());
  expect(await text.inputValue()).not.toMatch(/variable|\bsimple\b/);
});

test('earlier versions of a document that was saved are listed, also after a crash, and one of them comes back', async ({
  kept,
  visit
}) => {
  const first = await visit();
  await openExample(first.page, 'simple');
  for (const value of ['11', '12']) {
    await typeValue(first.page, 'x', value);
    expect(await save(first.page)).toBe('simple.wiregrad');
  }
  await typeValue(first.page, 'x', '13');
  // Not the draft of what was saved meanwhile.
  const text = async (): Promise<string> => {
    const [name] = await drafts(kept);
    return readFile(join(kept, 'drafts', name ?? ''), 'utf8').catch(() => '');
  };
  await expect.poll(text).toContain('13');
  await first.kill();

  const { page } = await visit();
  await page.getByTestId('recovery-recover-0').click();
  await expect(page.getByTestId('value-x')).toHaveValue('13');
  expect(await save(page)).toBe('simple.wiregrad');
  await page.getByTestId('menu').click();
  await page.getByTestId('menu-file').click();
  await page.getByTestId('menu-file.versions').click();
  await expect(page.getByTestId('version-0')).toContainText('as it is now');
  await expectAccessible(page);
  await page.getByTestId('version-open-2').click();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await page.getByTestId('btn-undo').click();
  await expect(page.getByTestId('value-x')).toHaveValue('13');
});
