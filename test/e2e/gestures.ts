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
  // Gates are mounted a few in every frame.
  const gates = page.locator('[data-testid^="node-"]');
  await expect(gates.first()).toBeVisible();
  const status = await page.getByTestId('status').textContent();
  await expect(gates).toHaveCount(Number(/^\D*(\d+) gate/.exec(status!)![1]));
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

export function node(page: Page, id: string): Locator {
  return page.getByTestId(`node-${id}`);
}

/** A place of the window, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export async function middle(locator: Locator): Promise<Place> {
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

interface Hold {
  /** Keys that are held down all the while. */
  readonly keys?: readonly string[];
  readonly button?: 'left' | 'right';
}

/** Drags from one place to another. */
export async function drag(page: Page, from: Place, to: Place, { keys = [], button = 'left' }: Hold = {}): Promise<void> {
  for (const key of keys) await page.keyboard.down(key);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down({ button });
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up({ button });
  for (const key of keys) await page.keyboard.up(key);
}

/** Where a gate is held: its header, left of the name. */
export async function handle(page: Page, id: string): Promise<Place> {
  const { x, y } = (await node(page, id).boundingBox())!;
  return { x: x + 16, y: y + 14 };
}

/** Drags a gate by so many pixels. */
export async function dragNode(page: Page, id: string, dx: number, dy: number, hold: Hold = {}): Promise<void> {
  const from = await handle(page, id);
  await drag(page, from, { x: from.x + dx, y: from.y + dy }, hold);
}

/** A place on the wire that ends at an input, just before it. */
export async function onWire(page: Page, id: string, port: string): Promise<Place> {
  const { x, y } = await middle(socket(page, id, port));
  return { x: x - 24, y };
}

/** Opens a document by dropping its file on the window. */
export async function openFile(page: Page, name: string, text: string): Promise<void> {
  const files = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file));
      return transfer;
    },
    [name, text] as const
  );
  await page.getByTestId('canvas').dispatchEvent('drop', { dataTransfer: files });
}

/** Opens a graph as a file of its own. */
export async function openGraph(
  page: Page,
  name: string,
  graph: { readonly nodes: readonly object[]; readonly wires?: readonly object[]; readonly layout: object }
): Promise<void> {
  await openFile(page, `${name}.wiregrad`, JSON.stringify({ format: 'wiregrad', version: 1, name, wires: [], ...graph }));
  await expect(page.getByTestId('status')).toContainText(name);
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

/** The wires of the example `simple`. */
export const SIMPLE = ['x > q.a', 'y > q.b', 'q > f.a', 'z > f.b'] as const;

/** That these are the wires of the graph, in any order. */
export async function expectWires(page: Page, ...wires: readonly string[]): Promise<void> {
  const list = page.getByTestId('wires').locator('li');
  const shown = () => list.evaluateAll((items) => items.map(({ dataset }) => `${dataset['from']} > ${dataset['to']}`).sort());
  await expect.poll(shown).toEqual([...wires].sort());
}

/** Clicks on a gate where nothing but the gate is. */
export async function clickNode(page: Page, id: string, ...modifiers: readonly ('Shift' | 'ControlOrMeta')[]): Promise<void> {
  await node(page, id)
    .locator('.symbol')
    .click({ modifiers: [...modifiers] });
}

/** Selects gates alone, one after the other. */
export async function selectNodes(page: Page, first: string, ...others: readonly string[]): Promise<void> {
  await clickNode(page, first);
  for (const id of others) await clickNode(page, id, 'Shift');
  await expectSelected(page, first, ...others);
}

export async function expectSelected(page: Page, ...ids: readonly string[]): Promise<void> {
  const nodes = page.locator('[data-testid^="node-"].selected');
  const shown = () => nodes.evaluateAll((items) => items.map(({ dataset }) => dataset['testid']!.slice('node-'.length)).sort());
  await expect.poll(shown).toEqual([...ids].sort());
}

export async function undo(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+z');
}

export async function redo(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Shift+z');
}

/** Types into the list of gates that has opened, and takes the first that is found. */
export async function chooseGate(page: Page, query: string): Promise<void> {
  await expect(page.getByTestId('add-search')).toBeFocused();
  await page.keyboard.type(query);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('add-search')).toBeHidden();
}

export async function runFromPalette(page: Page, query: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.getByTestId('command-search').fill(query);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('command-palette')).toBeHidden();
}

/** Begins to train two spirals for longer than any test waits. */
export async function trainForLong(page: Page): Promise<void> {
  await openExample(page, 'spirals');
  await page.getByTestId('tab-training').click();
  await page.getByTestId('field-epochs').fill('1000000');
  await page.getByTestId('field-epochs').press('Enter');
  await page.getByTestId('panel-train').click();
  await expect.poll(() => epochOf(page)).toBeGreaterThan(1);
}

/** The epoch that the training panel tells of. */
export async function epochOf(page: Page): Promise<number> {
  return Number(/Epoch ([\d,]+)/.exec(await page.getByTestId('progress').innerText())![1]!.replaceAll(',', ''));
}
