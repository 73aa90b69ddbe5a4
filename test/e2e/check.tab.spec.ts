/** Comparing gradients with central differences in the app. */
import { expect, test } from './app';
import { dragGate, dragWire, openExample, startEmpty, typeValue } from './gestures';

test('a check marks every variable, names the worst entry, and is outdated by an edit', async ({ app }) => {
  await openExample(app, 'neuron');
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('c');
  await expect(app.getByTestId('toast')).toContainText(/agree with central differences: the worst is \w+, error/);
  const rows = app.getByTestId('check-result').locator('tbody tr');
  const marks = app.locator('[data-testid^="verdict-"]');
  await expect(rows.first()).toBeVisible();
  await expect(marks).toHaveCount(await rows.count());
  for (const mark of await marks.all()) await expect(mark).toHaveAttribute('data-ok', 'true');
  await rows.first().getByRole('button').click();
  await expect(app.getByTestId('gate-id')).toBeVisible();
  const [field] = await app.locator('[data-testid^="value-"]').all();
  await field!.fill('0.75');
  await field!.press('Enter');
  await expect(app.getByTestId('check-result')).toContainText('Older than the last edit');
});

test('an entry that stands on a kink is named as one', async ({ app }) => {
  await startEmpty(app);
  await dragGate(app, 'variable', 80, 100);
  await dragGate(app, 'relu', 360, 100);
  await dragWire(app, ['variable', 'out'], ['relu', 'x']);
  await typeValue(app, 'variable', '0.000005');
  await app.getByTestId('node-relu').click();
  await app.keyboard.press('o');
  await app.getByTestId('btn-check').click();
  const mark = app.getByTestId('verdict-variable');
  await expect(mark).toHaveAttribute('data-ok', 'false');
  await expect(mark).toHaveAttribute('title', /one entry at a kink/);
  await expect(app.getByTestId('check-variable')).toContainText('1 kink');
});
