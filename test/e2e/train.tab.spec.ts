/** Training in the app, and taking the weights away. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './app';
import { openExample } from './gestures';
import { readSafetensors } from '../../engine/formats/safetensors';

/** Validation accuracy of the last epoch in the table. */
const ACCURACY = /([\d.]+)\s*%/g;

test('the two-spirals net trains to 95%, its weights are exported and load back', async ({ app }) => {
  await openExample(app, 'spirals');
  await app.getByTestId('btn-train').click();
  await expect(app.getByTestId('progress')).toContainText('finished', { timeout: 45_000 });
  const lastRow = app.getByTestId('epochs').locator('tbody tr').first();
  const accuracies = [...(await lastRow.innerText()).matchAll(ACCURACY)].map(([, share]) => Number(share));
  expect(accuracies.at(-1)).toBeGreaterThanOrEqual(95);
  await expect(app.getByTestId('curve').first()).toBeVisible();

  await app.getByRole('button', { name: 'Menu' }).click();
  const download = app.waitForEvent('download');
  await app.getByTestId('menu-file').click();
  await app.getByTestId('menu-file.exportSafetensors').click();
  const path = await (await download).path();
  const weights = readSafetensors(await readFile(path));
  expect([...weights.keys()]).toEqual(['W1', 'b1', 'W2', 'b2', 'W3', 'b3']);
  expect(weights.get('W1')!.shape).toEqual([2, 32]);
  expect(weights.get('b1')!.data.some((value) => value !== 0)).toBe(true);
});
