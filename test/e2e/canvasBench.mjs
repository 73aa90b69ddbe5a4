/**
 * Prints how the canvas of the built app copes with generated graphs: `npm run bench:canvas -- [GATES…]`. Times are of
 * whole frames, between two callbacks of requestAnimationFrame, in headless Chromium at 1400×860.
 */
import { generated } from './generated.mjs';
import { openServed } from './served.mjs';

const sizes = process.argv.slice(2).map(Number);
const { address, browser, close } = await openServed();

/** Opens `text` as a file dropped on the window; milliseconds until the graph is painted, and until the page is idle. */
function open(text) {
  const canvas = document.querySelector('[data-testid=canvas]');
  const before = canvas.dataset.painted;
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], 'generated.wiregrad'));
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  return (async () => {
    await frame();
    const start = performance.now();
    document.querySelector('#app > *').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    while (canvas.dataset.painted === before) await frame();
    await frame();
    const painted = performance.now() - start;
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 60_000 }));
    await frame();
    return { painted, idle: performance.now() - start };
  })();
}

/** Milliseconds of each of `count` frames in which `gesture` goes on. */
function frames({ gesture, count }) {
  const canvas = document.querySelector('[data-testid=canvas]');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const pointer = (type, clientX, clientY, button, buttons) =>
    canvas.dispatchEvent(
      new PointerEvent(type, { clientX, clientY, button, buttons, bubbles: true, cancelable: true, isPrimary: true, pointerId: 1 })
    );
  const pinia = document.querySelector('#app').__vue_app__.config.globalProperties.$pinia;
  const kinds = {
    still: { step: () => {} },
    pan: {
      begin: () => pointer('pointerdown', x, y, 1, 4),
      step: (turn) => pointer('pointermove', x + 300 * Math.sin(turn / 12), y + 200 * Math.sin(turn / 17), -1, 4),
      end: () => pointer('pointerup', x, y, 1, 0)
    },
    zoom: {
      step: (turn) =>
        canvas.dispatchEvent(
          new WheelEvent('wheel', { clientX: x, clientY: y, deltaY: Math.sin(turn / 15) > 0 ? -40 : 40, bubbles: true, cancelable: true })
        )
    },
    drag: {
      begin() {
        const [id] = [...pinia._s.get('selection').nodes];
        const place = pinia._s.get('document').document.layout.get(id);
        const { x: panX, y: panY, k } = window.benchTransform();
        [this.x, this.y] = [left + panX + (place[0] + 30) * k, top + panY + (place[1] + 10) * k];
        pointer('pointerdown', this.x, this.y, 0, 1);
      },
      step(turn) {
        pointer('pointermove', this.x + 80 * Math.sin(turn / 10), this.y + 60 * Math.cos(turn / 10), -1, 1);
      },
      end() {
        pointer('pointerup', this.x, this.y, 0, 0);
      }
    },
    labels: { step: () => pinia._s.get('run').version++ }
  };
  const kind = kinds[gesture];
  kind.begin?.();
  return new Promise((resolve) => {
    const times = [];
    let last = null;
    let turn = 0;
    const next = (now) => {
      if (last !== null) times.push(now - last);
      last = now;
      if (++turn > count) {
        kind.end?.();
        resolve(times.slice(2));
        return;
      }
      kind.step(turn);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
}

/** Zooms in, in steps as a wheel does, until zoom `wanted`. */
async function zoomIn(wanted) {
  const canvas = document.querySelector('[data-testid=canvas]');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const [clientX, clientY] = [left + width / 2, top + height / 2];
  for (let turn = 0; turn < 400 && window.benchTransform().k < wanted; turn++) {
    canvas.dispatchEvent(new WheelEvent('wheel', { clientX, clientY, deltaY: -30, bubbles: true, cancelable: true }));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Selects the gate nearest to the middle. */
function chooseGate() {
  const canvas = document.querySelector('[data-testid=canvas]');
  const { width, height } = canvas.getBoundingClientRect();
  const pinia = document.querySelector('#app').__vue_app__.config.globalProperties.$pinia;
  const { k, x, y } = window.benchTransform();
  const distance = ([, [gx, gy]]) => Math.hypot((width / 2 - x) / k - gx, (height / 2 - y) / k - gy);
  const [nearest] = [...pinia._s.get('document').document.layout].sort((a, b) => distance(a) - distance(b))[0];
  pinia._s.get('selection').select(nearest);
}

/** What the canvas's content is moved and scaled by, as its style says. */
function readTransform() {
  window.benchTransform = () => {
    const { transform } = document.querySelector('[data-testid=canvas] [style*="scale("]').style;
    const [x, y, k] = transform.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
    return { x, y, k };
  };
}

const quantile = (times, part) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];
const line = (...cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
const ms = (time) => time.toFixed(time < 100 ? 1 : 0);

line('gates', 'zoom', 'what', 'median ms', 'p95 ms', 'worst ms');
line('---', '---', '---', '---', '---', '---');
for (const count of sizes.length > 0 ? sizes : [1000, 3000, 10_000]) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
  await page.goto(address);
  await page.getByTestId('gallery-empty').click();
  await page.evaluate(readTransform);
  const text = JSON.stringify(generated(count));
  const opened = [];
  for (let round = 0; round < 3; round++) opened.push(await page.evaluate(open, text));
  const [cold, ...warm] = opened;
  line(count, 'all', 'first paint, cold; again', ms(cold.painted), '', warm.map(({ painted }) => ms(painted)).join(', '));
  line(count, 'all', 'open until idle, cold; again', ms(cold.idle), '', warm.map(({ idle }) => ms(idle)).join(', '));
  await page.getByTestId('btn-backward').click();
  await page.waitForFunction(
    () => document.querySelector('#app').__vue_app__.config.globalProperties.$pinia._s.get('run').position > 0,
    undefined,
    { timeout: 120_000 }
  );
  for (const zoom of ['all', '0.45', '1']) {
    if (zoom !== 'all') await page.evaluate(zoomIn, Number(zoom));
    await page.waitForTimeout(1500);
    await page.evaluate(chooseGate);
    for (const gesture of ['still', 'pan', 'zoom', 'drag', 'labels']) {
      const times = await page.evaluate(frames, { gesture, count: 150 });
      line(count, zoom, gesture, ms(quantile(times, 0.5)), ms(quantile(times, 0.95)), ms(Math.max(...times)));
      await page.waitForTimeout(300);
    }
  }
  await page.close();
}
await close();
