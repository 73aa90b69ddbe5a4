/** A person's own table: opened as data, a net drawn for it, trained, saved and opened again. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { dragGate, dragWire, expectWire, openExample, startEmpty, typeValue } from './gestures';

/** Three kinds of leaf, told apart by length and width; `holes` rows have no length. */
function leaves(holes = 0): Buffer {
  const rows = ['kind,length,width,place'];
  for (let row = 0; row < 90; row++) {
    const kind = row % 3;
    const jitter = ((row * 37) % 17) / 17 - 0.5;
    const length = row >= 3 && row < 3 + holes ? '' : (2 + 2 * kind + jitter).toFixed(2);
    rows.push(`${['oak', 'elm', 'ash'][kind]},${length},${(5 - kind + jitter * 0.7).toFixed(2)},"field, ${row % 2}"`);
  }
  return Buffer.from(`${rows.join('\n')}\n`);
}

async function openTable(page: Page, buffer: Buffer): Promise<void> {
  await page.getByTestId('tab-data').click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByTestId('btn-open-data').click();
  await (await chooser).setFiles({ name: 'leaves.csv', mimeType: 'text/csv', buffer });
  await expect(page.getByTestId('data-panel')).toContainText('90 rows');
}

async function chooseFields(page: Page): Promise<void> {
  for (const name of ['length', 'width']) await page.getByTestId(`feature-${name}`).setChecked(true);
  await page.getByTestId('standardize').setChecked(true);
  await page.getByTestId('target').selectOption('kind');
}

/** Softmax regression, drawn by hand from the table's fields. */
async function drawNet(page: Page): Promise<void> {
  await page.getByTestId('tab-inspector').click();
  for (const [id, y, shape] of [
    ['parameter', 160, '2, 3'],
    ['parameter2', 260, '3']
  ] as const) {
    await dragGate(page, 'parameter', 80, y);
    await page.getByTestId(`node-${id}`).click();
    await page.getByTestId('param-shape').fill(shape);
    await page.getByTestId('param-shape').press('Enter');
  }
  const canvas = page.getByTestId('canvas');
  await page.getByTestId('palette-data-leaves-x').dragTo(canvas, { targetPosition: { x: 80, y: 60 } });
  await page.getByTestId('palette-data-leaves-y').dragTo(canvas, { targetPosition: { x: 80, y: 380 } });
  await dragGate(page, 'linear', 330, 120);
  await dragGate(page, 'cross_entropy', 560, 260);
  await dragWire(page, ['x', 'out'], ['linear', 'x']);
  await dragWire(page, ['parameter', 'out'], ['linear', 'weight']);
  await dragWire(page, ['parameter2', 'out'], ['linear', 'bias']);
  await dragWire(page, ['linear', 'out'], ['cross_entropy', 'input']);
  await dragWire(page, ['y', 'out'], ['cross_entropy', 'target']);
  await page.getByTestId('node-cross_entropy').click();
  await page.getByTestId('btn-objective').click();
}

test('a table is opened, a net drawn for it and trained, saved and opened again', async ({ app }) => {
  await startEmpty(app);
  await openTable(app, leaves());
  await chooseFields(app);
  await drawNet(app);
  await app.getByTestId('tab-training').click();
  await app.getByTestId('optimizer').selectOption('adam');
  await app.getByTestId('field-learning_rate').fill('0.1');
  await app.getByTestId('field-learning_rate').press('Enter');
  await app.getByTestId('metric-add').click();
  await app.getByTestId('metric-input').selectOption('linear');
  await app.getByTestId('metric-target').selectOption('y');
  await app.getByTestId('panel-train').click();
  await expect(app.getByTestId('progress')).toContainText('finished');
  const shares = [...(await app.getByTestId('epochs').locator('tbody tr').first().innerText()).matchAll(/([\d.]+)\s*%/g)];
  expect(Number(shares.at(-1)![1])).toBeGreaterThanOrEqual(95);

  const download = app.waitForEvent('download');
  await app.getByTestId('btn-save').click();
  const saved = await readFile(await (await download).path());
  await app.reload();
  const chooser = app.waitForEvent('filechooser');
  await app.getByTestId('gallery-open-file').click();
  await (await chooser).setFiles({ name: 'leaves.wiregrad', mimeType: 'application/json', buffer: saved });
  await expect(app.getByTestId('node-cross_entropy')).toBeVisible();
  await expect(app.getByTestId('wires').locator('li')).toHaveCount(5);
});

test('missing cells are named by row and column, and can be skipped or filled', async ({ app }) => {
  await startEmpty(app);
  await openTable(app, leaves(4));
  await chooseFields(app);
  await drawNet(app);
  await app.getByTestId('btn-forward').click();
  const message = app.getByTestId('toast').or(app.getByTestId('problems')).filter({ hasText: 'line 5, column length' }).first();
  await expect(message).toBeVisible();
  await app.getByTestId('tab-data').click();
  await expect(app.getByTestId('missing')).toContainText('line 5');
  await app.getByTestId('missing-mean').click();
  await app.getByTestId('btn-forward').click();
  await expect(app.getByTestId('status')).toContainText('ms');
  await app.getByTestId('btn-undo').click();
  await app.getByTestId('missing-skip').click();
  await app.getByTestId('btn-forward').click();
  await expect(app.getByTestId('status')).toContainText('ms');
});

test('opening another graph cancels the run in hand, and nothing of it arrives', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'x', 'q.a', '-2', '-4');
  await app.keyboard.press('g');
  await openExample(app, 'mul');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'a', 'g.a', '2', '15');
  await typeValue(app, 'a', '4');
  await expectWire(app, 'b', 'g.b', '3', '20');
});

test('the inspector captions a gate with upstream, local and downstream', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await app.getByTestId('node-f').click();
  await expect(app.getByTestId('caption')).toBeVisible();
  await expect(app.getByTestId('caption-upstream')).toContainText('1');
  await expect(app.getByTestId('caption-local-a')).toContainText('4');
  await expect(app.getByTestId('caption-downstream-b')).toContainText('3');
});
