/** The desktop app around the page: files, instances, what happens when a process dies. Each test starts an app of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ElectronApplication, Page } from '@playwright/test';
import { appArguments } from '../../main/start/electronBinary';
import { expect, test as base } from './app';
import { answerBoxes, launchElectron, SANDBOX, UNSAVED } from './electron';
import { epochOf, expectWire, openExample, startEmpty, trainForLong, typeValue } from './gestures';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SIMPLE = join(ROOT, 'renderer/examples/simple.wiregrad');

interface Desktop {
  /** A folder of this test alone. */
  readonly home: string;
  /** Starts the app with these arguments; it is ended when the test ends. */
  readonly start: (...args: string[]) => Promise<{ app: ElectronApplication; page: Page; kill(): Promise<void> }>;
}

const test = base.extend<{ desktop: Desktop }>({
  desktop: async ({ electron }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'wiregrad-desktop-'));
    const started = new Set<ElectronApplication>();
    await use({
      home,
      start: async (...args) => {
        const app = await launchElectron(electron!, home, ...args);
        started.add(app);
        app.once('close', () => started.delete(app));
        const kill = async (): Promise<void> => {
          const closed = app.waitForEvent('close');
          app.process().kill('SIGKILL');
          await closed;
        };
        return { app, page: await app.firstWindow(), kill };
      }
    });
    for (const app of started) {
      await answerBoxes(app, UNSAVED.discard);
      await app.close();
    }
    await rm(home, { recursive: true });
  }
});

/** Makes every dialog for saving answer `path`. */
function saveTo(app: ElectronApplication, path: string): Promise<void> {
  return app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
}

/** The process id of the engine. */
function engineOf(app: ElectronApplication): Promise<number> {
  return app.evaluate(({ app: electron }) => electron.getAppMetrics().find(({ name }) => name === 'Wiregrad engine')!.pid);
}

test('a graph that was built is saved by a dialog, and opened again from the command line', async ({ desktop }) => {
  const path = join(desktop.home, 'mine.wiregrad');
  const { app, page } = await desktop.start();
  await openExample(page, 'simple');
  await typeValue(page, 'x', '11');
  await saveTo(app, path);
  await page.getByTestId('btn-save').click();
  await expect(page.getByTestId('status')).not.toContainText('not saved');
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    format: 'wiregrad',
    nodes: [{ id: 'x', params: { value: 11 } }, {}, {}, {}, {}]
  });
  await app.close();

  const again = await desktop.start(path);
  await expect(again.page.getByTestId('value-x')).toHaveValue('11');
  await again.page.getByTestId('btn-backward').click();
  await expectWire(again.page, 'x', 'q.a', '11', '-4');
  // Saved where it came from, unasked.
  await typeValue(again.page, 'x', '12');
  await again.page.getByTestId('btn-save').click();
  await expect.poll(async () => JSON.parse(await readFile(path, 'utf8')).nodes[0].params.value).toBe(12);
});

test('a file that is none opens an error that names it, and the app goes on', async ({ desktop }) => {
  const path = join(desktop.home, 'missing.wiregrad');
  const { app, page } = await desktop.start();
  await app.evaluate(({ dialog }) => {
    dialog.showErrorBox = (_title, content) => ((globalThis as { shown?: string }).shown = content);
  });
  await startEmpty(page);
  await app.evaluate(({ app: electron }, missing) => void electron.emit('second-instance', {}, ['wiregrad', missing], '/'), path);
  await expect.poll(() => app.evaluate(() => (globalThis as { shown?: string }).shown)).toContain('missing.wiregrad');
  await page.getByTestId('palette-search').fill('add');
  await expect(page.getByTestId('palette-add')).toBeVisible();
});

test('a second start hands its document to the window that is open, and ends', async ({ desktop, electron }) => {
  const { app, page } = await desktop.start();
  await startEmpty(page);
  const second = spawn(
    electron!,
    [...appArguments(electron!, ROOT), `--user-data-dir=${join(desktop.home, 'electron')}`, ...SANDBOX, SIMPLE],
    {
      stdio: 'ignore'
    }
  );
  const [status] = (await once(second, 'exit')) as [number];
  expect(status).toBe(0);
  await expect(page.getByTestId('node-q')).toBeVisible();
  expect(app.windows()).toHaveLength(1);
});

test('a document that the system opens arrives, also one that comes while the page is loaded', async ({ desktop }) => {
  const { app, page } = await desktop.start();
  await startEmpty(page);
  await app.evaluate(({ app: electron, BrowserWindow }, path) => {
    BrowserWindow.getAllWindows()[0]!.webContents.reload();
    electron.emit('open-file', { preventDefault: () => undefined }, path);
  }, SIMPLE);
  await expect(page.getByTestId('node-q')).toBeVisible();
});

