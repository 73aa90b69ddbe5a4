/** What pages elsewhere can do to the served app, in a browser that has its cookie: nothing. */
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, LaunchOptions } from '@playwright/test';
import { expect, serve, test } from './app';

let home: string;
let serving: Awaited<ReturnType<typeof serve>>;
let origin: string;
let attacker: Server;
let attacking: string;
/** Whose names lead where an attacker's DNS would lead them. */
let browser: Browser;
let context: BrowserContext;

test.beforeAll(async ({ playwright }, { project }) => {
  home = await mkdtemp(join(tmpdir(), 'wiregrad-security-'));
  // What opens addresses on this system notes them instead.
  await writeFile(join(home, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > ${join(home, 'opened')}\n`, { mode: 0o755 });
  serving = await serve(home, '--open');
  ({ origin } = new URL(serving.address));
  attacker = createServer((_request, response) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>attacker</title>')
  );
  await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
  attacking = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`;
  const { launchOptions } = project.use as { launchOptions: LaunchOptions };
  const rules = '--host-resolver-rules=MAP attacker.example 127.0.0.1, MAP *.attacker.example 127.0.0.1';
  browser = await playwright.chromium.launch({ ...launchOptions, args: [...(launchOptions.args ?? []), rules] });
});
test.afterAll(async () => {
  await browser.close();
  attacker.close();
  serving.server.kill('SIGTERM');
  await once(serving.server, 'exit');
  await rm(home, { recursive: true });
});
test.beforeEach(async () => {
  context = await browser.newContext();
});
test.afterEach(() => context.close());

/** Opens the app, which leaves its cookie in the browser. */
async function openApp() {
  const page = await context.newPage();
  await page.goto(serving.address);
  await expect(page.getByTestId('gallery')).toBeVisible();
  return page;
}

test('a name that DNS leads here gets neither the page nor a cookie, with the token or without', async () => {
  await openApp();
  const { port, search } = new URL(serving.address);
  for (const name of ['attacker.example', 'sub.attacker.example']) {
    for (const path of ['/', `/${search}`, '/index.html', '/assets/']) {
      const page = await context.newPage();
      const answer = await page.goto(`http://${name}:${port}${path}`);
      expect([name, path, answer!.status()]).toEqual([name, path, 403]);
      expect(await page.title()).not.toContain('Wiregrad');
      const socket = await page.evaluate(
        (url) =>
          new Promise((resolve) => {
            const tried = new WebSocket(url);
            tried.onopen = () => resolve('open');
            tried.onerror = () => resolve('refused');
          }),
        `ws://${name}:${port}/engine`
      );
      expect(socket).toBe('refused');
      await page.close();
    }
  }
  expect((await context.cookies()).map(({ domain }) => domain)).toEqual(['127.0.0.1']);
});

test('a page on another port of this machine, to which the browser sends our cookie, reads and changes nothing', async () => {
  const app = await openApp();
  const page = await context.newPage();
  await page.goto(attacking);
  const seen = await page.evaluate(async (target) => {
    const fails = (what: Promise<unknown>): Promise<boolean> =>
      what.then(
        () => false,
        () => true
      );
    const loads = (tag: 'script' | 'img' | 'link', address: string): Promise<boolean> =>
      new Promise((resolve) => {
        const element = document.createElement(tag);
        if (element instanceof HTMLLinkElement) Object.assign(element, { rel: 'stylesheet', href: address });
        else element.src = address;
        element.onload = () => resolve(true);
        element.onerror = () => resolve(false);
        document.head.append(element);
      });
    const framed = (): Promise<boolean> =>
      new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = target;
        // A refused frame loads an error page, whose window can no more be read than ours could.
        frame.onload = () => resolve(frame.contentWindow!.length > 0);
        document.body.append(frame);
      });
    return {
      fetched: !(await fails(fetch(target, { credentials: 'include' }))),
      posted: !(await fails(fetch(target, { method: 'POST', credentials: 'include', body: 'x' }))),
      deleted: !(await fails(fetch(target, { method: 'DELETE', credentials: 'include' }))),
      opaque: await fetch(target, { mode: 'no-cors', credentials: 'include' }).then(
        ({ status, type }) => `${type} ${status}`,
        () => 'blocked'
      ),
      script: await loads('script', `${target}/index.html`),
      image: await loads('img', `${target}/theme/icon.svg`),
      style: await loads('link', `${target}/index.html`),
      framed: await framed(),
      socket: await new Promise((resolve) => {
        const tried = new WebSocket(`${target.replace('http', 'ws')}/engine`);
        tried.onopen = () => resolve('open');
        tried.onerror = () => resolve('refused');
      })
    };
  }, origin);
  expect(seen).toEqual({
    fetched: false,
    posted: false,
    deleted: false,
    opaque: expect.stringMatching(/^(blocked|opaque 0)$/),
    script: false,
    image: false,
    style: false,
    framed: false,
    socket: 'refused'
  });

  // A window that it opens is out of its reach and shows nothing of ours, and a form that it sends is refused.
  const [opened] = await Promise.all([context.waitForEvent('page'), page.evaluate((target) => void window.open(target), origin)]);
  await opened.waitForLoadState();
  expect(await opened.evaluate(() => window.opener === null)).toBe(true);
  await expect(opened.locator('body')).toHaveText(/^no valid token/);
  const form = await context.newPage();
  await form.goto(attacking);
  const [answer] = await Promise.all([
    form.waitForResponse(origin + '/'),
    form.evaluate((target) => {
      const sent = document.createElement('form');
      Object.assign(sent, { method: 'POST', action: target });
      document.body.append(sent);
      sent.submit();
    }, origin)
  ]);
  expect(answer.status()).toBe(405);
  await app.getByTestId('gallery-simple').click();
  await app.getByTestId('btn-forward').click();
  await expect(app.getByTestId('outputs').locator('[data-output="f"]')).toHaveAttribute('data-value', '-12');
});

