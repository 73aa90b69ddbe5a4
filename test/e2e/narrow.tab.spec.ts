/** A window at 200 % zoom: half the pixels each way, and still everything within reach. */
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { expectWire, node, openExample, openFile } from './gestures';

/** What sticks out of the window or scrolls sideways where nothing should. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const page = document.documentElement;
    const wide = page.scrollWidth > innerWidth || page.scrollHeight > innerHeight ? [`page ${page.scrollWidth}×${page.scrollHeight}`] : [];
    const parts = [...document.querySelectorAll<HTMLElement>(`[data-part="toolbar"] *, footer span, [role="dialog"], aside, nav`)];
    const outside = parts.filter((part) => {
      const { left, right, top, bottom, width } = part.getBoundingClientRect();
      return width > 0 && (left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5);
    });
    return [...wide, ...outside.map(({ outerHTML }) => outerHTML.slice(0, 120))];
  });
}

/** How much of the window the graph has. */
async function share(page: Page): Promise<number> {
  const { width, height } = (await page.getByTestId('canvas').boundingBox())!;
  const window = page.viewportSize()!;
  return (width * height) / (window.width * window.height);
}

for (const size of [
  { width: 700, height: 430 },
  { width: 640, height: 400 }
]) {
  test(`at ${size.width} by ${size.height} pixels a graph is run, looked into and edited`, async ({ app }) => {
    await app.setViewportSize(size);
    expect(await overflow(app)).toEqual([]);
    await openExample(app, 'neuron');
    await app.getByTestId('btn-backward').click();
    await expectWire(app, 's3', 'L.x', '1', '0.1966119259595871');
    await expect(app.getByTestId('palette')).toBeHidden();
    await expect(app.getByTestId('inspector')).toBeHidden();
    expect(await share(app)).toBeGreaterThan(0.6);

    // The gate, which stands where the drawer will be, comes into sight beside it.
    await node(app, 'L').click();
    await app.getByTestId('btn-side').click();
    await expect(app.getByTestId('btn-side')).toHaveAttribute('aria-expanded', 'true');
    await expect(app.getByTestId('inspector')).toContainText('Gradient1');
    const { x: drawer } = (await app.getByTestId('inspector').boundingBox())!;
    const right = async (): Promise<number> => {
      const { x, width } = (await node(app, 'L').boundingBox())!;
      return x + width;
    };
    await expect.poll(right).toBeLessThan(drawer);
    expect(await overflow(app)).toEqual([]);

    // One drawer at a time.
    await app.getByTestId('btn-palette').click();
    await expect(app.getByTestId('inspector')).toBeHidden();
    await app.getByTestId('palette-search').fill('relu');
    await app.getByTestId('palette-relu').dblclick();
    await expect(node(app, 'relu')).toBeVisible();
    expect(await overflow(app)).toEqual([]);
    await app.getByTestId('palette-search').press('Escape');
    await expect(app.getByTestId('palette')).toBeHidden();
    await expect(app.getByTestId('canvas')).toBeFocused();
    await expect(node(app, 'relu')).toHaveClass(/selected/);
    // Its input is not connected.
    await expect(app.getByTestId('problem-0')).toBeVisible();
    expect(await share(app)).toBeGreaterThan(0.6);

    await app.getByTestId('btn-palette').click();
    await app.getByTestId('btn-palette').click();
    await expect(app.getByTestId('palette')).toBeHidden();
  });

  test(`at ${size.width} by ${size.height} pixels dialogs, menus and settings of a run fit`, async ({ app }) => {
    await app.setViewportSize(size);
    await app.getByTestId('gallery-swish').scrollIntoViewIfNeeded();
    await openExample(app, 'swish');
    await app.keyboard.press('F1');
    await expect(app.getByTestId('command-search')).toBeFocused();
    expect(await overflow(app)).toEqual([]);
    await app.keyboard.press('Escape');
    await app.keyboard.press('?');
    await app.getByTestId('shortcut-change-help.shortcuts').scrollIntoViewIfNeeded();
    expect(await overflow(app)).toEqual([]);
    await app.keyboard.press('Escape');

    await app.getByTestId('btn-choices').click();
    await app.getByTestId('precision').selectOption('float64');
    await expect(app.getByTestId('status')).toContainText('float64');
    await app.keyboard.press('Escape');
    await expect(app.getByTestId('precision')).toBeHidden();

    // What the toolbar has no room for is in the menu, and the longest menu scrolls.
    for (const [menu, item] of [
      ['file', 'file.new'],
      ['file', 'file.open'],
      ['view', 'view.theme'],
      ['edit', 'edit.menu']
    ] as const) {
      await app.getByTestId('menu').click();
      await app.getByTestId(`menu-${menu}`).click();
      await app.getByTestId(`menu-${item}`).scrollIntoViewIfNeeded();
      await expect(app.getByTestId(`menu-${item}`)).toBeInViewport({ ratio: 1 });
      await app.keyboard.press('Escape');
      await app.keyboard.press('Escape');
    }

    // A table shows its drawer; leaving a changed document asks.
    await openFile(app, 'leaves.csv', 'kind,length\noak,2.1\nelm,4.2\n');
    await expect(app.getByTestId('data-panel')).toContainText('2 rows');
    await app.getByTestId('role-length').selectOption('x');
    await app.keyboard.press('Escape');
    await app.keyboard.press('Alt+n');
    await expect(app.getByTestId('unsaved-cancel')).toBeInViewport({ ratio: 1 });
    expect(await overflow(app)).toEqual([]);
  });
}

test('panels come back where the window becomes wide again', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('btn-palette').click();
  await app.setViewportSize({ width: 700, height: 430 });
  await expect(app.getByTestId('inspector')).toBeHidden();
  await app.getByTestId('btn-palette').click();
  await app.setViewportSize({ width: 1400, height: 900 });
  await expect(app.getByTestId('inspector')).toBeVisible();
  await expect(app.getByTestId('palette')).toBeHidden();
});

test('the toolbar has all that it shows within the window at any width', async ({ app }) => {
  await openExample(app, 'simple');
  // The engine that ran is named beside “auto”, and a training's Stop stands in for Train.
  await app.getByTestId('btn-backward').click();
  await expectWire(app, 'q', 'f.a', '3', '-4');
  for (let width = 1400; width >= 320; width -= 45) {
    await app.setViewportSize({ width, height: 600 });
    expect(await overflow(app), `${width} pixels`).toEqual([]);
  }
});
