/** What the training panel shows of a run: held and stepped, laid over others, evaluated, and asked about what was drawn. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { openExample, trainForLong } from './gestures';

async function train(page: Page): Promise<void> {
  await page.getByTestId('panel-train').click();
  await expect(page.getByTestId('progress')).toContainText('finished', { timeout: 20_000 });
}
async function setField(page: Page, name: string, value: string): Promise<void> {
  await page.getByTestId('training-setup').click();
  await page.getByTestId(`field-${name}`).fill(value);
}
async function openTraining(page: Page, example: string): Promise<void> {
  await openExample(page, example);
  await page.getByTestId('tab-training').click();
}
const stepOf = async (page: Page): Promise<number> => Number((await page.getByTestId('progress-step').textContent())!.replaceAll(',', ''));

test('training is held, taken step by step with the graph run at each, and goes on', async ({ app }) => {
  await trainForLong(app);
  await app.getByTestId('btn-pause').click();
  await expect(app.getByTestId('progress')).toContainText('paused');
  const held = await stepOf(app);
  await app.getByTestId('btn-backward').click();
  const loss = app.getByTestId('outputs').locator('[data-output="L"]');
  await expect(loss).toHaveAttribute('data-gradient', '1');
  const before = await loss.getAttribute('data-value');
  await app.getByTestId('train-steps').fill('3');
  await app.getByTestId('btn-train-step').click();
  await expect.poll(() => stepOf(app)).toBe(held + 3);
  // The graph shows what the weights of these steps make of it.
  await expect.poll(() => loss.getAttribute('data-value')).not.toBe(before);
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('Shift+P');
  await expect.poll(() => stepOf(app)).toBe(held + 4);
  await app.keyboard.press('p');
  await expect.poll(() => stepOf(app)).toBeGreaterThan(held + 10);
  await app.getByTestId('panel-stop').click();
  await expect(app.getByTestId('progress')).toContainText('stopped');
});

test('a step without a run begins one', async ({ app }) => {
  await openTraining(app, 'xor');
  await app.getByTestId('btn-train-step').click();
  await expect(app.getByTestId('progress')).toContainText('paused');
  await expect.poll(() => stepOf(app)).toBe(1);
  await app.getByTestId('panel-stop').click();
  await expect(app.getByTestId('panel-train')).toBeVisible();
});

test('runs are laid over each other, compared, and there again after a reload', async ({ app }) => {
  await openTraining(app, 'spirals');
  await setField(app, 'epochs', '40');
  await train(app);
  await setField(app, 'learning_rate', '0.002');
  await app.getByTestId('optimizer').selectOption('adamw');
  await expect(app.getByTestId('field-weight_decay')).toHaveValue('0.01');
  await train(app);
  await app.getByTestId('training-curves').click();
  const loss = app.getByTestId('chart-loss');
  await expect(loss).toHaveAttribute('data-lines', '2');
  await app.getByTestId('run-run 1').getByRole('checkbox').check();
  await expect(loss).toHaveAttribute('data-lines', '3');
  await app.getByTestId('log-scale').check();
  await expect(loss).toHaveAttribute('data-scale', 'log');
  await app.getByTestId('runs-compare').click();
  await expect(app.getByTestId('run-comparison').getByRole('row', { name: 'Learning rate' })).toContainText('0.002');
  await app.keyboard.press('Escape');

  await app.getByTestId('run-menu-run 1').click();
  await app.getByRole('menuitem', { name: 'Bring its weights back' }).click();
  await expect(app.getByTestId('toast').first()).toContainText('run 1');

  app.on('dialog', (dialog) => void dialog.accept());
  await app.reload();
  await app.getByTestId('tab-training').click();
  await app.getByTestId('training-curves').click();
  await expect(app.getByTestId('run-run 1')).toBeVisible();
  await expect(app.getByTestId('run-run 2')).toContainText('AdamW');
});

test('the plane shows what the model says, and a part of the data how well', async ({ app }) => {
  await openTraining(app, 'spirals');
  await train(app);
  await expect(app.getByTestId('decision-plane')).toHaveAttribute('data-ready', 'true');
  await expect(app.getByTestId('decision-plane')).toHaveAttribute('aria-label', /class first on \d+\.\d.%, class second on/);
  await app.getByTestId('training-weights').click();
  await expect(app.getByTestId('chart-gradientNorm')).toBeVisible();
  await app.getByTestId('training-evaluate').click();
  await expect(app.getByTestId('evaluate-test')).toBeDisabled();
  await app.getByTestId('evaluate-validation').click();
  await expect(app.getByTestId('evaluation-accuracy')).toHaveText(/9\d\.\d|100/);
  const counts = await app.getByTestId('confusion').locator('td > span').allTextContents();
  expect(counts.map(Number).reduce((sum, count) => sum + count, 0)).toBe(100);
  await app.getByTestId('mistakes').getByRole('button').first().click();
  await expect(app.getByTestId('prediction')).toContainText('The data says');
  await app.getByTestId('field-predict-x1').fill('0.5');
  await expect(app.getByTestId('prediction')).not.toContainText('The data says');
});

test('a digit that is drawn is read', async ({ app }) => {
  await openTraining(app, 'lenet');
  await setField(app, 'epochs', '2');
  await train(app);
  await app.getByTestId('training-predict').click();
  const { x, y, width } = (await app.getByTestId('drawing-pad').boundingBox())!;
  const go = (across: number, down: number) => app.mouse.move(x + width * across, y + width * down, { steps: 5 });
  await go(0.3, 0.25);
  await app.mouse.down();
  await go(0.7, 0.25);
  await go(0.45, 0.8);
  await app.mouse.up();
  await expect(app.getByTestId('probabilities').locator('[data-best] th')).toHaveText('7');
  await app.getByTestId('drawing-clear').click();
  await app.getByTestId('predict-row').fill('5');
  await app.getByTestId('predict-take').click();
  await expect(app.getByTestId('prediction')).toContainText('The data says');
});
