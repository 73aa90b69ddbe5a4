import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../../main/contract/keeping';
import { homeFolder } from '../../../main/services/home';
import { openKeeping, type Keeping } from '../../../main/services/keeping';

let folder: string;
const opened: Keeping[] = [];
const open = (): Keeping => {
  const keeping = openKeeping(folder, 'Wiregrad of a test');
  opened.push(keeping);
  return keeping;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-keeping-'));
});
afterEach(async () => {
  vi.useRealTimers();
  opened.splice(0).forEach((keeping) => keeping.dispose());
  await rm(folder, { recursive: true });
});

const draft = (key: string, at = 1): Draft => ({ key, name: `${key}.wiregrad`, handle: null, at, text: `{"name":"${key}"}` });
const keysOf = (drafts: readonly Draft[]) => drafts.map(({ key }) => key);
const read = (path: string) => readFile(join(folder, path), 'utf8');

describe('drafts', () => {
  it('are nobody’s when their window is gone, the latest first', async () => {
    const keeping = open();
    const [first, second, third] = [keeping.join(), keeping.join(), keeping.join()];
    await first.keepDraft(draft('a', 1));
    await second.keepDraft(draft('b', 2));
    expect(await third.leftDrafts()).toEqual([]);
    second.leave();
    expect(await third.leftDrafts()).toEqual([draft('b', 2)]);
    first.leave();
    expect(keysOf(await third.leftDrafts())).toEqual(['b', 'a']);
  });

  it('of a process that lives are not offered by another one', async () => {
    await open().join().keepDraft(draft('a'));
    expect(await open().join().leftDrafts()).toEqual([]);
  });

  it('of a process that was killed are offered at once, and of one whose number another has', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    const keeping = open();
    const mine = keeping.join();
    await mine.keepDraft(draft('a'));
    const path = join(folder, 'drafts');
    // As that process would have written it.
    const owner = `${other.pid}-0123abcd`;
    const stored = JSON.parse(await read('drafts/a.draft.json')) as object;
    await writeFile(join(path, 'b.draft.json'), JSON.stringify({ ...stored, key: 'b', owner }));
    await writeFile(join(path, `${owner}.alive`), '');
    expect(await mine.leftDrafts()).toEqual([]);
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });
    expect(keysOf(await mine.leftDrafts())).toEqual(['b']);
    vi.useRealTimers();
    await writeFile(join(path, `${owner}.alive`), '');
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(keysOf(await mine.leftDrafts())).toEqual(['b']);
  });

  it('take the place of the one before, and go when they are dropped', async () => {
    const page = open().join();
    await page.keepDraft(draft('a', 1));
    await page.keepDraft(draft('a', 2));
    page.leave();
    expect(await page.leftDrafts()).toEqual([draft('a', 2)]);
    await page.dropDraft('a');
    expect(await page.leftDrafts()).toEqual([]);
  });

  it('that are damaged are set aside, cut off at any byte, and the others still offered', async () => {
    const page = open().join();
    await page.keepDraft(draft('whole'));
    await page.keepDraft(draft('cut'));
    page.leave();
    const text = await read('drafts/cut.draft.json');
    for (let length = 0; length < text.length; length += 7) {
      await writeFile(join(folder, 'drafts', 'cut.draft.json'), text.slice(0, length));
      expect(keysOf(await page.leftDrafts())).toEqual(['whole']);
      const names = await readdir(join(folder, 'drafts'));
      expect(names).not.toContain('cut.draft.json');
      expect(names.filter((name) => name.startsWith('cut.draft.json.damaged-')).length).toBeGreaterThan(0);
    }
  });

  it('are the user’s alone to read', async () => {
    await open().join().keepDraft(draft('a'));
    expect((await stat(join(folder, 'drafts'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'drafts/a.draft.json'))).mode & 0o777).toBe(0o600);
  });

  it.each(['../a', '', 'a/b', 'a.b', 'x'.repeat(65), undefined, null, {}])('have no key %j', async (key) => {
    const page = open().join();
    await expect(page.keepDraft({ ...draft('a'), key: key as string })).rejects.toThrow('a draft needs a key');
    await expect(page.dropDraft(key as string)).rejects.toThrow('a draft needs a key');
  });
});

describe('versions', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('are the ten that were saved last, the latest first', async () => {
    const page = open().join();
    for (let at = 0; at < 13; at++) await page.keepVersion('mine', bytes(`version ${at}`));
    const versions = await page.versions('mine');
    const texts = await Promise.all(versions.map(async ({ id }) => new TextDecoder().decode(await page.version('mine', id))));
    expect(texts).toEqual(Array.from({ length: 10 }, (_, at) => `version ${12 - at}`));
    expect(versions[0]).toMatchObject({ size: 'version 12'.length });
    expect(Math.abs(versions[0]!.at - Date.now())).toBeLessThan(5_000);
  });

  it('are not kept twice, nor where they are very large, nor for another document', async () => {
    const page = open().join();
    await page.keepVersion('mine', bytes('one'));
    await page.keepVersion('mine', bytes('one'));
    await page.keepVersion('mine', new Uint8Array(33 * 1024 * 1024));
    expect(await page.versions('mine')).toHaveLength(1);
    expect(await page.versions('other')).toEqual([]);
  });

  it.each(['../../settings.json', '', '1', '0000000000000-0', undefined, {}])('are asked for by their ids alone, not %j', async (id) => {
    const page = open().join();
    await page.keepVersion('mine', bytes('one'));
    await expect(page.version('mine', id as string)).rejects.toThrow(/no such version|not kept any more/);
  });
});

