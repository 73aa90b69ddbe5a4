/** Wires: what they tell, how they are drawn, led and removed. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import {
  drag,
  expectWire,
  expectWires,
  middle,
  node,
  onWire,
  openExample,
  openGraph,
  type Place,
  selectNodes,
  SIMPLE,
  socket,
  startEmpty,
  undo
} from './gestures';

const LOOSE = {
  nodes: [
    { id: 'p', gate: 'variable', params: { value: 2 } },
    { id: 'r', gate: 'variable', params: { value: 3 } },
    { id: 's', gate: 'add' },
    { id: 't', gate: 'tanh' }
  ],
  layout: { p: [0, 0], r: [0, 140], s: [260, 50], t: [520, 60] }
};

const SHAPES = {
  nodes: [
    { id: 'm', gate: 'constant', params: { value: [Array(3).fill(1), Array(3).fill(2)] } },
    { id: 'turned', gate: 'transpose' },
    { id: 's', gate: 'sin' },
    { id: 'hot', gate: 'one_hot', params: { num_classes: 4 } }
  ],
  wires: [
    { from: 'm', to: 'turned.x' },
    { from: 'turned', to: 's.x' }
  ],
  layout: { m: [0, 0], turned: [260, 0], s: [520, 0], hot: [520, 160] }
};

/** The wire that the pointer finds at a place; null where there is none. */
async function wireAt(page: Page, { x, y }: Place): Promise<string | null> {
  await page.mouse.move(x + 300, y + 300);
  await expect(page.getByTestId('wire-tooltip')).toBeHidden();
  await page.mouse.move(x, y);
  // A tooltip comes with the move or not at all.
  const tooltip = page.getByTestId('wire-tooltip').locator('strong');
  return (await tooltip.count()) === 0 ? null : tooltip.textContent();
}

test('a wire tells what it carries under the pointer, is selected by a click and removed by Delete', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'x', 'q.a', '-2', '-4');
  const place = await onWire(app, 'q', 'a');
  await app.mouse.move(place.x, place.y);
  const tooltip = app.getByTestId('wire-tooltip');
  await expect(tooltip).toContainText('x → q.a');
  await expect(tooltip.locator('.value')).toHaveText('−2');
  await expect(tooltip.locator('.gradient')).toContainText('−4');
  await app.mouse.click(place.x, place.y);
  await expect(app.getByTestId('inspector').getByRole('button', { name: 'q.a' })).toBeVisible();
  await app.keyboard.press('Delete');
  await expectWires(app, 'y > q.b', 'q > f.a', 'z > f.b');
  await undo(app);
  await expectWires(app, ...SIMPLE);
});

test('a wire is picked up at its input and put into another, or dropped; a line drawn with Ctrl and the right button cuts what it crosses', async ({
  app
}) => {
  await openExample(app, 'simple');
  await drag(app, await middle(socket(app, 'f', 'b')), await middle(socket(app, 'q', 'b')));
  await expectWires(app, 'x > q.a', 'z > q.b', 'q > f.a');
  await undo(app);
  await expectWires(app, ...SIMPLE);
  const { x, y } = await middle(socket(app, 'q', 'b'));
  await drag(app, { x, y }, { x: x + 20, y: y + 280 });
  await expectWires(app, 'x > q.a', 'q > f.a', 'z > f.b');
  await undo(app);
  await expectWires(app, ...SIMPLE);

  const a = await onWire(app, 'q', 'a');
  const b = await onWire(app, 'q', 'b');
  await drag(app, { x: a.x, y: a.y - 40 }, { x: b.x, y: b.y + 30 }, { keys: ['Control'], button: 'right' });
  await expectWires(app, 'q > f.a', 'z > f.b');
  await expect(app.getByTestId('context-menu')).toBeHidden();
  await undo(app);
  await expectWires(app, ...SIMPLE);
});

