/** Seeing what one looks for: all of it, a part, a place, a gate by its name. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { clickNode, expectSelected, node, openExample, openGraph } from './gestures';

const IDS = Array.from({ length: 30 }, (_, index) => `g${index}`);
const ROW = {
  nodes: IDS.map((id) => ({ id, gate: 'sin' })),
  layout: Object.fromEntries(IDS.map((id, index) => [id, [index * 240, (index % 3) * 140]]))
};

/** Whether all of a gate is seen; far outside there is no element for it. */
async function isInView(page: Page, id: string): Promise<boolean> {
  if ((await node(page, id).count()) === 0) return false;
  const canvas = (await page.getByTestId('canvas').boundingBox())!;
  const box = await node(page, id).boundingBox();
  return (
    box !== null &&
    box.x >= canvas.x &&
    box.y >= canvas.y &&
    box.x + box.width <= canvas.x + canvas.width &&
    box.y + box.height <= canvas.y + canvas.height
  );
}

test('Home shows everything, a point what is selected', async ({ app }) => {
  await openExample(app, 'simple');
  const canvas = (await app.getByTestId('canvas').boundingBox())!;
  for (let step = 0; step < 6; step++) await app.keyboard.press('ControlOrMeta++');
  await expect.poll(() => isInView(app, 'x')).toBe(false);
  await app.keyboard.press('Home');
  for (const id of ['x', 'y', 'z', 'q', 'f']) await expect.poll(() => isInView(app, id)).toBe(true);
  for (let step = 0; step < 3; step++) await app.keyboard.press('ControlOrMeta+-');
  await clickNode(app, 'x');
  const { width } = (await node(app, 'x').boundingBox())!;
  await app.keyboard.press('.');
  await expect.poll(async () => (await node(app, 'x').boundingBox())!.width).toBeGreaterThan(width * 1.5);
  const box = (await node(app, 'x').boundingBox())!;
  expect(Math.abs(box.x + box.width / 2 - canvas.x - canvas.width / 2)).toBeLessThan(20);
  expect(Math.abs(box.y + box.height / 2 - canvas.y - canvas.height / 2)).toBeLessThan(20);
});

test('a large graph has a map that leads to the place that is pressed, and can be hidden', async ({ app }) => {
  await openExample(app, 'simple');
  const map = app.getByTestId('minimap');
  await expect(map).toBeHidden();
  await openGraph(app, 'row', ROW);
  await expect(map).toBeVisible();
  // Closer, so that not all of it is seen.
  await app.getByTestId('canvas').focus();
  for (let step = 0; step < 9; step++) await app.keyboard.press('ControlOrMeta++');
  await expect.poll(() => isInView(app, 'g0')).toBe(false);
  const { x, y, width, height } = (await map.boundingBox())!;
  await app.mouse.click(x + 12, y + height / 2);
  await expect.poll(() => isInView(app, 'g0')).toBe(true);
  // And on as long as it is pressed.
  await app.mouse.down();
  await app.mouse.move(x + width - 12, y + height / 2, { steps: 5 });
  await app.mouse.up();
  await expect.poll(() => isInView(app, 'g29')).toBe(true);
  expect(await isInView(app, 'g0')).toBe(false);
  await app.keyboard.press('Alt+m');
  await expect(map).toBeHidden();
  await app.keyboard.press('Alt+m');
  await expect(map).toBeVisible();
});

test('a gate is found by name or kind, inside a definition too, and a note by its text', async ({ app }) => {
  await openExample(app, 'residual');
  await app.keyboard.press('Shift+N');
  await app.keyboard.type('why six?');
  await app.keyboard.press('Escape');
  await app.keyboard.press('ControlOrMeta+f');
  await expect(app.getByTestId('find')).toBeFocused();
  await app.keyboard.type('tanh');
  await expect(app.getByTestId('find-deep/a')).toHaveAttribute('aria-selected', 'true');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('find')).toBeHidden();
  await expect(app.getByTestId('breadcrumb')).toContainText('residual');
  await expectSelected(app, 'a');
  expect(await isInView(app, 'a')).toBe(true);

  // From inside to outside.
  await app.keyboard.press('ControlOrMeta+f');
  await app.keyboard.type('b_out');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('breadcrumb')).toBeHidden();
  await expectSelected(app, 'b_out');
  await app.keyboard.press('ControlOrMeta+f');
  await app.keyboard.type('why');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('note-0')).toHaveClass(/selected/);
  await app.keyboard.press('ControlOrMeta+f');
  await app.keyboard.type('no such gate');
  await expect(app.getByText('Nothing matches')).toBeVisible();
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('canvas')).toBeFocused();
});
