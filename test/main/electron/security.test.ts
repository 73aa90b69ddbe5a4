/** Electron's own checklist, item by item and by its numbers (docs/tutorial/security.md). What a real window says is in the end-to-end specs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LECTURE } from '../../../main/contract/links';
import { externalAddress, guardPage, guardSession, mayUse } from '../../../main/electron/guards';
import { isFrom, messagesOf } from '../../../main/electron/ipc';
import { handleScheme, isOurPage, PAGE, registerScheme } from '../../../main/electron/protocol';
import { windowOptions } from '../../../main/electron/window';
import { pageHeaders, resolvePage } from '../../../main/services/page';
import { FakeContents, FakeSession, type FakeIpc, type fakeElectron } from './fakeElectron';
import manifest from '../../../package.json';

vi.mock('electron', async () => (await import('./fakeElectron')).fakeElectron());
const fake = electron as unknown as ReturnType<typeof fakeElectron>;
const ipc = fake.ipcMain as FakeIpc;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const sources = (folder: string): { name: string; text: string }[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue|html)$/.test(name))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') }));
const having = (pattern: RegExp, ...folders: string[]): string[] =>
  folders.flatMap(sources).flatMap(({ name, text }) => (pattern.test(text) ? [name] : []));

/** Addresses that are not ours, many of which look as if they were. */
const HOSTILE = [
  'https://example.com/',
  'http://wiregrad/index.html',
  'https://wiregrad/index.html',
  'app://wiregrad.example.com/index.html',
  'app://wiregrad@example.com/index.html',
  'app://example.com/wiregrad/index.html',
  'app://user:password@wiregrad/index.html',
  'app://wiregrad:8080/index.html',
  'app://Wiregrad%2eexample/index.html',
  'app:/wiregrad/index.html',
  'app:wiregrad',
  'apps://wiregrad/index.html',
  'file:///etc/passwd',
  'file://wiregrad/index.html',
  'data:text/html,<script>alert(1)</script>',
  'blob:app://wiregrad/0b8f',
  'javascript:alert(1)',
  'about:blank',
  'chrome://settings',
  'devtools://devtools/bundled/inspector.html',
  'view-source:app://wiregrad/index.html',
  'filesystem:app://wiregrad/temporary/x.html',
  'ws://127.0.0.1/',
  'smb://server/share',
  'ms-msdt:/id PCWDiagnostic',
  'mailto:someone@example.com',
  '\\\\server\\share',
  '//example.com',
  '',
  'no address at all'
];

const page = (): Electron.WebContents & FakeContents => new FakeContents() as unknown as Electron.WebContents & FakeContents;
const preferences = windowOptions('/preload.cjs').webPreferences!;
const policy = new Map(
  pageHeaders()
    ['Content-Security-Policy']!.split('; ')
    .map((directive) => {
      const [name, ...values] = directive.split(' ');
      return [name!, values];
    })
);

beforeEach(() => {
  vi.clearAllMocks();
  ipc.removeAllListeners();
  ipc.handlers.clear();
});