test('a wire is led through points: a double click adds and removes one, a drag moves it, the menu takes all away', async ({ app }) => {
  await openExample(app, 'simple');
  const start = await onWire(app, 'f', 'a');
  const led = { x: start.x - 60, y: start.y - 150 };
  expect(await wireAt(app, led)).toBeNull();
  await app.mouse.dblclick(start.x, start.y);
  await drag(app, start, led);
  await expect.poll(() => wireAt(app, led)).toBe('q → f.a');
  await undo(app);
  expect(await wireAt(app, led)).toBeNull();
  await app.keyboard.press('ControlOrMeta+Shift+z');
  await app.mouse.dblclick(led.x, led.y);
  expect(await wireAt(app, led)).toBeNull();
  await undo(app);
  await expect.poll(() => wireAt(app, led)).toBe('q → f.a');
  await expectWires(app, ...SIMPLE);

  await app.mouse.click(led.x, led.y, { button: 'right' });
  await expect(app.getByTestId('context-edit.addPoint')).toBeVisible();
  await expect(app.getByTestId('context-edit.rename')).toBeHidden();
  await app.getByTestId('context-edit.straighten').click();
  await expect(app.getByTestId('btn-undo')).toHaveAttribute('title', /remove the points/);
  expect(await wireAt(app, led)).toBeNull();
  // Where the menu was opened.
  await app.mouse.click(start.x, start.y, { button: 'right' });
  await expect(app.getByTestId('context-edit.straighten')).toBeHidden();
  await app.getByTestId('context-edit.addPoint').click();
  await expect(app.getByTestId('btn-undo')).toHaveAttribute('title', /add a point/);
  await drag(app, start, led);
  await expect.poll(() => wireAt(app, led)).toBe('q → f.a');
});

test('gates are connected by a drag with Alt and the right button, by F, and by keyboard alone', async ({ app }) => {
  await startEmpty(app);
  await openGraph(app, 'loose', LOOSE);
  for (const id of ['p', 'r'])
    await drag(app, await middle(node(app, id)), await middle(node(app, 's')), { keys: ['Alt'], button: 'right' });
  await expectWires(app, 'p > s.a', 'r > s.b');
  await undo(app);
  await undo(app);
  await expectWires(app);

  await selectNodes(app, 'p', 'r', 's');
  await app.keyboard.press('f');
  await expectWires(app, 'p > s.a', 'r > s.b');
  await app.keyboard.press('f');
  await expect(app.getByTestId('toast')).toContainText('s has no free input');

  await node(app, 's').click();
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('announcement')).toContainText('wire from s: t.x');
  await app.keyboard.press('Enter');
  await expectWires(app, 'p > s.a', 'r > s.b', 's > t.x');
  await undo(app);
  await undo(app);
  await expectWires(app);
});

test('gates painted as boxes are wired too', async ({ app }) => {
  await startEmpty(app);
  await openGraph(app, 'loose', LOOSE);
  const from = await middle(socket(app, 'p', 'out'));
  const to = await middle(node(app, 't'));
  const { x, y, width, height } = (await app.getByTestId('canvas').boundingBox())!;
  const steps = 9;
  const scale = 1.25 ** -steps;
  for (let step = 0; step < steps; step++) await app.keyboard.press('ControlOrMeta+-');
  await expect(node(app, 'p')).toBeHidden();
  /** Where a place has gone: zooming leaves the middle where it is. */
  const zoomed = (place: Place): Place => ({
    x: x + width / 2 + (place.x - x - width / 2) * scale,
    y: y + height / 2 + (place.y - y - height / 2) * scale
  });
  const start = zoomed(from);
  await drag(app, { x: start.x - 3, y: start.y }, zoomed(to));
  await expectWires(app, 'p > t.x');
});

test('shapes stand on wires before any run, and a wire in hand tells the inputs that take it from those that refuse', async ({ app }) => {
  await startEmpty(app);
  await openGraph(app, 'shapes', SHAPES);
  const shapeOn = (input: string) => app.getByTestId('wires').locator(`[data-to="${input}"]`);
  await expect(shapeOn('turned.x')).toHaveAttribute('data-shape', '[2,3]');
  await expect(shapeOn('s.x')).toHaveAttribute('data-shape', '[3,2]');
  await expect(shapeOn('s.x')).not.toHaveAttribute('data-value');

  const from = await middle(socket(app, 'turned', 'out'));
  const refusing = await middle(socket(app, 'hot', 'index'));
  await app.mouse.move(from.x, from.y);
  await app.mouse.down();
  await app.mouse.move(from.x + 30, from.y + 60, { steps: 3 });
  await expect(socket(app, 's', 'x')).toHaveClass(/open/);
  // A circle, whole numbers, and another output.
  for (const end of [socket(app, 'turned', 'x'), socket(app, 'hot', 'index'), socket(app, 'm', 'out')])
    await expect(end).toHaveClass(/closed/);
  await expect(app.getByTestId('refusal')).toBeHidden();
  await app.mouse.move(refusing.x, refusing.y, { steps: 3 });
  await expect(app.getByTestId('refusal')).toContainText('int32');
  await app.keyboard.press('Escape');
  await app.mouse.up();
  await expect(app.getByTestId('refusal')).toBeHidden();
  await expect(socket(app, 's', 'x')).not.toHaveClass(/open/);
  await expectWires(app, 'm > turned.x', 'turned > s.x');
});
