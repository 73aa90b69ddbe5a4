/** Makes the README's pictures from the built app: `npm run screenshots`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generated } from './generated.mjs';
import { openServed } from './served.mjs';

const root = new URL('../../', import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));
const picture = (name) => path(`.github/images/${name}.png`);

const { address, browser, home, close } = await openServed();

/** A fresh window with `example` open, its graph filling the canvas. */
async function open(example, colorScheme = 'light') {
  const page = await browser.newPage({ viewport: { width: 1400, height: 860 }, deviceScaleFactor: 1.5, colorScheme });
  await page.goto(address);
  await page.getByTestId(`gallery-${example}`).click();
  await page.getByTestId('canvas').focus();
  await page.keyboard.press('Home');
  return page;
}

/** Takes the picture once nothing moves any more. */
async function take(page, name) {
  await page.mouse.move(700, 850);
  await page.waitForTimeout(800);
  await page.screenshot({ path: picture(name) });
  await page.close();
}

const neuron = await open('neuron');
await neuron.getByTestId('btn-backward').click();
await neuron.getByTestId('node-L').click();
await take(neuron, 'neuron');

const step = await open('simple', 'dark');
for (let gate = 0; gate < 3; gate++) await step.getByTestId('btn-step').click();
await take(step, 'step');

const spirals = await open('spirals');
await spirals.getByTestId('tab-training').click();
await spirals.getByTestId('panel-train').click();
await spirals.getByTestId('progress').getByText('finished').waitFor();
await take(spirals, 'training');

const data = await open('lenet');
await data.getByTestId('tab-data').click();
await data.getByTestId('thumbnails').waitFor();
await take(data, 'data');

const digit = await open('lenet', 'dark');
await digit.getByTestId('tab-training').click();
await digit.getByTestId('panel-train').click();
await digit.getByTestId('progress').getByText('finished').waitFor({ timeout: 120_000 });
await digit.getByTestId('training-predict').click();
const pad = await digit.getByTestId('drawing-pad').boundingBox();
const drawTo = (across, down) => digit.mouse.move(pad.x + pad.width * across, pad.y + pad.width * down, { steps: 8 });
await drawTo(0.3, 0.25);
await digit.mouse.down();
for (const point of [
  [0.7, 0.25],
  [0.45, 0.8]
])
  await drawTo(...point);
await digit.mouse.up();
await digit.getByTestId('probabilities').waitFor();
await take(digit, 'digit');

const editing = await open('residual');
await editing.getByTestId('canvas').focus();
await editing.keyboard.press('Control+a');
await editing.keyboard.press('Control+g');
await editing.getByTestId('annotation-text').fill('a deep residual net');
await editing.keyboard.press('Enter');
await editing.keyboard.press('Home');
const gate = await editing.getByTestId('node-L').boundingBox();
await editing.mouse.click(gate.x + 24, gate.y + 12, { button: 'right' });
await editing.getByTestId('context-menu').waitFor();
await take(editing, 'editing');

const recovery = await browser.newPage({ viewport: { width: 1400, height: 860 }, deviceScaleFactor: 1.5, colorScheme: 'light' });
await recovery.goto(address);
await recovery.getByTestId('recovery').waitFor();
await take(recovery, 'recovery');
rmSync(join(home, 'drafts'), { recursive: true });

const large = await open('simple', 'dark');
await large.evaluate(
  (text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], 'generated.wiregrad'));
    document.querySelector('#app > *').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  },
  JSON.stringify(generated(3000))
);
await large.getByTestId('minimap').waitFor();
await large.getByTestId('btn-backward').click();
await large.mouse.move(630, 420);
for (let step = 0; step < 24; step++) await large.mouse.wheel(0, -100);
await take(large, 'large');

await close();