describe('settings', () => {
  it('keep what is not changed, also what nobody knows', async () => {
    await writeFile(join(folder, 'settings.json'), '{"theme":"dark","of a newer version":[1]}');
    const page = open().join();
    await Promise.all([page.writeSettings('{"decimals":3}'), page.writeSettings('{"theme":"light"}')]);
    expect(JSON.parse((await page.readSettings()).text!)).toEqual({ theme: 'light', 'of a newer version': [1], decimals: 3 });
  });

  it('are none at first', async () => {
    expect(await open().join().readSettings()).toEqual({ text: null });
  });

  const damaged = ['', '{', '[]', 'null', '7', '"text"', '{"theme":"dark"', '\0'.repeat(100), '{"a":1}}', '[{"theme":1}]'];
  it.each(damaged)('that are damaged are set aside, and the usual ones hold: %j', async (text) => {
    await writeFile(join(folder, 'settings.json'), text);
    const page = open().join();
    const { text: found, notice } = await page.readSettings();
    expect(found).toBeNull();
    expect(notice).toContain('settings.json.damaged-');
    const [aside] = (await readdir(folder)).filter((name) => name.includes('damaged'));
    expect(await read(aside!)).toBe(text);
    await page.writeSettings('{"theme":"dark"}');
    expect(await page.readSettings()).toEqual({ text: '{"theme":"dark"}' });
  });

  it('cut off at every byte are never an error', async () => {
    const text = JSON.stringify({ theme: 'dark', keys: { 'run.train': ['T'] } });
    for (let length = 0; length < text.length; length++) {
      await writeFile(join(folder, 'settings.json'), text.slice(0, length));
      expect((await open().join().readSettings()).text).toBeNull();
    }
  });

  it('that are a folder, or may not be read, are none', async () => {
    await mkdir(join(folder, 'settings.json'));
    expect((await open().join().readSettings()).text).toBeNull();
    await writeFile(join(folder, 'settings.json'), '{}');
    await chmod(join(folder, 'settings.json'), 0);
    // The administrator may read everything.
    expect((await open().join().readSettings()).text).toBe(process.getuid?.() === 0 ? '{}' : null);
  });

  it.each(['', '[]', 'x', `{"a":"${'x'.repeat(2 * 1024 * 1024)}"}`])('refuse changes that are no settings', async (changes) => {
    expect(() => open().join().writeSettings(changes)).toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the log and the report', () => {
  it('begins a new file when it is full, and keeps two more', async () => {
    const { log } = open();
    for (let line = 0; line < 700; line++) log.write('page', 'x'.repeat(8_000));
    const names = (await readdir(join(folder, 'logs'))).sort();
    expect(names).toEqual(['wiregrad.1.log', 'wiregrad.2.log', 'wiregrad.log']);
    for (const name of names) expect((await stat(join(folder, 'logs', name))).size).toBeLessThan(1.1 * 1024 * 1024);
  });

  it('tells versions, system and the last lines, and neither the user’s name nor their home folder', async () => {
    const keeping = open();
    const page = keeping.join();
    for (let line = 0; line < 80; line++) await page.log(`line ${line}`);
    await page.log(`Error at ${join(homedir(), 'secret', 'mine.wiregrad')}`);
    const text = await page.report();
    expect(text).toContain('Wiregrad of a test');
    expect(text).toContain(process.versions.node);
    expect(text).toContain('page: line 79');
    expect(text).not.toContain('page: line 20\n');
    expect(text).toContain('~/secret');
    expect(text).not.toContain(homedir());
    expect(text.split('\n').filter((line) => new RegExp(`\\b${userInfo().username}\\b`).test(line))).toEqual([]);
  });

  it('goes on where nothing can be written', async () => {
    await writeFile(join(folder, 'logs'), 'no folder');
    const page = open().join();
    await page.log('lost');
    expect(await page.report()).toContain('(none)');
  });
});

describe('the folder of it all', () => {
  it.each([
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/wiregrad'],
    ['linux', {}, join(homedir(), '.local/share/wiregrad')],
    ['darwin', {}, join(homedir(), 'Library/Application Support/Wiregrad')],
    ['win32', { APPDATA: '/appdata' }, '/appdata/Wiregrad'],
    ['linux', { WIREGRAD_HOME: '/mine', XDG_DATA_HOME: '/data' }, '/mine']
  ] as const)('is the system’s own, or the one that the user chose: %s %j', (platform, env, expected) => {
    expect(homeFolder(env, platform)).toBe(expected);
  });
});
