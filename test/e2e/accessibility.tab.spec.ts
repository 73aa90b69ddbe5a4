import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { openExample } from './gestures';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What breaks WCAG 2 A and AA on the page as it stands, a line each with the first element at fault. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']
    })
  );
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`);
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the gallery and an opened example meet WCAG AA in the ${scheme} theme`, async ({ app }) => {
    await app.emulateMedia({ colorScheme: scheme });
    await expect(app.getByRole('dialog')).toBeVisible();
    expect(await violations(app)).toEqual([]);
    await app.getByText('(x + y) · z').click();
    await expect(app.getByRole('dialog')).toBeHidden();
    expect(await violations(app)).toEqual([]);
  });

  test(`results, a check, a selected gate and a finished training meet WCAG AA in the ${scheme} theme`, async ({ app }) => {
    await app.emulateMedia({ colorScheme: scheme });
    await openExample(app, 'xor');
    await app.getByTestId('btn-backward').click();
    await app.getByTestId('btn-check').click();
    await expect(app.getByTestId('check-result')).toBeVisible();
    await app.getByTestId('node-h').click();
    expect(await violations(app)).toEqual([]);
    await app.getByTestId('btn-train').click();
    await expect(app.getByTestId('progress')).toContainText('finished');
    await app.getByTestId('panel-train').hover();
    expect(await violations(app)).toEqual([]);
  });
}
