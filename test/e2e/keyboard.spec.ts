/** Everything without a mouse. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';

/** Adds a gate by its name and calls it `id`. */
async function add(page: Page, gate: string, id: string): Promise<void> {
  await page.keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: 'Add a gate' })).toBeFocused();
  await page.keyboard.type(gate);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Add a gate' })).toBeHidden();
  await page.keyboard.press('F2');
  await expect(page.getByLabel(/^name of /)).toBeFocused();
  await page.keyboard.type(id);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(`node-${id}`)).toHaveClass(/selected/);
}

/** Selects a gate by finding it. */
async function find(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await expect(page.getByTestId('find')).toBeFocused();
  await page.keyboard.type(id);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(`node-${id}`)).toHaveClass(/selected/);
}

/** Types what the selected gate holds, on it or in the inspector. */
async function typeInto(page: Page, text: string): Promise<void> {
  await page.keyboard.press('e');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('canvas')).toBeFocused();
}

/** Presses a key until what a screen reader is told holds `text`. */
async function turnTo(page: Page, key: string, text: string): Promise<void> {
  const told = page.getByTestId('announcement');
  for (let now = await told.textContent(), turn = 0; !now?.includes(text); now = await told.textContent(), turn++) {
    expect(turn).toBeLessThan(60);
    await page.keyboard.press(key);
    await expect(told).not.toHaveText(now!);
  }
}

/** Leads a wire from the gate `id` to an input: Enter, arrows until it is the one that is told, Enter. */
async function wire(page: Page, id: string, input: string): Promise<void> {
  await find(page, id);
  await page.keyboard.press('Enter');
  const told = page.getByTestId('announcement');
  await expect(told).toContainText(`wire from ${id}`);
  await turnTo(page, 'ArrowDown', `: ${input},`);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('wires').locator(`[data-to="${input}"]`)).toHaveCount(1);
}

const focusIs = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((wanted) => document.activeElement!.matches(wanted), selector);

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let turn = 0; !(await focusIs(page, selector)); turn++) {
    expect(turn).toBeLessThan(20);
    await page.keyboard.press('Tab');
  }
}

test('a net for XOR is built and trained', async ({ app }) => {
  await expect(app.getByRole('dialog')).toBeVisible();
  await app.keyboard.press('Escape');
  await expect(app.getByRole('dialog')).toBeHidden();
  await add(app, 'constant', 'X');
  await typeInto(app, '[[0, 0], [0, 1], [1, 0], [1, 1]]');
  await add(app, 'constant', 'T');
  await typeInto(app, '[[0], [1], [1], [0]]');
  for (const [id, shape] of Object.entries({ W1: '2, 4', b1: '4', W2: '4, 1', b2: '1' })) {
    await add(app, 'parameter', id);
    await typeInto(app, shape);
  }
  await add(app, 'linear', 'h');
  await add(app, 'tanh', 'a');
  await add(app, 'linear', 's');
  await add(app, 'bce_with_logits', 'L');
  await app.keyboard.press('o');
  await wire(app, 'X', 'h.x');
  await wire(app, 'W1', 'h.weight');
  await wire(app, 'b1', 'h.bias');
  await wire(app, 'h', 'a.x');
  await wire(app, 'a', 's.x');
  await wire(app, 'W2', 's.weight');
  await wire(app, 'b2', 's.bias');
  await wire(app, 's', 'L.input');
  await wire(app, 'T', 'L.target');
  await expect(app.getByTestId('problems')).toContainText('No problems');
  // From the canvas to the panel at the side, to its training tab, and to what is to be set there.
  for (let turn = 0; turn < 5 && !(await focusIs(app, '[role=tab]')); turn++) await app.keyboard.press('F6');
  await app.keyboard.press('ArrowRight');
  await tabTo(app, '#optimizer');
  await app.keyboard.type('Adam');
  await tabTo(app, '[data-testid=field-learning_rate]');
  await app.keyboard.press('Control+a');
  await app.keyboard.type('0.05');
  await tabTo(app, '[data-testid=field-epochs]');
  await app.keyboard.press('Control+a');
  await app.keyboard.type('300');
  await app.keyboard.press('Enter');
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('canvas')).toBeFocused();
  await app.keyboard.press('l');
  await expect(app.getByTestId('btn-undo')).toHaveAttribute('title', /lay out/);
  await app.keyboard.press('t');
  await expect(app.getByTestId('progress')).toContainText('finished');
  await app.keyboard.press('Control+Shift+Enter');
  const loss = app.getByTestId('outputs').locator('[data-output="L"]');
  await expect(loss).toHaveAttribute('data-value', /./);
  await expect.poll(async () => Number(await loss.getAttribute('data-value'))).toBeLessThan(0.1);
});

test('arrows move the selected gate, Control and arrows go to the next, and the screen reader is told', async ({ app }) => {
  await app.getByTestId('gallery-simple').press('Enter');
  const canvas = app.getByTestId('canvas');
  await canvas.focus();
  await find(app, 'x');
  await app.keyboard.press('Control+ArrowRight');
  await expect(app.getByTestId('node-q')).toHaveClass(/selected/);
  await expect(canvas).toHaveAttribute('aria-activedescendant', 'gate-q');
  await expect(app.getByTestId('announcement')).toContainText('add q, a from x, b from y, to f.a');
  const before = (await app.getByTestId('node-q').boundingBox())!;
  await app.keyboard.press('ArrowDown');
  await app.keyboard.press('ArrowDown');
  await expect.poll(async () => (await app.getByTestId('node-q').boundingBox())!.y).toBeGreaterThan(before.y + 20);
  await app.keyboard.press('Control+z');
  await expect.poll(async () => (await app.getByTestId('node-q').boundingBox())!.y).toBeCloseTo(before.y, 0);
  await app.keyboard.press('Control+ArrowLeft');
  await expect(app.getByTestId('node-q')).not.toHaveClass(/selected/);
});

test('a wire is led back from an input, another port is taken with Tab, and Escape lets go', async ({ app }) => {
  await app.getByTestId('gallery-simple').press('Enter');
  await app.getByTestId('canvas').focus();
  await find(app, 'f');
  await app.keyboard.press('Enter');
  const told = app.getByTestId('announcement');
  await expect(told).toContainText('wire from f: no port takes it');
  await app.keyboard.press('Tab');
  await expect(told).toContainText('wire to f.a: ');
  await app.keyboard.press('Tab');
  await expect(told).toContainText('wire to f.b: ');
  await turnTo(app, 'ArrowUp', ': x,');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('wires').locator('[data-from="x"][data-to="f.b"]')).toHaveCount(1);
  await app.keyboard.press('Enter');
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('wires').locator('li')).toHaveCount(4);
  await app.keyboard.press('Control+z');
  await expect(app.getByTestId('wires').locator('[data-from="z"][data-to="f.b"]')).toHaveCount(1);
});
