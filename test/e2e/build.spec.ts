/** Drawing a graph by hand and reading its numbers. */
import { expect, test } from './app';
import { clickWire, dragGate, dragWire, expectWire, openExample, startEmpty, typeValue, wireNumbers } from './gestures';

test('(x + y) · z is built by drag and drop and shows −12 and −4, −4, 3 on its wires', async ({ app }) => {
  await startEmpty(app);
  await dragGate(app, 'variable', 60, 80);
  await dragGate(app, 'variable', 60, 220);
  await dragGate(app, 'variable', 60, 380);
  await dragGate(app, 'add', 320, 140);
  await dragGate(app, 'mul', 560, 260);
  await dragWire(app, ['variable', 'out'], ['add', 'a']);
  await clickWire(app, ['variable2', 'out'], ['add', 'b']);
  await dragWire(app, ['add', 'out'], ['mul', 'a']);
  // From the input back to the output.
  await dragWire(app, ['mul', 'b'], ['variable3', 'out']);
  await expect(app.getByTestId('wires').locator('li')).toHaveCount(4);
  await typeValue(app, 'variable', '-2');
  await typeValue(app, 'variable2', '5');
  await typeValue(app, 'variable3', '-4');
  await app.getByTestId('node-mul').click();
  await app.getByTestId('btn-objective').click();
  await app.getByTestId('btn-forward').click();
  await expectWire(app, 'add', 'mul.a', '3');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'variable', 'add.a', '-2', '-4');
  await expectWire(app, 'variable2', 'add.b', '5', '-4');
  await expectWire(app, 'variable3', 'mul.b', '-4', '3');
  const out = app.getByTestId('outputs').locator('[data-output="mul"]');
  await expect(out).toHaveAttribute('data-value', '-12');
  await expect(out).toHaveAttribute('data-gradient', '1');
});

test('a changed value brings new numbers without a click, and undo brings the old ones back', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'z', 'f.b', '-4', '3');
  await typeValue(app, 'z', '7');
  await expectWire(app, 'z', 'f.b', '7', '3');
  await expectWire(app, 'x', 'q.a', '-2', '7');
  await app.getByTestId('btn-undo').click();
  await expectWire(app, 'x', 'q.a', '-2', '-4');
  await app.getByTestId('btn-redo').click();
  await expectWire(app, 'x', 'q.a', '-2', '7');
});

test('Step computes one gate at a time, forward and then backward in reverse, and Shift+Step goes back', async ({ app }) => {
  await openExample(app, 'simple');
  const ringed = app.locator('[data-testid^="node-"][data-phase]');
  await app.getByTestId('btn-step').click();
  await expect(ringed).toHaveAttribute('data-testid', 'node-q');
  await expectWire(app, 'x', 'q.a', '-2');
  expect(await wireNumbers(app, 'q', 'f.a')).toEqual(['3', null]);
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('s');
  await expect(ringed).toHaveAttribute('data-testid', 'node-f');
  await expect(app.getByTestId('outputs').locator('[data-output="f"]')).toHaveAttribute('data-value', '-12');
  expect(await wireNumbers(app, 'q', 'f.a')).toEqual(['3', null]);
  await app.keyboard.press('s');
  await expect(ringed).toHaveAttribute('data-testid', 'node-f');
  await expectWire(app, 'q', 'f.a', '3', '-4');
  expect(await wireNumbers(app, 'x', 'q.a')).toEqual(['-2', null]);
  await app.keyboard.press('s');
  await expect(ringed).toHaveAttribute('data-testid', 'node-q');
  await expectWire(app, 'x', 'q.a', '-2', '-4');
  await app.keyboard.press('Shift+S');
  await expect.poll(() => wireNumbers(app, 'x', 'q.a')).toEqual(['-2', null]);
  await expect(ringed).toHaveAttribute('data-testid', 'node-f');
});

test('a wire that cannot fit is refused with the reason', async ({ app }) => {
  await startEmpty(app);
  await dragGate(app, 'variable', 60, 80);
  await dragGate(app, 'variable', 60, 260);
  await dragGate(app, 'matmul', 340, 160);
  await typeValue(app, 'variable', '[[1, 2, 3], [4, 5, 6]]');
  await typeValue(app, 'variable2', '[[1, 2], [3, 4]]');
  await dragWire(app, ['variable', 'out'], ['matmul', 'a']);
  await dragWire(app, ['variable2', 'out'], ['matmul', 'b']);
  await expect(app.getByTestId('refusal')).toContainText('inner sizes 3 and 2 must agree');
  await expect(app.getByTestId('wires').locator('li')).toHaveCount(1);
});

test('the problems list names the gate at fault and selects it', async ({ app }) => {
  await startEmpty(app);
  await dragGate(app, 'add', 300, 200);
  await expect(app.getByTestId('problems')).toContainText('nothing is connected');
  await app.getByTestId('problem-0').click();
  await expect(app.getByTestId('gate-id')).toHaveValue('add');
});

test('gates are added at the pointer by Tab and by a double click, moved, deleted, and brought back by undo', async ({ app }) => {
  await startEmpty(app);
  const canvas = app.getByTestId('canvas');
  await canvas.dblclick({ position: { x: 300, y: 200 } });
  await app.getByTestId('add-search').locator('input').or(app.locator('input[data-testid="add-search"]')).first().fill('sigm');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('node-sigmoid')).toBeVisible();
  await canvas.hover({ position: { x: 500, y: 400 } });
  await app.keyboard.press('Tab');
  await app.keyboard.type('relu');
  await app.keyboard.press('Enter');
  const relu = app.getByTestId('node-relu');
  await expect(relu).toBeVisible();
  const before = (await relu.boundingBox())!;
  await app.mouse.move(before.x + 20, before.y + 10);
  await app.mouse.down();
  await app.mouse.move(before.x + 120, before.y + 60, { steps: 5 });
  await app.mouse.up();
  expect((await relu.boundingBox())!.x).toBeCloseTo(before.x + 100, 0);
  await app.keyboard.press('Delete');
  await expect(relu).toBeHidden();
  await app.keyboard.press('Control+z');
  await expect(relu).toBeVisible();
});