test('closing with unsaved work asks: the window stays, or closes when it was saved, and a saved document closes unasked', async ({
  desktop
}) => {
  const path = join(desktop.home, 'mine.wiregrad');
  const { app, page } = await desktop.start();
  await openExample(page, 'simple');
  await typeValue(page, 'x', '11');
  await expect(page.getByTestId('status')).toContainText('not saved');
  const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await answerBoxes(app, UNSAVED.cancel);
  await close();
  await expect(page.getByTestId('value-x')).toHaveValue('11');

  // Save, and then no place for it.
  await app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = async () => ({ canceled: true, filePath: '' });
  });
  await answerBoxes(app, UNSAVED.save);
  await close();
  await typeValue(page, 'x', '12');
  await saveTo(app, path);
  await page.getByTestId('btn-save').click();
  await expect(page.getByTestId('status')).not.toContainText('not saved');
  // It was asked to close before, and not now.
  await typeValue(page, 'x', '13');
  await expect(page.getByTestId('status')).toContainText('not saved');
  const closed = app.waitForEvent('close');
  await close();
  await closed;
  expect(JSON.parse(await readFile(path, 'utf8')).nodes[0].params.value).toBe(13);

  const again = await desktop.start(path);
  await expect(again.page.getByTestId('value-x')).toHaveValue('13');
  await answerBoxes(again.app, UNSAVED.cancel);
  const ended = again.app.waitForEvent('close');
  await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await ended;
});

test('a page that is loaded again in mid-training picks it up, its curve whole', async ({ desktop }) => {
  const { app, page } = await desktop.start();
  await trainForLong(page);
  const reached = await epochOf(page);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.reload());
  await expect(page.getByTestId('panel-stop')).toBeVisible();
  await expect.poll(() => epochOf(page)).toBeGreaterThan(reached);
  await expect(page.getByTestId('curve').first()).toBeVisible();
  await page.getByTestId('panel-stop').click();
  await expect(page.getByTestId('progress')).toContainText('stopped');
});

test('an engine that crashes leaves the window as it is, says so, and is there again', async ({ desktop }) => {
  const { app, page } = await desktop.start();
  await openExample(page, 'simple');
  await page.getByTestId('btn-backward').click();
  await expectWire(page, 'x', 'q.a', '-2', '-4');
  const first = await engineOf(app);
  process.kill(first, 'SIGKILL');
  await expect.poll(() => engineOf(app).catch(() => first)).not.toBe(first);
  await typeValue(page, 'z', '7');
  await expectWire(page, 'x', 'q.a', '-2', '7');
});

test('an engine that crashes in mid-training leaves the offer to go on, and the curve goes on with it', async ({ desktop }) => {
  const { app, page } = await desktop.start();
  await trainForLong(page);
  // Written down at most once a second.
  await expect
    .poll(() => readdir(join(desktop.home, 'electron', 'training')).catch(() => []))
    .toContainEqual(expect.stringMatching(/^\w+\.safetensors$/));
  process.kill(await engineOf(app), 'SIGKILL');
  await expect(page.getByTestId('interrupted')).toContainText('Training was interrupted after epoch');
  const [, reached] = /after epoch ([\d,]+)/.exec(await page.getByTestId('interrupted').innerText())!;
  await page.getByTestId('interrupted-continue').click();
  await expect.poll(() => epochOf(page)).toBeGreaterThan(Number(reached!.replaceAll(',', '')));
  await page.getByTestId('panel-stop').click();
  await expect(page.getByTestId('progress')).toContainText('stopped');
  const epochs = await page.getByTestId('epochs').locator('tbody tr').count();
  expect(epochs).toBeGreaterThan(0);
});

test('work that nobody saved comes back after the whole app was killed', async ({ desktop }) => {
  const path = join(desktop.home, 'mine.wiregrad');
  await copyFile(SIMPLE, path);
  const first = await desktop.start(path);
  await typeValue(first.page, 'x', '11');
  const drafts = () =>
    readdir(join(desktop.home, 'electron', 'drafts')).then(
      (names) => names.filter((name) => name.endsWith('.draft.json')),
      () => []
    );
  await expect.poll(drafts, { timeout: 1_500 }).toHaveLength(1);
  await first.kill();

  const { app, page } = await desktop.start();
  await expect(page.getByTestId('recovery')).toContainText('mine.wiregrad');
  await page.getByTestId('recovery-recover-0').click();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await expect(page.getByTestId('status')).toContainText('mine.wiregrad – not saved');
  // It is saved where it came from, and what stood there is a version.
  await page.getByTestId('btn-save').click();
  await expect(page.getByTestId('status')).not.toContainText('not saved');
  expect(JSON.parse(await readFile(path, 'utf8')).nodes[0].params.value).toBe(11);
  await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!
      .items.find(({ label }) => label === '&File')!
      .submenu!.items.find(({ label }) => label === 'Earlier versions…')!
      .click()
  );
  await expect(page.getByTestId('version-0')).toContainText('as it is now');
  await page.getByTestId('version-open-1').click();
  await expect(page.getByTestId('value-x')).toHaveValue('-2');
  await page.getByTestId('btn-undo').click();
  await expect(page.getByTestId('value-x')).toHaveValue('11');
  await expect.poll(drafts).toHaveLength(0);
});

