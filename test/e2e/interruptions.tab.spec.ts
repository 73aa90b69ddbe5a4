/** What happens in the middle of something else: keys during a drag, a wire in hand whose gate goes, a field that is left by a press. */
import { expect, test } from './app';
import {
  clickNode,
  drag,
  expectSelected,
  expectWires,
  handle,
  middle,
  node,
  openExample,
  openGraph,
  SIMPLE,
  socket,
  startEmpty,
  undo
} from './gestures';

const BENT = {
  nodes: [
    { id: 'p', gate: 'variable', params: { value: 2 } },
    { id: 's', gate: 'tanh' },
    { id: 't', gate: 'tanh' }
  ],
  wires: [
    { from: 'p', to: 's.x' },
    { from: 's', to: 't.x', via: [[450, 200]] }
  ],
  layout: { p: [0, 0], s: [260, 50], t: [620, 60] }
};

test('gates that are deleted while they are dragged are gone, and come back where they were', async ({ app }) => {
  await startEmpty(app);
  await openGraph(app, 'bent', BENT);
  await clickNode(app, 's');
  await clickNode(app, 't', 'Shift');
  const before = await node(app, 't').boundingBox();
  const { x, y } = await handle(app, 't');
  await app.mouse.move(x, y);
  await app.mouse.down();
  await app.mouse.move(x + 40, y + 20, { steps: 3 });
  await app.keyboard.press('Delete');
  await app.mouse.move(x + 60, y + 20, { steps: 3 });
  await app.mouse.up();
  await expect(node(app, 't')).toHaveCount(0);
  await undo(app);
  await expectWires(app, 'p > s.x', 's > t.x');
  expect(await node(app, 't').boundingBox()).toEqual(before);
});

test('a wire in hand is let go where the gate that it comes from goes', async ({ app }) => {
  await openExample(app, 'simple');
  await clickNode(app, 'x');
  await app.keyboard.press('ControlOrMeta+d');
  await expectSelected(app, 'x2');
  const from = await middle(socket(app, 'x2', 'out'));
  await app.mouse.click(from.x, from.y);
  await undo(app);
  const to = await middle(socket(app, 'q', 'a'));
  await app.mouse.click(to.x, to.y);
  await expectWires(app, ...SIMPLE);

  await clickNode(app, 'x');
  await app.keyboard.press('ControlOrMeta+d');
  await expectSelected(app, 'x2');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('announcement')).toContainText('wire from x2');
  await undo(app);
  await app.keyboard.press('Enter');
  await expectWires(app, ...SIMPLE);
});

test('what opens above a wire that is led by keyboard has the keys', async ({ app }) => {
  await openExample(app, 'simple');
  await clickNode(app, 'x');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('announcement')).toContainText('wire from x');
  await app.keyboard.press('F1');
  await app.getByTestId('command-search').fill('zoom in');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('command-palette')).toBeHidden();
  await expect(app.getByTestId('announcement')).toContainText('wire from x');
});

test('a copy that is dragged with Alt is gone with Escape', async ({ app }) => {
  await openExample(app, 'simple');
  const { x, y } = await handle(app, 'q');
  await app.keyboard.down('Alt');
  await app.mouse.move(x, y);
  await app.mouse.down();
  await app.mouse.move(x + 40, y + 90, { steps: 3 });
  await app.keyboard.up('Alt');
  await expect(node(app, 'q2')).toBeVisible();
  await app.keyboard.press('Escape');
  await app.mouse.up();
  await expect(node(app, 'q2')).toHaveCount(0);
  await expectSelected(app, 'q');
});

test('a drag ends where another button was pressed meanwhile, too', async ({ app }) => {
  await openExample(app, 'simple');
  const { x, y } = await handle(app, 'q');
  await app.mouse.move(x, y);
  await app.mouse.down();
  await app.mouse.move(x + 40, y + 20, { steps: 3 });
  await app.mouse.down({ button: 'right' });
  await app.mouse.up();
  await app.mouse.up({ button: 'right' });
  const after = await node(app, 'q').boundingBox();
  await app.mouse.move(x + 140, y + 120, { steps: 3 });
  expect(await node(app, 'q').boundingBox()).toEqual(after);
});

test('a gate that is dragged across the map leaves what is seen where it is', async ({ app }) => {
  await startEmpty(app);
  const nodes = Array.from({ length: 40 }, (_, index) => ({ id: `n${index}`, gate: 'tanh' }));
  const layout = Object.fromEntries(nodes.map(({ id }, index) => [id, [(index % 8) * 200, Math.floor(index / 8) * 150]]));
  await openGraph(app, 'many', { nodes, layout });
  const map = (await app.getByTestId('minimap').boundingBox())!;
  const before = await node(app, 'n0').boundingBox();
  await drag(app, await handle(app, 'n20'), { x: map.x + 30, y: map.y + 30 });
  expect(await node(app, 'n0').boundingBox()).toEqual(before);
});

test('a name or title that is being typed is entered by a press elsewhere, which counts as it does without', async ({ app }) => {
  await openExample(app, 'simple');
  const search = app.getByTestId('palette-search');
  for (const leave of ['gate', 'field'] as const) {
    await clickNode(app, 'q');
    await app.keyboard.press('F2');
    await expect(node(app, 'q').locator('input')).toBeFocused();
    await app.keyboard.type('r');
    if (leave === 'gate') await clickNode(app, 'z');
    else await search.click();
    await expect(node(app, 'r')).toBeVisible();
    if (leave === 'gate') await expectSelected(app, 'z');
    else await expect(search).toBeFocused();
    await app.getByTestId('canvas').focus();
    await undo(app);
    await expect(node(app, 'q')).toBeVisible();
  }

  await clickNode(app, 'q');
  await app.keyboard.press('ControlOrMeta+g');
  await expect(app.getByTestId('annotation-text')).toBeFocused();
  await app.keyboard.type('product');
  await search.click();
  await expect(app.getByTestId('frame-0')).toHaveText('product');
  await expect(search).toBeFocused();
});
