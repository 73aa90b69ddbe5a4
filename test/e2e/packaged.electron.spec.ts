/** The desktop app as it is handed out: packed into one archive, its fuses set. Those keep Playwright out, so it is driven over DevTools' own port. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { extractFile, listPackage } from '@electron/asar';
import { WebSocket } from 'ws';
import manifest from '../../package.json' with { type: 'json' };
import { expect, test } from './app';
import { SANDBOX } from './electron';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const [DISABLED, ENABLED] = [48, 49];

let folder: string;
let binary: string;
test.beforeAll(async ({}, { project }) => {
  test.setTimeout(180_000);
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-package-'));
  const dist = dirname((project.use as { electron: string }).electron);
  const packaging = spawnSync('npm', ['run', 'package', '--', '--dir', `-c.directories.output=${folder}`], {
    cwd: ROOT,
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: dist },
    encoding: 'utf8'
  });
  expect(packaging.status, packaging.stdout + packaging.stderr).toBe(0);
  binary = join(folder, 'linux-unpacked', 'wiregrad');
});
test.afterAll(() => rm(folder, { recursive: true }));

interface Driver {
  evaluate(expression: string): Promise<unknown>;
  /** Makes the page's process die. */
  crash(): void;
  close(): void;
}

/** Expressions in the page of the app that listens at `address`. */
async function drive(address: string): Promise<Driver> {
  const targets = async () =>
    (await (await fetch(`http://${new URL(address).host}/json`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
  await expect.poll(async () => (await targets()).filter(({ type }) => type === 'page')).toHaveLength(1);
  const socket = new WebSocket((await targets()).find(({ type }) => type === 'page')!.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.once('open', resolve));
  let last = 0;
  return {
    evaluate: (expression) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        const listen = (data: Buffer): void => {
          const message = JSON.parse(data.toString()) as {
            id?: number;
            result?: { result: { value?: unknown }; exceptionDetails?: unknown };
          };
          if (message.id !== id) return;
          socket.off('message', listen);
          if (message.result?.exceptionDetails) reject(new Error(JSON.stringify(message.result.exceptionDetails)));
          else resolve(message.result?.result.value);
        };
        socket.on('message', listen);
        socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, awaitPromise: true, returnByValue: true } }));
      }),
    crash: () => socket.send(JSON.stringify({ id: ++last, method: 'Page.crash' })),
    close: () => socket.close()
  };
}

interface Started {
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Makes the page's process die, and resolves when the page is there again. */
  crash(): Promise<void>;
  /** What it wrote so far. */
  readonly told: () => string;
  end(): Promise<unknown>;
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const home = await mkdtemp(join(folder, 'home-'));
  const app = spawn(binary, [...SANDBOX, '--remote-debugging-port=0', `--user-data-dir=${home}`, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe']
  });
  const ended = new Promise((resolve) => app.once('exit', resolve));
  let told = '';
  app.stderr.on('data', (text: Buffer) => (told += text.toString()));
  const address = (): string | undefined => /ws:\/\/\S+\/browser\/\S+/.exec(told)?.[0];
  await expect.poll(address, { timeout: 20_000 }).toBeTruthy();
  let page = await drive(address()!);
  const loaded = () => expect.poll(() => page.evaluate('location.href')).toBe('app://wiregrad/index.html');
  await loaded();
  return {
    evaluate: (expression) => page.evaluate(expression),
    async crash() {
      page.crash();
      page.close();
      page = await drive(address()!);
      await loaded();
    },
    told: () => told,
    end: () => {
      page.close();
      app.kill();
      return ended;
    }
  };
}

test('starts, opens the document that it is given, and trains it; a page that crashes meanwhile comes back to it', async () => {
  const example = JSON.parse(await readFile(join(ROOT, 'renderer/examples/xor.wiregrad'), 'utf8')) as { training: object };
  const document = join(folder, 'long.wiregrad');
  await writeFile(document, JSON.stringify({ ...example, training: { ...example.training, epochs: 10_000_000 } }));
  const app = await start([document]);
  const click = (testId: string) => app.evaluate(`document.querySelector('[data-testid="${testId}"]').click()`);
  const gates = () => app.evaluate(`document.querySelectorAll('[data-testid^="node-"]').length`);
  const epoch = async (): Promise<number> => {
    const text = await app.evaluate(`document.querySelector('[data-testid="progress"]')?.innerText ?? ''`);
    return Number(/Epoch ([\d,]+)/.exec(String(text))?.[1]?.replaceAll(',', '') ?? 0);
  };
  await expect.poll(gates).toBeGreaterThan(5);
  await click('btn-train');
  await expect.poll(epoch, { timeout: 20_000 }).toBeGreaterThan(100);
  const reached = await epoch();
  await app.crash();
  await expect.poll(epoch, { timeout: 20_000 }).toBeGreaterThan(reached);
  await expect.poll(gates).toBeGreaterThan(5);
  await app.end();
});

test('its archive holds what was built and no source, and all code is in it', async () => {
  const resources = join(folder, 'linux-unpacked', 'resources');
  expect(await readdir(resources)).toEqual(['app.asar']);
  const files = listPackage(join(resources, 'app.asar'), { isPack: false }).map((name) => name.replaceAll('\\', '/'));
  expect(files.filter((name) => /\.(ts|vue|map)$|^\/(engine|main|renderer|test|node_modules)\b/.test(name))).toEqual([]);
  for (const file of ['/package.json', '/out/main/electron.cjs', '/out/main/engine.cjs', '/out/kernels.wasm', '/out/renderer/index.html']) {
    expect(files).toContain(file);
  }
  expect(extractFile(join(resources, 'app.asar'), 'out/main/electron.cjs')).toEqual(await readFile(join(ROOT, 'out/main/electron.cjs')));
});

test('its fuses are those of the configuration, where this Electron has them', async () => {
  const wire = (await getCurrentFuseWire(binary)) as unknown as Record<number, number | undefined>;
  const seen: string[] = [];
  for (const [name, enabled] of Object.entries(manifest.build.electronFuses)) {
    const state = wire[FuseV1Options[(name[0]!.toUpperCase() + name.slice(1)) as keyof typeof FuseV1Options]];
    if (state === undefined) continue;
    expect([name, state]).toEqual([name, enabled ? ENABLED : DISABLED]);
    seen.push(name);
  }
  expect(seen).toEqual(
    expect.arrayContaining(['runAsNode', 'enableNodeOptionsEnvironmentVariable', 'enableNodeCliInspectArguments', 'onlyLoadAppFromAsar'])
  );
});

test('its fuses keep other programs out: it is no Node, takes no options of Node, and nobody can debug it', async () => {
  const marks = join(folder, 'marks');
  await mkdir(marks);
  const script = join(folder, 'script.cjs');
  await writeFile(script, `require('node:fs').writeFileSync(${JSON.stringify(join(marks, 'required'))}, '')`);
  const app = await start(['-e', `require('node:fs').writeFileSync(${JSON.stringify(join(marks, 'evaluated'))}, '')`, '--inspect=0'], {
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: `--require=${script}`
  });
  expect(await readdir(marks)).toEqual([]);
  expect(app.told()).not.toContain('Debugger listening');
  await app.end();
});