describe("Electron's security checklist", () => {
  it('1: loads only its own files, and nothing over http', () => {
    expect(isOurPage(PAGE)).toBe(true);
    expect(having(/loadURL\((?!PAGE\))|loadFile\(/, 'main/electron')).toEqual([]);
    expect(having(/(src|href)="https?:/, 'renderer')).toEqual([]);
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect([...policy.values()].flat().filter((source) => /^(\*|http|https|ftp)/.test(source))).toEqual([]);
  });

  it('2: gives no page Node', () => {
    expect(preferences).toMatchObject({ nodeIntegration: false, nodeIntegrationInSubFrames: false, nodeIntegrationInWorker: false });
  });

  it('3: isolates the preload script from the page', () => {
    expect(preferences.contextIsolation).toBe(true);
  });

  it('4: puts the page into the sandbox, and nothing takes it out', () => {
    expect(preferences.sandbox).toBe(true);
    expect(having(/no-sandbox/, 'main/electron', 'main/services')).toEqual([]);
  });

  it('5: grants the clipboard to its own page and nothing else to anybody', () => {
    const session = new FakeSession();
    guardSession(session as unknown as Electron.Session);
    const asked = (permission: string, url: string): boolean => {
      let granted = false;
      session.request(null, permission, (answer) => (granted = answer), { requestingUrl: url });
      return granted;
    };
    expect(asked('clipboard-read', PAGE)).toBe(true);
    expect(asked('clipboard-sanitized-write', PAGE)).toBe(true);
    expect(session.check(null, 'clipboard-read', 'app://wiregrad/')).toBe(true);
    for (const url of HOSTILE)
      expect([url, asked('clipboard-read', url), session.check(null, 'clipboard-read', url)]).toEqual([url, false, false]);
    const others =
      'media geolocation notifications midi midiSysex pointerLock fullscreen openExternal hid serial usb display-capture mediaKeySystem window-management idle-detection storage-access fileSystem unknown __proto__';
    for (const permission of others.split(' ')) {
      expect([permission, asked(permission, PAGE), session.check(null, permission, PAGE), mayUse(permission, PAGE)]).toEqual([
        permission,
        false,
        false,
        false
      ]);
    }
    expect(session.device()).toBe(false);
  });

  it('6: leaves web security on', () => {
    expect(preferences.webSecurity).toBe(true);
    expect(having(/disable-web-security/, 'main')).toEqual([]);
  });

  it('7: has a policy without unsafe-inline and unsafe-eval, that lets in no frame, plugin or foreign script', () => {
    expect(pageHeaders()['Content-Security-Policy']).not.toMatch(/unsafe-|data:[^;]*script|\*/);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('style-src')).toEqual(["'self'"]);
    for (const name of ['frame-ancestors', 'base-uri', 'form-action']) expect(policy.get(name)).toEqual(["'none'"]);
    for (const name of ['frame-src', 'object-src', 'child-src']) expect(policy.get(name) ?? ["'none'"]).toEqual(["'none'"]);
  });

  it('8: runs no insecure content', () => {
    expect(preferences.allowRunningInsecureContent).toBe(false);
  });

  it('9: enables no experimental features', () => {
    expect(preferences.experimentalFeatures).toBe(false);
  });

  it('10: enables no blink features and no command line switches', () => {
    expect(preferences).not.toHaveProperty('enableBlinkFeatures');
    expect(having(/appendSwitch|enable-features|enableBlinkFeatures/, 'main/electron')).toEqual([]);
  });

  it('11 and 12: has no <webview>, and attaches none', () => {
    expect(preferences.webviewTag).toBe(false);
    expect(having(/<webview/, 'renderer')).toEqual([]);
    const shown = page();
    guardPage(shown);
    const event = { preventDefault: vi.fn() };
    shown.emit('will-attach-webview' as never, event as never);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });

  it.each(HOSTILE)('13: does not navigate to %j', (url) => {
    const shown = page();
    guardPage(shown);
    const events = [
      ['will-navigate', { url, preventDefault: vi.fn() }],
      ['will-redirect', { url, preventDefault: vi.fn() }],
      ['will-frame-navigate', { url, preventDefault: vi.fn() }]
    ] as const;
    for (const [name, event] of events) {
      shown.emit(name as never, event as never);
      expect(event.preventDefault, name).toHaveBeenCalledOnce();
    }
    // Before Electron 25 the address is the second argument.
    const older = { preventDefault: vi.fn() };
    shown.emit('will-navigate' as never, older as never, url as never);
    expect(older.preventDefault).toHaveBeenCalledOnce();
  });

  it('13: may load its own page again', () => {
    const shown = page();
    guardPage(shown);
    const event = { url: PAGE, preventDefault: vi.fn() };
    shown.emit('will-navigate' as never, event as never);
    expect(event.preventDefault).not.toHaveBeenCalled();
  });

  it.each([...HOSTILE, PAGE])('14: opens no window for %j', (url) => {
    const shown = page();
    guardPage(shown);
    expect(shown.windowOpen!({ url })).toEqual({ action: 'deny' });
    expect(fake.shell.openExternal).not.toHaveBeenCalled();
  });

  it.each([
    ...HOSTILE,
    `${LECTURE}../../../~other/`,
    `${LECTURE}?next=https://example.com`,
    `${LECTURE}#x`,
    LECTURE.replace('https:', 'http:'),
    LECTURE.replace('https://', 'https://user@'),
    LECTURE.toUpperCase(),
    ` ${LECTURE}`
  ])('15: hands %j to no other program', (url) => {
    expect(externalAddress(url)).toBeNull();
  });

  it('15: hands its own link to the browser', () => {
    const shown = page();
    guardPage(shown);
    expect(shown.windowOpen!({ url: LECTURE })).toEqual({ action: 'deny' });
    expect(fake.shell.openExternal.mock.calls).toEqual([[LECTURE]]);
    expect(having(/openExternal|openPath/, 'main', 'renderer')).toEqual(['main/electron/guards.ts']);
  });

  it('16: is made for a current version', () => {
    expect(Number(/\d+/.exec(manifest.devDependencies.electron)![0])).toBeGreaterThanOrEqual(45);
  });

  it('17: hears the page itself alone', async () => {
    const shown = page();
    const heard: unknown[] = [];
    const messages = messagesOf(shown);
    messages.on('told', (payload) => heard.push(payload));
    messages.answer('asked', { open: async () => 'opened' });
    const asked = ipc.handlers.get('asked')!;
    const strangers = [
      { sender: page(), senderFrame: shown.mainFrame },
      { sender: shown, senderFrame: null },
      // A frame within the page, even one of ours.
      { sender: shown, senderFrame: { url: PAGE } },
      ...HOSTILE.map((url) => ({ sender: Object.assign(page(), { mainFrame: { url } }), senderFrame: { url } }))
    ];
    for (const event of strangers) {
      ipc.emit('told', event, 'a lie');
      expect(await asked(event, 'open')).toEqual({ failure: 'there is no such call' });
    }
    for (const url of HOSTILE) {
      const led = page();
      Object.assign(led.mainFrame, { url });
      expect(isFrom(led, { sender: led, senderFrame: led.mainFrame })).toBe(false);
    }
    const event = { sender: shown, senderFrame: shown.mainFrame };
    ipc.emit('told', event, 'the truth');
    expect(heard).toEqual(['the truth']);
    expect(await asked(event, 'open')).toEqual({ value: 'opened' });
  });

  it('17: answers no name that is not a call of its own, and has no other way in', async () => {
    const shown = page();
    messagesOf(shown).answer('asked', { open: async () => 'opened' });
    const asked = ipc.handlers.get('asked')!;
    const event = { sender: shown, senderFrame: shown.mainFrame };
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'Open', '', undefined, null, {}, ['open']])
      expect(await asked(event, name)).toEqual({ failure: 'there is no such call' });
    expect(having(/ipcMain/, 'main')).toEqual(['main/electron/ipc.ts']);
  });

  it('18: serves its page over a protocol of its own, and never file://', () => {
    registerScheme();
    const [[{ scheme, privileges }]] = fake.protocol.registerSchemesAsPrivileged.mock.calls[0] as [[Electron.CustomScheme]];
    expect(scheme).toBe('app');
    expect(privileges).not.toHaveProperty('bypassCSP');
    expect(privileges).not.toHaveProperty('corsEnabled');
    expect(having(/file:\/\/|loadFile/, 'main/electron', 'renderer')).toEqual([]);
  });

  it('18: the protocol gives out the built page and nothing beside it', async () => {
    const root = join(ROOT, 'renderer');
    handleScheme(root);
    const answer = fake.protocol.handle.mock.calls[0]![1] as (request: { url: string }) => Promise<Response>;
    const paths = [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/%2e%2e%2fpackage.json',
      '/..\\package.json',
      '/%5c..%5cpackage.json',
      '/%2e%2e%5cpackage.json',
      '/x/../../package.json',
      '/./../package.json',
      '/....//package.json',
      '/%252e%252e/package.json',
      '/%c0%ae%c0%ae/package.json',
      '/index.html%00.png',
      '/%',
      '//etc/passwd',
      '/etc/passwd',
      '/C:/Windows/win.ini',
      '/'.repeat(5000),
      '/theme',
      '/no-such-file'
    ];
    for (const path of paths) {
      const response = await answer({ url: `app://wiregrad${path}` });
      expect([path, response.status]).toEqual([path, 404]);
      expect(resolvePage(root, path)?.startsWith(root) ?? true).toBe(true);
    }
    for (const url of HOSTILE.filter((url) => URL.canParse(url))) expect([url, (await answer({ url })).status]).toEqual([url, 404]);
    const page = await answer({ url: PAGE });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('19: sets every fuse', () => {
    expect(manifest.build.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false
    });
  });

  it('20: exposes an allow-list of functions, and nothing of Electron', () => {
    const preload = readFileSync(join(ROOT, 'main/electron/preload.ts'), 'utf8');
    expect(preload.match(/exposeInMainWorld/g)).toHaveLength(1);
    expect(preload).toMatch(/exposeInMainWorld\('wiregrad', bridge\)/);
    const bridge = /const bridge: ElectronBridge = \{[\s\S]*?\n\};/.exec(preload)![0];
    // Neither the module nor an event of it goes to the page: listeners get payloads alone.
    expect(bridge).not.toMatch(/:\s*ipcRenderer\b|\.\.\.ipcRenderer|=> ipcRenderer[,;\s}]/);
    expect(having(/from 'electron'/, 'renderer', 'engine/host', 'engine/session')).toEqual([]);
  });
});
