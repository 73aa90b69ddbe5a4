/** Copies of gates: over the clipboard, to another window, and beside themselves. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { dragNode, expectSelected, expectWires, node, openExample, selectNodes, SIMPLE, undo } from './gestures';

const COPIED = [...SIMPLE, 'q2 > f2.a'];
const COPIED_CONNECTED = [...COPIED, 'x > q2.a', 'y > q2.b', 'z > f2.b'];

// A browser asks its user first.
test.beforeEach(async ({ app, electron }) => {
  if (electron === null) await app.context().grantPermissions(['clipboard-read', 'clipboard-write']);
});

const clipboardText = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** Below the gates of the example. */
async function pointBelow(page: Page): Promise<{ x: number; y: number }> {
  const { x, y, height } = (await page.getByTestId('canvas').boundingBox())!;
  const place = { x: x + 260, y: y + height - 120 };
  await page.mouse.move(place.x, place.y);
  return place;
}

test('copied gates are text, and are pasted where the pointer is, with the wires between them or those that came in too', async ({
  app
}) => {
  await openExample(app, 'simple');
  await selectNodes(app, 'q', 'f');
  await app.keyboard.press('ControlOrMeta+c');
  const copied = JSON.parse(await clipboardText(app)) as { format: string; nodes: { id: string }[] };
  expect(copied.format).toBe('wiregrad');
  expect(copied.nodes.map(({ id }) => id)).toEqual(['q', 'f']);
  const place = await pointBelow(app);
  await app.keyboard.press('ControlOrMeta+v');
  await expectWires(app, ...COPIED);
  await expectSelected(app, 'q2', 'f2');
  const left = (await node(app, 'q2').boundingBox())!;
  const right = (await node(app, 'f2').boundingBox())!;
  expect((left.x + right.x) / 2).toBeCloseTo(place.x, -0.5);
  await undo(app);
  await expectWires(app, ...SIMPLE);
  await app.keyboard.press('ControlOrMeta+Shift+v');
  await expectWires(app, ...COPIED_CONNECTED);
  await undo(app);
  await expectWires(app, ...SIMPLE);
});

test('a gate that is cut is gone until it is pasted', async ({ app }) => {
  await openExample(app, 'simple');
  await selectNodes(app, 'q', 'f');
  await app.keyboard.press('ControlOrMeta+x');
  await expectWires(app);
  await expect(node(app, 'q')).toBeHidden();
  await pointBelow(app);
  await app.keyboard.press('ControlOrMeta+v');
  await expectWires(app, 'q > f.a');
  // Once more at the same place they do not cover the first ones.
  await app.keyboard.press('ControlOrMeta+v');
  await expectWires(app, 'q > f.a', 'q2 > f2.a');
  expect((await node(app, 'q2').boundingBox())!.x).toBeGreaterThan((await node(app, 'q').boundingBox())!.x + 20);
  for (let step = 0; step < 3; step++) await undo(app);
  await expectWires(app, ...SIMPLE);
});

test('a field has its own clipboard, and text without gates is refused with a notice and changes nothing', async ({ app }) => {
  await openExample(app, 'simple');
  await node(app, 'q').click();
  await app.getByTestId('palette-search').fill('tanh');
  await app.getByTestId('palette-search').selectText();
  await app.keyboard.press('ControlOrMeta+c');
  expect(await clipboardText(app)).toBe('tanh');
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('ControlOrMeta+v');
  await expect(app.getByTestId('toast')).toContainText('no gates');
  await app.getByLabel('Dismiss').click();

  await app.evaluate(() => navigator.clipboard.writeText('{ "format": "wiregrad", "version": 1, "nodes": [ { "id"'));
  await app.keyboard.press('ControlOrMeta+v');
  await expect(app.getByTestId('toast')).toContainText('no gates');
  await expectWires(app, ...SIMPLE);
  await expect(app.getByTestId('btn-undo')).toBeDisabled();

  await node(app, 'q').click();
  await app.keyboard.press('ControlOrMeta+c');
  await app.getByTestId('palette-search').fill('');
  await app.keyboard.press('ControlOrMeta+v');
  await expect(app.getByTestId('palette-search')).toHaveValue(/wiregrad/);
  await expectWires(app, ...SIMPLE);
});

test('duplicates and gates dragged with Alt get the same inputs, and what they were made of stays', async ({ app }) => {
  await openExample(app, 'simple');
  await node(app, 'q').click();
  await app.keyboard.press('ControlOrMeta+d');
  await expectWires(app, ...SIMPLE, 'x > q2.a', 'y > q2.b');
  await expectSelected(app, 'q2');
  await undo(app);
  await expectWires(app, ...SIMPLE);

  const before = (await node(app, 'f').boundingBox())!;
  await dragNode(app, 'f', -40, 200, { keys: ['Alt'] });
  await expectWires(app, ...SIMPLE, 'q > f2.a', 'z > f2.b');
  await expectSelected(app, 'f2');
  expect(await node(app, 'f').boundingBox()).toEqual(before);
  const copy = (await node(app, 'f2').boundingBox())!;
  expect(copy.x).toBeCloseTo(before.x - 40, -0.5);
  expect(copy.y).toBeCloseTo(before.y + 200, -0.5);
  await undo(app);
  await expect(node(app, 'f2')).toBeHidden();
  await expectWires(app, ...SIMPLE);
  await expect(app.getByTestId('btn-undo')).toBeDisabled();
});