test('work that the user does not want is not offered again', async ({ desktop }) => {
  const first = await desktop.start(SIMPLE);
  await typeValue(first.page, 'x', '11');
  await expect(first.page.getByTestId('status')).toContainText('not saved');
  await answerBoxes(first.app, UNSAVED.discard);
  await first.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
  await first.app.close();
  const { page } = await desktop.start(SIMPLE);
  await expect(page.getByTestId('value-x')).toHaveValue('-2');
  await expect(page.getByTestId('recovery')).toBeHidden();
});

test('a file that another program changed is not written over unasked', async ({ desktop }) => {
  const path = join(desktop.home, 'mine.wiregrad');
  await copyFile(SIMPLE, path);
  const { page } = await desktop.start(path);
  await typeValue(page, 'x', '11');
  const theirs = (await readFile(path, 'utf8')).replace('-2', '-3');
  await writeFile(path, theirs);
  await page.getByTestId('btn-save').click();
  await page.getByTestId('changed-cancel').click();
  expect(await readFile(path, 'utf8')).toBe(theirs);
  await expect(page.getByTestId('status')).toContainText('not saved');
  await page.getByTestId('btn-save').click();
  await page.getByTestId('changed-over').click();
  await expect(page.getByTestId('status')).not.toContainText('not saved');
  expect(JSON.parse(await readFile(path, 'utf8')).nodes[0].params.value).toBe(11);
});

test('a save that fails says why, loses nothing, and offers another place', async ({ desktop }) => {
  test.skip(process.getuid?.() !== 0 || process.platform !== 'linux', 'only the administrator can mount a disk of one mebibyte');
  const disk = join(desktop.home, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  try {
    const path = join(disk, 'mine.wiregrad');
    await copyFile(SIMPLE, path);
    const before = await readFile(path, 'utf8');
    const { app, page } = await desktop.start(path);
    await typeValue(page, 'x', '11');
    await writeFile(join(disk, 'filler'), new Uint8Array(1024 * 1024)).catch(() => undefined);
    await page.getByTestId('btn-save').click();
    await expect(page.getByTestId('toast')).toContainText('the disk is full');
    await expect(page.getByTestId('status')).toContainText('not saved');
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(disk)).toEqual(['filler', 'mine.wiregrad']);
    await saveTo(app, join(desktop.home, 'elsewhere.wiregrad'));
    await page.getByTestId('canvas').focus();
    await page.keyboard.press('Control+Shift+S');
    await expect(page.getByTestId('status')).toContainText('elsewhere.wiregrad');
    await expect(page.getByTestId('status')).not.toContainText('not saved');
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('a document with settings that cannot be read, and a list of recent files that cannot, start all the same', async ({ desktop }) => {
  const first = await desktop.start(SIMPLE);
  await expect(first.page.getByTestId('node-q')).toBeVisible();
  await first.app.close();
  await writeFile(join(desktop.home, 'electron', 'recent.json'), '[{"path": 1');
  const { page } = await desktop.start(SIMPLE);
  await expect(page.getByTestId('node-q')).toBeVisible();
});

test('what the real window allows: its preferences, its policy, and no way out of it', async ({ desktop }) => {
  const { app, page } = await desktop.start();
  await startEmpty(page);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    return (webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false
  });
  const seen = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective));
    const failed = async (what: () => unknown): Promise<boolean> => {
      try {
        await what();
        return false;
      } catch {
        return true;
      }
    };
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(frame);
    const answer = {
      // What DevTools runs may evaluate; what runs later may not.
      evaluates: await new Promise((resolve) => setTimeout(async () => resolve(!(await failed(() => (0, eval)('1')))))),
      injects: 'injected' in window,
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
      bridge: Object.values((window as unknown as { wiregrad: object }).wiregrad).flatMap((value) => typeof value),
      files: !(await failed(() => fetch('file:///etc/passwd'))),
      net: !(await failed(() => fetch('https://example.com/'))),
      camera: !(await failed(() => navigator.mediaDevices.getUserMedia({ video: true }))),
      notifications: await Notification.requestPermission(),
      opened: window.open('https://example.com/') !== null,
      outside: (await fetch('app://wiregrad/../package.json')).status,
      encoded: (await fetch('app://wiregrad/%2e%2e%2fpackage.json')).status
    };
    frame.remove();
    return { ...answer, violations: [...new Set(violations)].sort() };
  });
  expect(seen).toMatchObject({
    evaluates: false,
    injects: false,
    node: [],
    files: false,
    net: false,
    camera: false,
    notifications: 'denied',
    opened: false,
    outside: 404,
    encoded: 404
  });
  expect(seen.violations).toEqual(expect.arrayContaining(['script-src-elem', 'connect-src', 'frame-src']));
  expect(new Set(seen.bridge)).toEqual(new Set(['string', 'function', 'object']));
  await page.evaluate(() => (location.href = 'https://example.com/'));
  // A navigation that is refused never ends for Playwright; the window tells where it is.
  const address = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL());
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  expect(await address()).toBe('app://wiregrad/index.html');
  expect(app.windows()).toHaveLength(1);
});
