import { expect, test } from './app';
import { expectWire, openExample } from './gestures';

test('a selection becomes a definition, is opened, edited inside, left and ungrouped', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'q', 'f.a', '3', '-4');

  // q and f with the values around them: (x + y) z as one gate.
  await app.getByTestId('node-q').click();
  await app.getByTestId('node-f').click({ modifiers: ['Shift'] });
  await app.keyboard.press('Control+Shift+e');
  await expect(app.getByTestId('node-block')).toBeVisible();
  await expect(app.getByTestId('node-q')).toBeHidden();
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'x', 'block.x', '-2', '-4');
  await expectWire(app, 'z', 'block.z', '-4', '3');

  await app.getByTestId('node-block').click();
  await app.getByTestId('definition-name').fill('product');
  await app.getByTestId('definition-name').press('Enter');
  await expect(app.getByTestId('palette-product')).toBeVisible();

  await app.getByTestId('node-block').dblclick();
  await expect(app.getByTestId('breadcrumb')).toContainText('simple');
  await expect(app.getByTestId('breadcrumb')).toContainText('product');
  await expectWire(app, 'q', 'f.a', '3', '-4');
  await expectWire(app, 'f', 'out.in', '-12', '1');

  // Another gate inside, between f and the output, as the document's own edit: −(x + y) z.
  await app.getByTestId('palette-search').fill('neg');
  await app.getByTestId('palette-neg').dblclick();
  await app.getByTestId('palette-search').fill('');
  await expect(app.getByTestId('node-neg')).toBeVisible();
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('l');
  await expect(app.getByTestId('btn-undo')).toHaveAttribute('title', /lay out/);
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('Home');
  for (const [from, to] of [
    ['socket-f-out', 'socket-neg-x'],
    ['socket-neg-out', 'socket-out-in']
  ] as const) {
    await app.getByTestId(from).click();
    await app.getByTestId(to).click();
  }
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'neg', 'out.in', '12', '1');

  await app.getByTestId('breadcrumb-0').click();
  await expect(app.getByTestId('breadcrumb')).toBeHidden();
  await expectWire(app, 'x', 'block.x', '-2', '4');

  await app.getByTestId('node-block').click();
  await app.keyboard.press('Control+Shift+g');
  await expect(app.getByTestId('node-neg')).toBeVisible();
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'f', 'neg.x', '-12', '-1');

  // Everything is a step to undo, whatever was open when it was done.
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('Control+z');
  await expect(app.getByTestId('node-block')).toBeVisible();
  for (let step = 0; step < 6; step++) await app.keyboard.press('Control+z');
  await expect(app.getByTestId('node-q')).toBeVisible();
  await expect(app.getByTestId('node-block')).toBeHidden();
});

test('a repeated block is opened at any of its copies', async ({ app }) => {
  await openExample(app, 'residual');
  await app.getByTestId('node-deep').click();
  await expect(app.getByTestId('definition')).toContainText('each instance its own');
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('Alt+ArrowDown');
  await expect(app.getByTestId('breadcrumb-copy')).toHaveText('copy 1 of 6');
  await app.getByTestId('btn-backward').click();
  const value = app.getByTestId('wires').locator('[data-from="sum"][data-to="out.in"]');
  await expect(value).toHaveAttribute('data-value', /./);
  await app.getByLabel('Next copy').click();
  await expect(app.getByTestId('breadcrumb-copy')).toHaveText('copy 2 of 6');
  await expect(value).toHaveAttribute('data-value', /./);
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('Alt+ArrowUp');
  await expect(app.getByTestId('breadcrumb')).toBeHidden();
  await expect(app.getByTestId('node-deep')).toHaveClass(/selected/);
});
