/** Putting gates into a graph that is there, taking them out, and exchanging them. */
import { expect, test } from './app';
import {
  chooseGate,
  drag,
  dragGate,
  expectSelected,
  expectWire,
  expectWires,
  handle,
  middle,
  node,
  onWire,
  openExample,
  openGraph,
  redo,
  SIMPLE,
  socket,
  startEmpty,
  undo
} from './gestures';

const SOURCES = {
  nodes: [
    { id: 'm', gate: 'variable', params: { value: [Array(3).fill(1), Array(3).fill(2)] } },
    { id: 'classes', gate: 'constant', params: { value: [0, 2], dtype: 'int32' } },
    { id: 'loss', gate: 'cross_entropy' }
  ],
  layout: { m: [0, 0], classes: [0, 140], loss: [420, 40] }
};

test('the list of gates opens by double click or Tab where the pointer is, is left by Escape, and adds what Enter takes', async ({
  app
}) => {
  await startEmpty(app);
  const canvas = (await app.getByTestId('canvas').boundingBox())!;
  await app.mouse.dblclick(canvas.x + 300, canvas.y + 200);
  await expect(app.getByTestId('add-search')).toBeFocused();
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('add-search')).toBeHidden();
  await expect(app.getByTestId('canvas')).toBeFocused();
  await app.mouse.move(canvas.x + 420, canvas.y + 260);
  await app.keyboard.press('Tab');
  await expect(app.getByTestId('add-search')).toBeFocused();
  await app.keyboard.type('max_pool');
  // The second of what was found.
  const second = (await app
    .getByTestId(/^add-(?!search)/)
    .nth(1)
    .getAttribute('data-testid'))!.slice('add-'.length);
  await app.keyboard.press('ArrowDown');
  await app.keyboard.press('Enter');
  await expectSelected(app, second);
  const place = await middle(node(app, second));
  expect(place.x).toBeCloseTo(canvas.x + 420, -0.5);
  expect(place.y).toBeCloseTo(canvas.y + 260, -0.5);
  await undo(app);
  await expect(node(app, second)).toBeHidden();
});

test('a wire dropped on empty canvas lists the gates that take it, and the one chosen is wired', async ({ app }) => {
  await startEmpty(app);
  await openGraph(app, 'sources', SOURCES);
  const listed = (gate: string) => app.getByTestId(`add-${gate}`);
  const free = async () => {
    const { x, y } = (await node(app, 'loss').boundingBox())!;
    return { x, y: y + 260 };
  };
  await drag(app, await middle(socket(app, 'classes', 'out')), await free());
  await expect(app.getByLabel('Add a gate to classes…')).toBeFocused();
  await expect(listed('one_hot')).toBeVisible();
  // Neither takes a list, and a constant takes nothing.
  for (const gate of ['transpose', 'flatten', 'constant']) await expect(listed(gate)).toHaveCount(0);
  await chooseGate(app, 'one_hot');
  await expectWires(app, 'classes > one_hot.index');
  await undo(app);
  await expectWires(app);

  await drag(app, await middle(socket(app, 'm', 'out')), await free());
  await expect(listed('transpose')).toBeVisible();
  // No whole numbers, and three columns cannot be halved.
  for (const gate of ['one_hot', 'glu']) await expect(listed(gate)).toHaveCount(0);
  await chooseGate(app, 'transpose');
  await expectWires(app, 'm > transpose.x');
  await undo(app);

  // From an input the other way round.
  await drag(app, await middle(socket(app, 'loss', 'target')), await free());
  // What a source holds is typed later.
  for (const gate of ['argmax', 'variable']) await expect(listed(gate)).toHaveCount(1);
  await chooseGate(app, 'argmax');
  await expectWires(app, 'argmax > loss.target');
});

test('a loose gate that is dropped on a wire stands on it, and one that cannot says why', async ({ app }) => {
  await openExample(app, 'simple');
  await dragGate(app, 'relu', 90, 560);
  await dragGate(app, 'variable', 300, 600);
  const put = async (id: string, port: string) => {
    const from = await handle(app, id);
    const center = await middle(node(app, id));
    const to = await onWire(app, 'q', port);
    await drag(app, from, { x: from.x + to.x - center.x, y: from.y + to.y - center.y });
  };
  await put('relu', 'a');
  await expectWires(app, 'x > relu.x', 'relu > q.a', 'y > q.b', 'q > f.a', 'z > f.b');
  await undo(app);
  await expectWires(app, ...SIMPLE);
  await put('variable', 'b');
  await expect(app.getByTestId('refusal')).toContainText('variable has no input');
  await expectWires(app, ...SIMPLE);
});

