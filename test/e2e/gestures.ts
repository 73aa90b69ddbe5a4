/** What a person does on the canvas, as the specs write it. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Closes the gallery on an empty document. */
export async function startEmpty(page: Page): Promise<void> {
  await page.getByTestId('gallery-empty').click();
  await expect(page.getByRole('dialog')).toBeHidden();
}

export async function openExample(page: Page, name: string): Promise<void> {
  await page.getByTestId(`gallery-${name}`).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('[data-testid^="node-"]').first()).toBeVisible();
}

/** Drags a gate from the palette to a place of the canvas, in pixels from its corner. */
export async function dragGate(page: Page, gate: string, x: number, y: number): Promise<void> {
  await page.getByTestId('palette-search').fill(gate);
  await page.getByTestId(`palette-${gate}`).dragTo(page.getByTestId('canvas'), { targetPosition: { x, y } });
  await page.getByTestId('palette-search').fill('');
}

export function socket(page: Page, id: string, port: string): Locator {
  return page.getByTestId(`socket-${id}-${port}`);
}

async function middle(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not on screen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Draws a wire by drag. */
export async function dragWire(page: Page, from: [id: string, port: string], to: [id: string, port: string]): Promise<void> {
  const start = await middle(socket(page, ...from));
  const end = await middle(socket(page, ...to));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
}

/** Draws a wire by a click on each end. */
export async function clickWire(page: Page, from: [id: string, port: string], to: [id: string, port: string]): Promise<void> {
  for (const end of [from, to]) {
    const { x, y } = await middle(socket(page, ...end));
    await page.mouse.click(x, y);
  }
}

export async function typeValue(page: Page, id: string, value: string): Promise<void> {
  const field = page.getByTestId(`value-${id}`);
  await field.fill(value);
  await field.press('Enter');
}

/** What a wire shows, in full: [value, gradient]; null where it shows none. */
export async function wireNumbers(page: Page, from: string, to: string): Promise<(string | null)[]> {
  const item = page.getByTestId('wires').locator(`[data-from="${from}"][data-to="${to}"]`);
  return [await item.getAttribute('data-value'), await item.getAttribute('data-gradient')];
}

export async function expectWire(page: Page, from: string, to: string, value: string, gradient?: string): Promise<void> {
  await expect.poll(() => wireNumbers(page, from, to)).toEqual([value, gradient ?? null]);
}
