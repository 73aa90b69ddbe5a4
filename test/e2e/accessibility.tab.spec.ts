/** Every view in both themes against WCAG 2.1 AA as axe-core checks it, and what axe cannot see: focus, keys, motion. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { onWire, openExample, openFile, startEmpty } from './gestures';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** The rules about colours, which is all that a theme changes. */
const COLORS = ['color-contrast', 'link-in-text-block'];

/** What breaks the rules on the page as it stands, a line each with the first element at fault. */
async function violations(page: Page, runOnly: readonly string[]): Promise<string[]> {
  const { violations: found } = await page.evaluate(
    (options) => (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(options),
    { runOnly, resultTypes: ['violations'] }
  );
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`);
}

/** A view, how a person gets there from the one before it, and the test id that is in view then. */
type View = readonly [name: string, reach: (page: Page) => Promise<void>, witness: string];

const click = (testId: string) => (page: Page) => page.getByTestId(testId).click();
/** Presses keys one after another, on the graph. */
const press =
  (...keys: readonly string[]) =>
  async (page: Page): Promise<void> => {
    await page.getByTestId('canvas').focus();
    for (const key of keys) await page.keyboard.press(key);
  };
const leave = (page: Page): Promise<void> => page.keyboard.press('Escape');
const then =
  (...steps: readonly ((page: Page) => Promise<void>)[]) =>
  async (page: Page): Promise<void> => {
    for (const step of steps) await step(page);
  };

const TABLE = 'kind,length,width\noak,2.1,5\nelm,,4.2\nash,6.4,3.1\n';
const chain = (length: number): string => {
  const ids = Array.from({ length }, (_, at) => `g${at}`);
  return JSON.stringify({
    format: 'wiregrad',
    version: 1,
    name: 'chain',
    nodes: ids.map((id, at) => (at === 0 ? { id, gate: 'variable', params: { value: 1 } } : { id, gate: 'tanh' })),
    wires: ids.slice(1).map((id, at) => ({ from: `g${at}`, to: `${id}.x` })),
    objective: ids.at(-1)
  });
};

const JOURNEYS: Readonly<Record<string, readonly View[]>> = {
  'the gallery, an empty document and what lies above it': [
    ['gallery', async () => undefined, 'gallery'],
    ['empty canvas and document inspector', startEmpty, 'document-name'],
    ['data panel without a table', click('tab-data'), 'data-panel'],
    ['training panel of an empty document', click('tab-training'), 'training'],
    ['command palette', press('F1'), 'command-search'],
    ['shortcuts', then(leave, press('?')), 'shortcut-search'],
    ['shortcuts while keys are taken down', click('shortcut-change-edit.undo'), 'shortcuts'],
    ['menu', then(leave, leave, click('menu'), click('menu-view')), 'menu-view.theme'],
    ['list of gates to add', then(leave, leave, press('Tab')), 'add-search']
  ],
  'an example, its results and what is selected': [
    ['example', (page) => openExample(page, 'simple'), 'node-q'],
    ['results', click('btn-backward'), 'memory'],
    ['gate', click('node-q'), 'gate-id'],
    ['menu of a gate', press('Shift+F10'), 'context-menu'],
    [
      'wire and its figures',
      async (page) => {
        await leave(page);
        const { x, y } = await onWire(page, 'q', 'a');
        await page.mouse.click(x, y);
        await page.mouse.move(x - 2, y);
      },
      'wire-tooltip'
    ],
    ['notice', click('btn-check'), 'toast'],
    ['gradient check', async () => undefined, 'check-result'],
    ['find box', press('Control+f'), 'find'],
    ['title of a frame while it is typed', then(leave, press('Control+a', 'Control+g')), 'annotation-text'],
    ['frame', (page) => page.keyboard.press('Enter'), 'frame-0'],
    ['note while it is typed', then(press('Shift+n'), (page) => page.keyboard.type('Run it')), 'annotation-text'],
    ['note', leave, 'note-0'],
    ['unsaved question', press('Alt+n'), 'unsaved']
  ],
  'problems, an opened definition, a formula and a large graph': [
    ['own gate and its formula', then((page) => openExample(page, 'swish'), click('node-swish')), 'param-forward'],
    ['wrong formula', (page) => page.getByTestId('param-forward').fill('x *'), 'code-problem-forward'],
    ['error among the notices', (page) => openFile(page, 'broken.wiregrad', '{'), 'toast'],
    ['problems', (page) => page.getByTestId('palette-add').dblclick(), 'problem-0'],
    ['large graph with its minimap', then((page) => openFile(page, 'chain.wiregrad', chain(30)), click('unsaved-discard')), 'minimap'],
    ['opened definition', press('Control+f', 'g', '5', 'Enter', 'Control+Shift+e', 'Alt+ArrowDown'), 'breadcrumb']
  ],
  'what is learnt, in curves and pictures': [
    [
      'curves, plane and runs',
      async (page) => {
        await openExample(page, 'spirals');
        await page.getByTestId('tab-training').click();
        await page.getByTestId('panel-train').click();
        await expect(page.getByTestId('progress')).toContainText('finished');
      },
      'run-run 1'
    ],
    ['menu of a run', click('run-menu-run 1'), 'run-menu-run 1'],
    ['curves at large', then(leave, click('curves-large')), 'curves-dialog'],
    ['weights', then(leave, click('training-weights')), 'ridges'],
    ['weights at large', click('weights-large'), 'weights-dialog'],
    ['evaluation', then(leave, click('training-evaluate'), click('evaluate-validation')), 'confusion'],
    ['confusion matrix at large', click('evaluation-large'), 'evaluation-dialog'],
    ['prediction', then(leave, click('training-predict'), click('predict-take')), 'probabilities'],
    [
      'setup with all there is',
      async (page) => {
        await page.getByTestId('training-setup').click();
        for (const box of ['use-clip_norm', 'use-early_stopping']) await page.getByTestId(box).check();
        await page.getByTestId('schedule').selectOption('plateau');
        await page.getByTestId('trainer').selectOption('torchrun');
      },
      'rate-preview'
    ]
  ],
  'data, looked at and made': [
    ['table with empty cells', then(startEmpty, (page) => openFile(page, 'leaves.csv', TABLE)), 'missing'],
    ['where the cells are', (page) => page.getByTestId('missing-list').locator('summary').click(), 'missing-list'],
    ['file that is refused', (page) => openFile(page, 'broken.csv', 'a,a\n1,2\n'), 'data-refusal'],
    ['table at large', click('btn-look'), 'column-table'],
    [
      'points to be made',
      then(leave, click('btn-make-data'), (page) => expect(page.getByTestId('scatter').last()).toBeVisible()),
      'make-data'
    ],
    [
      'pictures to be made',
      async (page) => {
        await page.getByTestId('make-digits').check();
        await expect(page.getByTestId('make-preview').getByTestId('thumbnails')).toBeVisible();
      },
      'make-fonts'
    ],
    [
      'pictures, and all that is to be chosen',
      then(click('make-it'), (page) => expect(page.getByTestId('split-counts')).toContainText('8,000')),
      'thumbnails'
    ]
  ],
  'training, data and a narrow window': [
    ['training panel', then((page) => openExample(page, 'xor'), click('tab-training')), 'panel-train'],
    [
      'finished training',
      async (page) => {
        await page.getByTestId('panel-train').click();
        await expect(page.getByTestId('progress')).toContainText('finished');
      },
      'progress'
    ],
    ['data panel with a table', (page) => openFile(page, 'leaves.csv', TABLE), 'role-length'],
    ['drawer', then((page) => page.setViewportSize({ width: 700, height: 430 }), click('btn-side')), 'data-panel'],
    ['settings of a run', click('btn-choices'), 'precision']
  ]
};

for (const [journey, views] of Object.entries(JOURNEYS)) {
  test(`WCAG AA in both themes: ${journey}`, async ({ app }) => {
    await app.emulateMedia({ reducedMotion: 'reduce' });
    await app.evaluate(AXE);
    for (const [name, reach, witness] of views) {
      await reach(app);
      await expect(app.getByTestId(witness).first(), name).toBeVisible();
      for (const [colorScheme, rules] of [
        ['dark', COLORS],
        ['light', WCAG]
      ] as const) {
        await app.emulateMedia({ colorScheme });
        await expect(app.locator('html')).toHaveAttribute('data-theme', colorScheme);
        expect.soft(await violations(app, rules), `${name}, ${colorScheme}`).toEqual([]);
      }
    }
  });
}

test('F6 goes round the parts of the window and back', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('palette-add').dblclick();
  await app.getByTestId('tab-training').click();
  const stops = ['menu', 'palette-search', 'canvas', 'problem-0', 'tab-training'];
  for (const stop of [...stops.slice(0, -1), 'tab-training', 'menu']) {
    await app.keyboard.press('F6');
    await expect(app.getByTestId(stop)).toBeFocused();
  }
  for (const stop of stops.toReversed()) {
    await app.keyboard.press('Shift+F6');
    await expect(app.getByTestId(stop)).toBeFocused();
  }
  // What is hidden is passed by.
  await app.getByTestId('btn-palette').click();
  await app.keyboard.press('F6');
  await expect(app.getByTestId('canvas')).toBeFocused();
});

test('Escape leads from a field to the graph and leaves what is selected', async ({ app }) => {
  await openExample(app, 'simple');
  await app.getByTestId('node-q').click();
  for (const field of ['palette-search', 'gate-id']) {
    await app.getByTestId(field).focus();
    await app.keyboard.press('Escape');
    await expect(app.getByTestId('canvas')).toBeFocused();
    await expect(app.getByTestId('node-q')).toHaveClass(/selected/);
  }
  await app.keyboard.press('Escape');
  await expect(app.getByTestId('node-q')).not.toHaveClass(/selected/);
});

test('whatever has the focus shows it', async ({ app }) => {
  await openExample(app, 'swish');
  await app.locator('[data-testid^="node-swish"]').click();
  // Rings are for those who use the keyboard.
  await app.keyboard.press('F6');
  const bare = await app.evaluate(() => {
    const ringed = (element: Element): boolean => getComputedStyle(element).outlineStyle !== 'none';
    const targets = [...document.querySelectorAll<HTMLElement>('button, input, select, textarea, [tabindex="0"]')];
    return targets
      .filter((element) => {
        element.focus();
        // A composed field has the ring around all of it.
        return document.activeElement === element && !ringed(element) && !ringed(element.closest('.editor') ?? element);
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 120));
  });
  expect(bare).toEqual([]);
});

test('nothing moves for those who want less motion', async ({ app }) => {
  await app.emulateMedia({ reducedMotion: 'reduce' });
  await openExample(app, 'simple');
  const moving = await app.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration !== '0s' || animationName !== 'none';
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 120))
  );
  expect(moving).toEqual([]);
});
