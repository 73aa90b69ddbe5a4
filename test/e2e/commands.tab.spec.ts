/** What the user can do and how they reach it: the command palette, the keys and their editor. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { openExample, runFromPalette, startEmpty, typeValue } from './gestures';

/** Opens the shortcuts and gives `command` the keys that are pressed. */
async function rebind(page: Page, command: string, keys: string): Promise<void> {
  await page.keyboard.press('?');
  await page.getByTestId(`shortcut-change-${command}`).click();
  await expect(page.getByTestId(`shortcut-${command}`)).toContainText('press keys');
  await page.keyboard.press(keys);
  await expect(page.getByTestId(`shortcut-${command}`)).not.toContainText('press keys');
}

test('the palette finds a command and performs it where the focus was', async ({ app }) => {
  await openExample(app, 'simple');
  await typeValue(app, 'x', '11');
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('ControlOrMeta+Shift+P');
  await expect(app.getByTestId('command-search')).toBeFocused();
  await app.keyboard.type('undo');
  await expect(app.getByRole('option').first()).toContainText('Edit: Undo');
  await expect(app.getByRole('option', { selected: true })).toContainText('Undo');
  await app.keyboard.press('Enter');
  await expect(app.getByTestId('command-palette')).toBeHidden();
  await expect(app.getByTestId('value-x')).toHaveValue('-2');
  await expect(app.getByTestId('canvas')).toBeFocused();
  // A command that asks whether the canvas has the focus.
  await runFromPalette(app, 'add a gate');
  await expect(app.getByTestId('add-search')).toBeFocused();
});

test('the palette zooms', async ({ app }) => {
  await openExample(app, 'simple');
  const width = async () => (await app.getByTestId('node-x').boundingBox())!.width;
  const before = await width();
  await runFromPalette(app, 'zoom in');
  await expect.poll(width).toBeGreaterThan(before * 1.1);
});

test('the palette lists what was used lately first, and what is not possible last and without effect', async ({ app }) => {
  await startEmpty(app);
  await runFromPalette(app, 'light and dark');
  await expect(app.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.keyboard.press('F1');
  await expect(app.getByRole('option').first()).toContainText('Switch between light and dark');
  await app.getByTestId('command-search').fill('undo');
  await expect(app.getByTestId('palette-command-edit.undo')).toHaveAttribute('aria-disabled', 'true');
  await app.keyboard.press('Enter');
  await app.getByTestId('palette-command-edit.undo').click({ force: true });
  await expect(app.getByTestId('command-palette')).toBeVisible();
  await app.getByTestId('command-search').fill('no such thing');
  await expect(app.getByTestId('command-palette')).toContainText('No command matches');
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('command-palette')).toBeHidden();
});

test('the palette opens from a field and in front of the gallery, and its list follows the keys', async ({ app }) => {
  await expect(app.getByTestId('gallery')).toBeVisible();
  await app.keyboard.press('F1');
  await expect(app.getByTestId('gallery')).toBeHidden();
  await expect(app.getByTestId('command-search')).toBeFocused();
  await app.keyboard.press('End');
  await expect(app.getByRole('option', { selected: true })).toHaveAttribute(
    'id',
    (await app.getByRole('option').last().getAttribute('id'))!
  );
  await app.keyboard.press('ArrowDown');
  await expect(app.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await app.keyboard.press('Escape');
  await app.getByTestId('palette-search').focus();
  await app.keyboard.press('F1');
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('palette-search')).toBeFocused();
});

test('keys that were changed work from then on, the usual ones no longer, until they are reset', async ({ app }) => {
  await openExample(app, 'simple');
  await typeValue(app, 'x', '11');
  await app.getByTestId('canvas').focus();
  await rebind(app, 'edit.undo', 'ControlOrMeta+k');
  await expect(app.getByTestId('shortcut-edit.undo').locator('kbd')).toHaveText(/^(Ctrl\+|⌘)K$/);
  // Nothing was undone while the keys were taken down, nor is it in the dialog.
  await app.keyboard.press('ControlOrMeta+k');
  await app.keyboard.press('Escape');
  await expect(app.getByRole('dialog')).toBeHidden();
  await expect(app.getByTestId('value-x')).toHaveValue('11');
  await expect(app.getByTestId('btn-undo')).toHaveAttribute('title', /K\)/);

  await app.getByTestId('canvas').focus();
  await app.keyboard.press('ControlOrMeta+z');
  await expect(app.getByTestId('value-x')).toHaveValue('11');
  await app.keyboard.press('ControlOrMeta+k');
  await expect(app.getByTestId('value-x')).toHaveValue('-2');

  await app.reload();
  await openExample(app, 'simple');
  await expect(app.getByTestId('btn-undo')).toHaveAttribute('title', /K\)/);
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('?');
  await app.getByTestId('shortcut-reset-edit.undo').click();
  await expect(app.getByTestId('shortcut-edit.undo').locator('kbd')).toHaveText(/Z$/);
  await expect(app.getByTestId('shortcut-reset-edit.undo')).toBeHidden();
  await expect(app.getByTestId('shortcut-change-edit.undo')).toBeFocused();
});

