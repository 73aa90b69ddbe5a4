/** What is selected, and where it stands. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import {
  clickNode,
  drag,
  dragGate,
  dragNode,
  expectSelected,
  handle,
  node,
  openExample,
  runFromPalette,
  selectNodes,
  startEmpty,
  undo
} from './gestures';

const boxOf = async (page: Page, id: string) => (await node(page, id).boundingBox())!;
/** Corners of gates, from the corner of the canvas. */
async function placesOf(page: Page, ...ids: readonly string[]): Promise<readonly [number, number][]> {
  const canvas = (await page.getByTestId('canvas').boundingBox())!;
  const boxes = await Promise.all(ids.map((id) => boxOf(page, id)));
  return boxes.map(({ x, y }) => [Math.round(x - canvas.x), Math.round(y - canvas.y)]);
}

test('a rectangle drawn with Ctrl selects what it touches, with Shift besides; clicks with Ctrl or Shift add and take away', async ({
  app
}) => {
  await openExample(app, 'simple');
  const [x, y, z, q] = [await boxOf(app, 'x'), await boxOf(app, 'y'), await boxOf(app, 'z'), await boxOf(app, 'q')];
  const corner = { x: x.x - 12, y: x.y - 12 };
  await drag(app, corner, { x: y.x + 20, y: y.y + 20 }, { keys: ['Control'] });
  await expectSelected(app, 'x', 'y');
  await drag(app, { x: z.x - 12, y: z.y + z.height + 12 }, { x: z.x + 20, y: z.y + 20 }, { keys: ['Shift'] });
  await expectSelected(app, 'x', 'y', 'z');
  await clickNode(app, 'q', 'Shift');
  await clickNode(app, 'y', 'ControlOrMeta');
  await expectSelected(app, 'x', 'z', 'q');
  await drag(app, corner, { x: q.x + 20, y: q.y + 20 }, { keys: ['Control'] });
  await expectSelected(app, 'x', 'q');
  await app.keyboard.press('Escape');
  await expectSelected(app);
  await app.keyboard.press('ControlOrMeta+a');
  await expectSelected(app, 'x', 'y', 'z', 'q', 'f');
  await app.mouse.click(corner.x, corner.y + 500);
  await expectSelected(app);
});

test('selected gates are moved together, also by one of them with Shift', async ({ app }) => {
  await openExample(app, 'simple');
  const before = await placesOf(app, 'x', 'y', 'q');
  await selectNodes(app, 'x', 'q');
  await dragNode(app, 'x', 30, -40);
  const moved = await placesOf(app, 'x', 'y', 'q');
  expect(moved[1]).toEqual(before[1]);
  for (const index of [0, 2] as const) {
    expect(moved[index]![0] - before[index]![0]).toBeCloseTo(30, -0.5);
    expect(moved[index]![1] - before[index]![1]).toBeCloseTo(-40, -0.5);
  }
  await expectSelected(app, 'x', 'q');
  await undo(app);
  await expect.poll(() => placesOf(app, 'x', 'y', 'q')).toEqual(before);
  await dragNode(app, 'q', 0, 120, { keys: ['Shift'] });
  await expectSelected(app, 'x', 'q');
  const snapped = await placesOf(app, 'x', 'y', 'q');
  expect(snapped[0]![1]).toBeGreaterThan(before[0]![1] + 80);
  expect(snapped[2]![1]).toBeGreaterThan(before[2]![1] + 80);
});

test('gates are put in line from the menu and at even distances from the command palette', async ({ app }) => {
  await openExample(app, 'simple');
  const before = await placesOf(app, 'x', 'y', 'z');
  await dragNode(app, 'y', 24, 40);
  await selectNodes(app, 'x', 'y', 'z');
  await app.getByTestId('menu').click();
  await app.getByTestId('menu-arrange').click();
  await app.getByTestId('menu-arrange.left').click();
  await expect.poll(async () => new Set((await placesOf(app, 'x', 'y', 'z')).map(([left]) => left)).size).toBe(1);
  await app.getByTestId('canvas').focus();
  await runFromPalette(app, 'distribute down');
  const gaps = async () => {
    const [x, y, z] = [await boxOf(app, 'x'), await boxOf(app, 'y'), await boxOf(app, 'z')];
    return y.y - x.y - x.height - (z.y - y.y - y.height);
  };
  await expect.poll(async () => Math.abs(await gaps())).toBeLessThan(3);
  for (let step = 0; step < 3; step++) await undo(app);
  await expect.poll(() => placesOf(app, 'x', 'y', 'z')).toEqual(before);
});

