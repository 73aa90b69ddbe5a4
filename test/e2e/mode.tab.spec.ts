/** Gates that behave differently in training and in use. */
import { expect, test } from './app';
import { dragGate, dragWire, startEmpty, typeValue } from './gestures';

test('dropout drops in train mode and passes everything in eval mode', async ({ app }) => {
  await startEmpty(app);
  await dragGate(app, 'variable', 80, 100);
  await dragGate(app, 'dropout', 360, 100);
  await typeValue(app, 'variable', '[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]');
  await dragWire(app, ['variable', 'out'], ['dropout', 'x']);
  await app.getByTestId('btn-forward').click();
  const out = app.getByTestId('outputs').locator('[data-output="dropout"]');
  await expect(out).toHaveAttribute('data-value', /0,.*2|2,.*0/);
  await app.getByTestId('mode').selectOption('eval');
  await expect(out).toHaveAttribute('data-value', JSON.stringify(new Array(12).fill(1)));
});
