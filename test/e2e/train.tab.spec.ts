/** Training in the app, and taking the weights away. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './app';
import { epochOf, openExample, trainForLong } from './gestures';
import { readSafetensors } from '../../engine/formats/safetensors';

/** Validation accuracy of the last epoch in the table. */
const ACCURACY = /([\d.]+)\s*%/g;

test('the two-spirals net trains to 95%, its weights are exported and load back', async ({ app }) => {
  await openExample(app, 'spirals');
  await app.getByTestId('tab-training').click();
  await expect(app.getByTestId('training-needs')).toHaveText(/^wasm, \d+ threads? · [\d.]+ [KM]iB of memory\s*$/);
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

test('training that is stopped keeps its weights and goes on from them', async ({ app }) => {
  await trainForLong(app);
  await app.getByTestId('panel-stop').click();
  await expect(app.getByTestId('progress')).toContainText('stopped');
  const reached = await epochOf(app);
  await app.getByTestId('btn-continue').click();
  await expect.poll(() => epochOf(app)).toBeGreaterThan(reached);
  await app.getByTestId('panel-stop').click();
  await expect(app.getByTestId('progress')).toContainText('stopped');
});

test('a page that is loaded again picks up the training that goes on, and can stop it', async ({ app }) => {
  await trainForLong(app);
  const reached = await epochOf(app);
  app.on('dialog', (dialog) => void dialog.accept());
  await app.reload();
  await expect(app.getByTestId('node-scores')).toBeVisible();
  await expect(app.getByTestId('panel-stop')).toBeVisible();
  await expect.poll(() => epochOf(app)).toBeGreaterThan(reached);
  await expect(app.getByTestId('curve')).toBeVisible();
  await app.getByTestId('panel-stop').click();
  await expect(app.getByTestId('progress')).toContainText('stopped');
  await app.getByTestId('btn-backward').click();
  await expect(app.getByTestId('outputs').locator('[data-output="L"]')).toHaveAttribute('data-gradient', '1');
});

test('opening another graph ends the training', async ({ app }) => {
  await trainForLong(app);
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('g');
  await app.getByTestId('gallery-simple').click();
  await app.getByTestId('unsaved-discard').click();
  await expect(app.getByTestId('node-q')).toBeVisible();
  await expect(app.getByTestId('btn-train')).toBeVisible();
  await app.getByTestId('btn-backward').click();
  await expect(app.getByTestId('outputs').locator('[data-output="f"]')).toHaveAttribute('data-value', '-12');
});

test('graphs of single numbers are run by code of their own, and the status says so', async ({ app }) => {
  await openExample(app, 'neuron');
  await app.getByTestId('btn-backward').click();
  await expect(app.getByTestId('arithmetic')).toHaveText('scalar · float32 · train');
  await expect(app.getByTestId('memory')).toHaveText(/^[\d.]+ [KM]?i?B$/);
  await app.getByTestId('backend').selectOption('wasm');
  await expect(app.getByTestId('arithmetic')).toHaveText('wasm · float32 · train');
});