test('a gate snaps to the grid while Shift is held, and arrow keys move it by a step of the grid', async ({ app }) => {
  // What is built on an empty canvas is seen at its own size.
  await startEmpty(app);
  await dragGate(app, 'relu', 300, 203);
  const place = async () => (await placesOf(app, 'relu'))[0]!;
  const added = await place();
  await dragNode(app, 'relu', 55, 31, { keys: ['Shift'] });
  const snapped = await place();
  expect(snapped.map((length) => length % 24)).toEqual([0, 0]);
  expect(Math.hypot(snapped[0] - added[0] - 55, snapped[1] - added[1] - 31)).toBeLessThan(24);
  await undo(app);
  await expect.poll(place).toEqual(added);

  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await app.keyboard.press(key);
  await expect.poll(place).toEqual([added[0] + 72, added[1] + 24]);
  await undo(app);
  await expect.poll(place).toEqual(added);
  await expect(node(app, 'relu')).toBeVisible();

  // From now on without Shift, and with Shift freely.
  await app.keyboard.press('Escape');
  await runFromPalette(app, 'snap to the grid');
  await dragNode(app, 'relu', 40, 40);
  expect((await place()).map((length) => length % 24)).toEqual([0, 0]);
  const { x, y } = await handle(app, 'relu');
  const onGrid = await place();
  await drag(app, { x, y }, { x: x + 25, y: y + 7 }, { keys: ['Shift'] });
  expect(await place()).toEqual([onGrid[0] + 25, onGrid[1] + 7]);
  await runFromPalette(app, 'put on the grid');
  await expect.poll(async () => (await place()).map((length) => length % 24)).toEqual([0, 0]);

  await app.keyboard.press('Shift+N');
  await app.keyboard.press('Escape');
  const note = (await app.getByTestId('note-0').boundingBox())!;
  await drag(app, { x: note.x + 50, y: note.y + 50 }, { x: note.x + 91, y: note.y - 30 });
  const canvas = (await app.getByTestId('canvas').boundingBox())!;
  const moved = (await app.getByTestId('note-0').boundingBox())!;
  expect([Math.round(moved.x - canvas.x) % 24, Math.round(moved.y - canvas.y) % 24]).toEqual([0, 0]);
});

test('L lays out everything from left to right, or the selected gates where they stand', async ({ app }) => {
  await openExample(app, 'simple');
  await dragNode(app, 'f', -300, 160);
  await dragNode(app, 'q', 300, 60);
  const before = await placesOf(app, 'x', 'y', 'z', 'q', 'f');
  await selectNodes(app, 'f', 'q');
  await app.keyboard.press('l');
  await expect.poll(async () => (await boxOf(app, 'f')).x - (await boxOf(app, 'q')).x).toBeGreaterThan(60);
  expect(await placesOf(app, 'x', 'y', 'z')).toEqual(before.slice(0, 3));
  await undo(app);
  await expect.poll(() => placesOf(app, 'x', 'y', 'z', 'q', 'f')).toEqual(before);

  await app.keyboard.press('Escape');
  await app.keyboard.press('l');
  await expect.poll(async () => (await boxOf(app, 'f')).x - (await boxOf(app, 'q')).x).toBeGreaterThan(60);
  expect((await boxOf(app, 'q')).x).toBeGreaterThan((await boxOf(app, 'x')).x + 60);
  await undo(app);
  await expect.poll(async () => (await boxOf(app, 'q')).x - (await boxOf(app, 'f')).x).toBeGreaterThan(60);
});
