/** A gate of one's own: written, told what is wrong, checked and run. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { dragGate, dragWire, expectWire, openExample, startEmpty, typeValue, wireNumbers } from './gestures';

const forward = (app: Page) => app.getByTestId('param-forward');
const backward = (app: Page) => app.getByTestId('param-backward');

async function drawSquare(app: Page): Promise<void> {
  await startEmpty(app);
  await dragGate(app, 'variable', 60, 100);
  await dragGate(app, 'custom', 320, 100);
  await dragWire(app, ['variable', 'out'], ['custom', 'x']);
  await typeValue(app, 'variable', '3');
  await app.getByTestId('node-custom').click();
  await app.getByTestId('btn-objective').click();
}

test('a formula is typed, wrong at first, and runs forward and backward', async ({ app }) => {
  await drawSquare(app);
  await forward(app).fill('let y = x * x;\ny + z');
  const problem = app.getByTestId('code-problem-forward');
  await expect(problem).toContainText('line 2, column 5: nothing is named z');
  await expect(forward(app)).toHaveAttribute('aria-invalid', 'true');
  await expect(app.locator('.editor mark').first()).toHaveText('z');
  // The document does not have it yet.
  await expect(app.getByTestId('draft-forward')).toBeVisible();
  await forward(app).fill('let y = x * x;\ny + x');
  await expect(problem).toHaveCount(0);
  await forward(app).press('Control+Enter');
  await expect(app.getByTestId('draft-forward')).toHaveCount(0);
  await expect(app.getByTestId('outputs').locator('[data-output="custom"]')).toHaveAttribute('data-value', '12');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'variable', 'custom.x', '3', '7');
  await expect(app.getByTestId('node-custom').locator('.formula')).toHaveText('let y = x * x;');
});

test('a text that is wrong is kept when another gate is selected, and undo brings back the one before', async ({ app }) => {
  await drawSquare(app);
  await forward(app).fill('x * (');
  await app.getByTestId('node-variable').click();
  await app.getByTestId('node-custom').click();
  await expect(forward(app)).toHaveValue('x * (');
  await expect(app.getByTestId('code-problem-forward')).toContainText('line 1, column 6');
  await app.getByTestId('btn-undo').click();
  await expect(forward(app)).toHaveValue('let s = 1 / (1 + exp(-x));\nx * s');
});

test('more inputs are more sockets, and what does not fit is told where', async ({ app }) => {
  await drawSquare(app);
  await app.getByTestId('param-inputs').fill('x, w');
  await expect(app.getByTestId('socket-custom-w')).toBeVisible();
  await dragGate(app, 'variable', 60, 260);
  await typeValue(app, 'variable2', '[1, 2]');
  await dragWire(app, ['variable2', 'out'], ['custom', 'w']);
  await app.getByTestId('node-custom').click();
  await forward(app).fill('sum(matmul(x, w))');
  await expect(app.getByTestId('code-problem-forward')).toContainText('line 1, column 5: matmul: ');
  await forward(app).fill('sum(x * w)');
  await expect(app.getByTestId('code-problem-forward')).toHaveCount(0);
});

test('a backward that is wrong does not run, and says what differences give', async ({ app }) => {
  await openExample(app, 'swish');
  await app.getByTestId('btn-backward').click();
  await expect.poll(async () => (await wireNumbers(app, 'beta', 'swish.beta'))[1]).not.toBeNull();
  const [, before] = await wireNumbers(app, 'beta', 'swish.beta');
  await app.getByTestId('node-swish').click();
  const right = await backward(app).inputValue();
  await backward(app).fill(right.replace('s + beta', 's - beta'));
  await backward(app).press('Control+Enter');
  await expect(app.getByTestId('code-problem-backward')).toContainText('the gradient of x');
  await expect(app.getByTestId('code-problem-backward')).toContainText('line 4, column 1');
  await backward(app).fill(right);
  await backward(app).press('Control+Shift+Enter');
  await expect(app.getByTestId('code-problem-backward')).toHaveCount(0);
  await expect.poll(async () => (await wireNumbers(app, 'beta', 'swish.beta'))[1]).toBe(before);
});
