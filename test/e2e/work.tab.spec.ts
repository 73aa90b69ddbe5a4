/** What keeps a person's work: recent files, the question before it is lost, labels that tell their age, failures that change nothing. */
import { expect, test } from './app';
import { expectSelected, expectWire, expectWires, openExample, selectNodes, socket, startEmpty, typeValue } from './gestures';

test('a saved document is among the recent files, as it was saved', async ({ app }) => {
  await openExample(app, 'simple');
  await typeValue(app, 'x', '11');
  const download = app.waitForEvent('download');
  await app.getByTestId('btn-save').click();
  await download;
  await app.reload();
  await app.getByTestId('gallery-empty').click();
  await app.getByTestId('menu').click();
  await app.getByTestId('menu-file').click();
  await expect(app.getByTestId('recent-0')).toContainText('simple.wiregrad');
  await app.getByTestId('recent-0').click();
  await expect(app.getByTestId('value-x')).toHaveValue('11');
  await expect(app.getByTestId('status')).not.toContainText('not saved');
});

test('changes are not lost without being asked for', async ({ app }) => {
  await openExample(app, 'simple');
  await typeValue(app, 'x', '11');
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('g');
  await app.getByTestId('gallery-mul').click();
  await app.getByTestId('unsaved-cancel').click();
  await expect(app.getByTestId('value-x')).toHaveValue('11');
  await app.keyboard.press('Escape');
  await app.keyboard.press('g');
  await app.getByTestId('gallery-mul').click();
  const download = app.waitForEvent('download');
  await app.getByTestId('unsaved-save').click();
  expect((await download).suggestedFilename()).toBe('simple.wiregrad');
  await expect(app.getByTestId('node-g')).toBeVisible();
  await expect(app.getByTestId('node-x')).toBeHidden();
});

test('with Live off an edit outdates the labels, and Forward brings new ones', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-forward').click();
  await expectWire(app, 'z', 'f.b', '-4');
  await app.getByTestId('live').uncheck();
  await typeValue(app, 'z', '7');
  await expect(app.getByTestId('wires')).toHaveAttribute('data-stale', 'true');
  await expect(app.getByTestId('status')).toContainText('older than the last edit');
  await expectWire(app, 'z', 'f.b', '-4');
  await app.getByTestId('btn-forward').click();
  await expectWire(app, 'z', 'f.b', '7');
  await expect(app.getByTestId('wires')).toHaveAttribute('data-stale', 'false');
});

test('a run that fails is told, and the graph and its numbers stay', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'x', 'q.a', '-2', '-4');
  await app.getByTestId('live').uncheck();
  await app.getByTestId('backend').selectOption('wasm');
  await app.getByTestId('precision').selectOption('float64');
  await app.getByTestId('btn-forward').click();
  await expect(app.getByTestId('toast')).toContainText('float32');
  await expectWire(app, 'x', 'q.a', '-2', '-4');
  await app.getByTestId('precision').selectOption('float32');
  await app.getByTestId('btn-forward').click();
  await expectWire(app, 'x', 'q.a', '-2');
});

test('a wire that is clicked shows what it carries in full', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'x', 'q.a', '-2', '-4');
  const end = (await socket(app, 'q', 'a').boundingBox())!;
  await app.mouse.click(end.x - 20, end.y + end.height / 2);
  const inspector = app.getByTestId('inspector');
  await expect(inspector.getByRole('button', { name: 'q.a' })).toBeVisible();
  await expect(inspector.getByTestId('tensor-value')).toContainText('−2');
  await expect(inspector.getByTestId('tensor-gradient')).toContainText('−4');
  await inspector.getByRole('button', { name: 'x', exact: true }).click();
  await expect(app.getByTestId('gate-id')).toHaveValue('x');
});

test('the theme that is chosen lasts', async ({ app }) => {
  await app.getByTestId('gallery-empty').click();
  await app.emulateMedia({ colorScheme: 'light' });
  const shown = () => app.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await shown();
  await app.getByTestId('btn-theme').click();
  await expect.poll(shown).not.toBe(light);
  const dark = await shown();
  await app.reload();
  await expect.poll(shown).toBe(dark);
});

test('gates are carried into another window', async ({ app }) => {
  await openExample(app, 'simple');
  await selectNodes(app, 'q', 'f');
  await app.keyboard.press('ControlOrMeta+c');
  const other = await app.context().newPage();
  await other.goto(app.url());
  await startEmpty(other);
  await other.keyboard.press('ControlOrMeta+v');
  await expectWires(other, 'q > f.a');
  await expectSelected(other, 'q', 'f');
});