test('a gate is put on a wire from its menu and by Insert', async ({ app }) => {
  await openExample(app, 'simple');
  const first = await onWire(app, 'q', 'a');
  await app.mouse.click(first.x, first.y, { button: 'right' });
  await app.getByTestId('context-edit.insert').click();
  await expect(app.getByTestId('add-variable')).toHaveCount(0);
  await chooseGate(app, 'tanh');
  await expectWires(app, 'x > tanh.x', 'tanh > q.a', 'y > q.b', 'q > f.a', 'z > f.b');
  const second = await onWire(app, 'f', 'b');
  await app.mouse.click(second.x, second.y);
  await app.keyboard.press('Insert');
  await chooseGate(app, 'neg');
  await expectWires(app, 'x > tanh.x', 'tanh > q.a', 'y > q.b', 'q > f.a', 'z > neg.x', 'neg > f.b');
  await undo(app);
  await undo(app);
  await expectWires(app, ...SIMPLE);
});

test('a gate is deleted with its wires, or so that what came in goes on', async ({ app }) => {
  await openExample(app, 'simple');
  await node(app, 'q').click();
  await app.keyboard.press('Delete');
  await expectWires(app, 'z > f.b');
  await undo(app);
  await expectWires(app, ...SIMPLE);
  await node(app, 'q').click();
  await app.keyboard.press('ControlOrMeta+Delete');
  await expect(node(app, 'q')).toBeHidden();
  await expectWires(app, 'x > f.a', 'z > f.b');
  await undo(app);
  await expectWires(app, ...SIMPLE);
  await redo(app);
  await expectWires(app, 'x > f.a', 'z > f.b');
});

test('a gate is replaced by another that has room for its wires, and keeps them', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-forward').click();
  await expectWire(app, 'q', 'f.a', '3');
  await node(app, 'q').click();
  await app.keyboard.press('r');
  await expect(app.getByLabel('Replace q by…')).toBeFocused();
  for (const gate of ['relu', 'variable', 'add']) await expect(app.getByTestId(`add-${gate}`)).toHaveCount(0);
  await chooseGate(app, 'mul');
  await expectWires(app, ...SIMPLE);
  await expectWire(app, 'q', 'f.a', '-10');
  await undo(app);
  await expectWire(app, 'q', 'f.a', '3');
});

test('a bypassed gate lets its first input through until it counts again', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'q', 'f.a', '3', '-4');
  await node(app, 'q').click();
  await app.keyboard.press('ControlOrMeta+b');
  await expect(node(app, 'q')).toHaveAccessibleName(/bypassed/);
  await expectWire(app, 'q', 'f.a', '-2', '-4');
  await expect(app.getByTestId('outputs').locator('[data-output="f"]')).toHaveAttribute('data-value', '8');
  await app.keyboard.press('ControlOrMeta+b');
  await expectWire(app, 'q', 'f.a', '3', '-4');
  await undo(app);
  await expectWire(app, 'q', 'f.a', '-2', '-4');
  await undo(app);
  await expectWire(app, 'q', 'f.a', '3', '-4');
});

test('a collapsed gate is a header with its wires, and is expanded by its button', async ({ app }) => {
  await openExample(app, 'simple');
  const height = async () => (await node(app, 'q').boundingBox())!.height;
  const whole = await height();
  await node(app, 'q').click();
  await app.keyboard.press('Alt+c');
  await expect.poll(height).toBeLessThan(whole / 2);
  await expectWires(app, ...SIMPLE);
  await app.getByRole('button', { name: 'expand q' }).click();
  await expect.poll(height).toBe(whole);
  await undo(app);
  await expect.poll(height).toBeLessThan(whole / 2);
});

test('the menu of what is under the pointer, or selected, holds what can be done with it', async ({ app }) => {
  await openExample(app, 'simple');
  const menu = app.getByTestId('context-menu');
  await node(app, 'q').click({ button: 'right' });
  await expectSelected(app, 'q');
  await expect(app.getByTestId('context-edit.bypass')).toBeVisible();
  await expect(app.getByTestId('context-edit.insert')).toBeHidden();
  await app.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(app.getByTestId('canvas')).toBeFocused();

  await app.keyboard.press('Shift+F10');
  await expect(menu).toBeVisible();
  // Last of all.
  await app.keyboard.press('End');
  await expect(app.getByTestId('context-edit.delete')).toBeFocused();
  await app.keyboard.press('Enter');
  await expect(node(app, 'q')).toBeHidden();
  await undo(app);
  await expect(node(app, 'q')).toBeVisible();

  const canvas = (await app.getByTestId('canvas').boundingBox())!;
  await app.mouse.click(canvas.x + 40, canvas.y + canvas.height - 40, { button: 'right' });
  await expect(app.getByTestId('context-edit.delete')).toBeHidden();
  await app.getByTestId('context-edit.add').click();
  await chooseGate(app, 'sin');
  await expectSelected(app, 'sin');
});