test('the file that leads a browser here opens the app once, and leaves no secret in its history', async () => {
  const opened = () => readFile(join(home, 'opened'), 'utf8').catch(() => '');
  await expect.poll(opened).toMatch(/^file:.*wiregrad-open-.*\/open\.html$/);
  const file = await opened();
  const path = fileURLToPath(file);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  const copy = join(home, 'copy.html');
  await copyFile(path, copy);
  const page = await context.newPage();
  await page.goto(file);
  await expect(page.getByTestId('gallery')).toBeVisible();
  expect(page.url()).toBe(`${origin}/`);
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  expect(await page.evaluate(() => document.cookie)).toBe('');
  // It was used, so it is gone with its folder.
  await expect.poll(() => readdir(dirname(path)).catch(({ code }: NodeJS.ErrnoException) => code)).toBe('ENOENT');
  // Loaded again the app is still there; in another browser what the file said is of no use any more.
  await page.reload();
  await expect(page.getByTestId('gallery')).toBeVisible();
  const other = await browser.newContext();
  const late = await other.newPage();
  const [answer] = await Promise.all([
    late.waitForResponse((response) => response.url().startsWith(origin)),
    late.goto(pathToFileURL(copy).href)
  ]);
  expect(answer.status()).toBe(403);
  await other.close();
});

test('the page runs no code but its own, and reaches nothing but itself', async () => {
  const page = await openApp();
  const seen = await page.evaluate(async (elsewhere) => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.push(effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    const frame = Object.assign(document.createElement('iframe'), { src: elsewhere });
    const image = Object.assign(document.createElement('img'), { src: `${elsewhere}/x.png` });
    document.body.append(script, frame, image);
    const style = document.createElement('div');
    style.setAttribute('style', 'color: red');
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          resolve((0, eval)('1'));
        } catch {
          resolve('refused');
        }
      })
    );
    const fetched = await fetch(elsewhere).then(
      () => 'answered',
      () => 'refused'
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { evaluated, fetched, injected: 'injected' in window, violations: [...new Set(violations)].sort() };
  }, attacking);
  expect(seen).toMatchObject({ evaluated: 'refused', fetched: 'refused', injected: false });
  expect(seen.violations).toEqual(
    expect.arrayContaining(['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem', 'style-src-attr'])
  );
});
