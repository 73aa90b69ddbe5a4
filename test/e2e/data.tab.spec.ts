/** A person's own table: opened as data, a net drawn for it, trained, saved and opened again. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** An IDX file of bytes, rows first. */
function idx(sizes: readonly number[], byte: (at: number) => number): Buffer {
  const count = sizes.reduce((product, size) => product * size, 1);
  const file = Buffer.alloc(4 + 4 * sizes.length + count);
  file.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, axis) => file.writeUInt32BE(size, 4 + 4 * axis));
  for (let at = 0; at < count; at++) file[4 + 4 * sizes.length + at] = byte(at);
  return file;
}

/** A grey picture as the simplest of formats. */
const pgm = (width: number, height: number, grey: number): Buffer =>
  Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), Buffer.alloc(width * height, grey)]);

interface Given {
  readonly name: string;
  readonly buffer: Buffer;
}

async function openData(page: Page, ...files: readonly Given[]): Promise<void> {
  await page.getByTestId('tab-data').click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByTestId('btn-open-data').click();
  await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: 'application/octet-stream' })));
}

async function openTable(page: Page, buffer: Buffer): Promise<void> {
  await openData(page, { name: 'leaves.csv', buffer });
  await expect(page.getByTestId('data-panel')).toContainText('90 rows');
}

/** Measures and kind are chosen already; the place is no feature. */
async function chooseFields(page: Page): Promise<void> {
  await expect(page.getByTestId('role-kind')).toHaveValue('y');
  await expect(page.getByTestId('standardize-x')).toBeChecked();
  await page.getByTestId('role-place').selectOption('');
  await expect(page.getByTestId('field-shape-x')).toHaveText('float32 [N, 2]');
}

/** By the palette of commands. */
async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.getByTestId('command-search').fill(title);
  await page.getByTestId('command-search').press('Enter');
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

test('columns go from field to field, and gates are fitted to what their field has become', async ({ app }) => {
  await startEmpty(app);
  await openTable(app, leaves());
  const shape = app.getByTestId('field-shape-x');
  await expect(shape).toHaveText('float32 [N, 4]');
  await app.getByTestId('field-add-x').click();
  await app.getByTestId('role-place').selectOption('x2');
  await expect(shape).toHaveText('float32 [N, 2]');
  await expect(app.getByTestId('field-shape-x2')).toHaveText('float32 [N, 2]');
  await expect(app.getByTestId('misfits')).toContainText('x is [4] and becomes [2]');
  await app.getByTestId('fit-gates').click();
  await expect(app.getByTestId('misfits')).toBeHidden();
  await app.getByTestId('field-name-x').fill('measures');
  await app.getByTestId('field-name-x').press('Enter');
  await expect(app.getByTestId('palette-data-leaves-measures')).toBeVisible();
  await app.getByTestId('tab-inspector').click();
  await app.getByTestId('node-x').click();
  await expect(app.getByTestId('param-field')).toHaveValue('measures');
});

test('the split tells the rows of each part, in proportion or by groups', async ({ app }) => {
  await startEmpty(app);
  await openTable(app, leaves());
  const counts = app.getByTestId('split-counts');
  await expect(counts).toContainText('train 72');
  await app.getByTestId('split-test').fill('0.1');
  await expect(counts).toContainText('test 9');
  await app.getByTestId('split-how').selectOption('groups:place');
  await expect(counts).toContainText('train 45');
});

test('images and labels are one data set, pictures with their labels', async ({ app }) => {
  await startEmpty(app);
  const images = idx([40, 6, 6], (at) => (at * 7) % 256);
  await openData(
    app,
    { name: 'some-labels-idx1-ubyte', buffer: idx([40], (at) => at % 4) },
    { name: 'some-images-idx3-ubyte', buffer: images }
  );
  await expect(app.getByTestId('data-panel')).toContainText('40 rows');
  await expect(app.getByTestId('field-shape-x')).toHaveText('float32 [N, 1, 6, 6]');
  await expect(app.getByTestId('field-shape-y')).toHaveText('int32 [N]');
  await expect(app.getByTestId('divide-x')).toBeChecked();
  await expect(app.getByTestId('thumbnails').locator('figcaption').nth(3)).toHaveText('3');
});

test('a folder of images by class is one data set, of the size that is wanted', async ({ app }, info) => {
  const folder = info.outputPath('shapes');
  for (const name of ['dark', 'light']) {
    await mkdir(join(folder, name), { recursive: true });
    for (let at = 0; at < 4; at++) await writeFile(join(folder, name, `${at}.pgm`), pgm(8, 8, name === 'dark' ? 20 : 200));
  }
  await startEmpty(app);
  await app.getByTestId('tab-data').click();
  const chooser = app.waitForEvent('filechooser');
  await app.getByTestId('btn-open-folder').click();
  await (await chooser).setFiles(folder);
  await expect(app.getByTestId('data-panel')).toContainText('8 rows');
  await expect(app.getByTestId('field-shape-x')).toHaveText('float32 [N, 1, 8, 8]');
  await app.getByTestId('image-channels').selectOption('3');
  await expect(app.getByTestId('field-shape-x')).toHaveText('float32 [N, 3, 8, 8]');
});

test('a file that is refused is named with what is wrong, and changes nothing', async ({ app }) => {
  await startEmpty(app);
  await openTable(app, leaves());
  await openData(app, { name: 'broken.npy', buffer: Buffer.from([0x93, ...Buffer.from('NUMPY'), 9, 9, 0, 0]) });
  await expect(app.getByTestId('data-refusal')).toContainText('broken.npy');
  await expect(app.getByTestId('data-panel')).toContainText('90 rows');
  await app.getByTestId('data-refusal').getByRole('button').click();
  await expect(app.getByTestId('data-refusal')).toBeHidden();
});

test('a data set is made by its formula, and made anew', async ({ app }) => {
  await startEmpty(app);
  await app.getByTestId('tab-data').click();
  await app.getByTestId('btn-make-data').click();
  await app.getByTestId('make-moons').check();
  await app.getByTestId('field-make-rows').fill('120');
  await expect(app.getByTestId('make-preview').getByRole('img', { name: /^120 points/ })).toBeVisible();
  await app.getByTestId('make-it').click();
  await expect(app.getByTestId('data-panel')).toContainText('120 rows');
  await expect(app.getByTestId('field-shape-x')).toHaveText('float32 [N, 2]');
  await app.getByTestId('btn-change-data').click();
  await app.getByTestId('field-make-rows').fill('80');
  await app.getByTestId('make-it').click();
  await expect(app.getByTestId('data-panel')).toContainText('80 rows');
  await expect(app.getByTestId('split-counts')).toContainText('train 64');
});

test('weights that are loaded are told name by name', async ({ app }) => {
  await openExample(app, 'xor');
  const exported = app.waitForEvent('download');
  await runCommand(app, 'Export weights as safetensors');
  const weights = await readFile(await (await exported).path());
  await app.getByTestId('node-W1').click();
  await app.getByTestId('gate-id').fill('first');
  await app.getByTestId('gate-id').press('Enter');
  const chooser = app.waitForEvent('filechooser');
  await runCommand(app, 'Import weights');
  await (await chooser).setFiles({ name: 'xor.safetensors', mimeType: 'application/octet-stream', buffer: weights });
  await expect(app.getByTestId('weights-missing')).toContainText('first');
  await expect(app.getByTestId('weights-unexpected')).toContainText('W1');
  await app.getByTestId('imported-close').click();
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