test('keys that two commands have are told in both rows', async ({ app }) => {
  await startEmpty(app);
  await app.getByTestId('canvas').focus();
  await rebind(app, 'edit.undo', 'f');
  await expect(app.getByTestId('shortcut-conflict-edit.undo')).toContainText('Connect the selected gates');
  await expect(app.getByTestId('shortcut-conflict-edit.link')).toContainText('Undo');
  await expect(app.getByRole('status').filter({ hasText: 'Also' })).toContainText('the first that is possible now is done');
  await app.getByTestId('shortcut-remove-edit.undo').click();
  await expect(app.getByTestId('shortcut-conflict-edit.undo')).toBeHidden();
  await expect(app.getByTestId('shortcut-edit.undo')).toContainText('none');
  await app.getByTestId('shortcut-reset-all').click();
  await expect(app.getByTestId('shortcut-edit.undo').locator('kbd')).toHaveText(/Z$/);
});

test('while keys are taken down no command fires, and Escape leaves them as they were', async ({ app }) => {
  await startEmpty(app);
  await app.getByTestId('canvas').focus();
  await app.keyboard.press('?');
  await expect(app.getByTestId('shortcut-search')).toBeFocused();
  await app.getByTestId('shortcut-search').fill('zoom');
  await expect(app.getByTestId('shortcut-edit.undo')).toBeHidden();
  await app.getByTestId('shortcut-change-view.zoomIn').click();
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('shortcuts')).toBeVisible();
  await expect(app.getByTestId('shortcut-reset-view.zoomIn')).toBeHidden();
  // Going elsewhere leaves them too.
  await app.getByTestId('shortcut-change-view.zoomIn').click();
  await app.getByTestId('shortcut-search').click();
  await expect(app.getByTestId('shortcut-view.zoomIn')).not.toContainText('press keys');
  // F1 opens the palette even from a dialog, but not now.
  await app.getByTestId('shortcut-change-view.zoomIn').press('Enter');
  await app.keyboard.press('F1');
  await expect(app.getByTestId('shortcut-view.zoomIn').locator('kbd')).toHaveText('F1');
  await expect(app.getByTestId('command-palette')).toBeHidden();
  await app.getByTestId('shortcut-search').fill('f1');
  await expect(app.getByTestId('shortcut-help.commands')).toBeVisible();
  await expect(app.getByTestId('shortcut-conflict-help.commands')).toContainText('Zoom in');
});

test('no key fires while the user types, or in a dialog, menu or list', async ({ app }) => {
  await startEmpty(app);
  await app.evaluate(() => {
    const types = ['text', 'search', 'number', 'email', 'url', 'tel', 'password', 'date', 'time'].map((type) => `<input type="${type}">`);
    const boxes = ['dialog', 'menu', 'listbox'].map((role) => `<div role="${role}"><button>inside</button></div>`);
    const typed = [
      ...types,
      '<textarea></textarea>',
      '<select><option>a</option></select>',
      '<div contenteditable="true"><b>bold</b></div>',
      ...boxes
    ];
    document.body.insertAdjacentHTML('beforeend', `<div id="typed">${typed.join('')}</div><input id="free" type="checkbox">`);
  });
  const typed = app.locator('#typed').locator('input, textarea, select, [contenteditable], button');
  expect(await typed.count()).toBe(15);
  for (const field of await typed.all()) {
    await field.focus();
    await app.keyboard.press('g');
    await expect(app.getByTestId('gallery')).toBeHidden();
  }
  await app.locator('#free').focus();
  await app.keyboard.press('g');
  await expect(app.getByTestId('gallery')).toBeVisible();
});
