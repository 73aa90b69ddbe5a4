import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft, KeepingCalls } from '../../../main/contract/keeping';
import { homeFolder } from '../../../main/services/home';
import { openKeeping, type Keeping } from '../../../main/services/keeping';
import { logUncaught } from '../../../main/services/log';

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

const draft = (key: string, at = 1): Draft => ({ key, name: `${key}.wiregrad`, handle: null, base: null, at, text: `{"name":"${key}"}` });
const left = async (page: KeepingCalls): Promise<readonly Draft[]> => (await page.leftDrafts()).drafts;
const keysOf = (drafts: readonly Draft[]) => drafts.map(({ key }) => key);
const read = (path: string) => readFile(join(folder, path), 'utf8');

describe('drafts', () => {
  it('are nobody’s when their window is gone, the latest first', async () => {
    const keeping = open();
    const [first, second, third] = [keeping.join(), keeping.join(), keeping.join()];
    await first.keepDraft(draft('a', 1));
    await second.keepDraft(draft('b', 2));
    expect(await left(third)).toEqual([]);
    second.leave();
    expect(await left(third)).toEqual([draft('b', 2)]);
    first.leave();
    expect(keysOf(await left(third))).toEqual(['b', 'a']);
  });

  it('of a process that lives are not offered by another one', async () => {
    await open().join().keepDraft(draft('a'));
    expect(await left(open().join())).toEqual([]);
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
    expect(await left(mine)).toEqual([]);
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });
    expect(keysOf(await left(mine))).toEqual(['b']);
    vi.useRealTimers();
    await writeFile(join(path, `${owner}.alive`), '');
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(keysOf(await left(mine))).toEqual(['b']);
  });

  it('take the place of the one before, and go when they are dropped', async () => {
    const page = open().join();
    await page.keepDraft(draft('a', 1));
    await page.keepDraft(draft('a', 2));
    page.leave();
    expect(await left(page)).toEqual([draft('a', 2)]);
    await page.dropDraft('a');
    expect(await left(page)).toEqual([]);
  });

  it('that are damaged are set aside, cut off at any byte, and the others still offered', async () => {
    const page = open().join();
    await page.keepDraft(draft('whole'));
    await page.keepDraft(draft('cut'));
    page.leave();
    const text = await read('drafts/cut.draft.json');
    for (let length = 0; length < text.length; length += 7) {
      await writeFile(join(folder, 'drafts', 'cut.draft.json'), text.slice(0, length));
      const { drafts, notice } = await page.leftDrafts();
      expect(keysOf(drafts)).toEqual(['whole']);
      expect(notice).toContain('cut.draft.json.damaged-');
      const names = await readdir(join(folder, 'drafts'));
      expect(names).not.toContain('cut.draft.json');
      expect(names.filter((name) => name.startsWith('cut.draft.json.damaged-')).length).toBeGreaterThan(0);
    }
  });

  it('whose window goes while they are written are offered all the same', async () => {
    const keeping = open();
    const page = keeping.join();
    const kept = page.keepDraft(draft('a'));
    page.leave();
    await kept;
    expect(keysOf(await left(keeping.join()))).toEqual(['a']);
  });

  it('of a window that the user closed without saving go, and no late one comes', async () => {
    const keeping = open();
    const [closed, other] = [keeping.join(), keeping.join()];
    await closed.keepDraft(draft('a'));
    await other.keepDraft(draft('b'));
    const late = closed.keepDraft(draft('c'));
    await closed.discard();
    await Promise.all([late, closed.keepDraft(draft('a'))]);
    closed.leave();
    other.leave();
    expect(keysOf(await left(keeping.join()))).toEqual(['b']);
  });

  it('of a process that slept for long are its own again, once it has shown that it lives', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval'] });
    const mine = open().join();
    await mine.keepDraft(draft('a'));
    vi.setSystemTime(Date.now() + 60_000);
    const other = open().join();
    expect(keysOf(await left(other))).toEqual(['a']);
    vi.setSystemTime(Date.now() - 60_000);
    vi.advanceTimersByTime(5_000);
    await vi.waitFor(async () => expect(await left(other)).toEqual([]));
  });

  it('leave no traces of processes that were killed', async () => {
    const page = open().join();
    await page.keepDraft(draft('a'));
    const path = join(folder, 'drafts');
    // No process has this number.
    for (const name of ['2147483647-0123abcd.alive', '.b.draft.json.0123.tmp']) {
      await writeFile(join(path, name), '');
      await utimes(join(path, name), 0, 0);
    }
    await page.leftDrafts();
    expect((await readdir(path)).map((name) => name.replace(/^\d+-\w+/, 'mine')).sort()).toEqual(['a.draft.json', 'mine.alive']);
  });

  it('cannot be kept where the folder cannot be made, which is said', async () => {
    await writeFile(join(folder, 'drafts'), 'no folder');
    const page = open().join();
    await expect(page.keepDraft(draft('a'))).rejects.toThrow();
    expect(await page.leftDrafts()).toEqual({ drafts: [] });
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

  it('take no more room together than two of the largest', async () => {
    const page = open().join();
    for (let at = 0; at < 4; at++) await page.keepVersion('mine', new Uint8Array(20 * 1024 * 1024).fill(at));
    expect(await page.versions('mine')).toHaveLength(3);
  });

  it('of the documents saved longest ago go when there are very many', async () => {
    const page = open().join();
    for (let at = 0; at < 203; at++) await page.keepVersion(`document ${at}`, bytes('one'));
    const kept = await Promise.all(Array.from({ length: 203 }, (_, at) => page.versions(`document ${at}`)));
    expect(kept.filter((versions) => versions.length > 0)).toHaveLength(200);
    expect(kept[202]).toHaveLength(1);
  });

  it('that cannot be kept are no failure of saving; the log has it', async () => {
    await writeFile(join(folder, 'versions'), 'no folder');
    const keeping = open();
    await keeping.join().keepVersion('mine', bytes('one'));
    await keeping.versions.keep('mine', bytes('one'));
    expect(keeping.log.tail(1)).toContain('app: a version was not kept: ');
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

  it('is the user’s alone to read, also when it begins a new file', async () => {
    const { log } = open();
    for (let line = 0; line < 200; line++) log.write('page', 'x'.repeat(8_000));
    expect((await stat(join(folder, 'logs'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(folder, 'logs'))) expect((await stat(join(folder, 'logs', name))).mode & 0o777).toBe(0o600);
  });

  it('has what nobody caught, and the process goes on', async () => {
    const { log } = open();
    const told: string[] = [];
    // Those of the test runner would fail the test.
    const others = {
      uncaughtException: process.listeners('uncaughtException'),
      unhandledRejection: process.listeners('unhandledRejection')
    };
    for (const event of Object.keys(others) as (keyof typeof others)[]) process.removeAllListeners(event);
    const end = logUncaught(log, 'server', ({ message }) => told.push(message));
    setTimeout(() => {
      throw new Error('thrown');
    });
    void Promise.reject('rejected');
    await vi.waitFor(() => expect(told.sort()).toEqual(['rejected', 'thrown']));
    end();
    expect([process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')]).toEqual([0, 0]);
    others.uncaughtException.forEach((listener) => process.on('uncaughtException', listener));
    others.unhandledRejection.forEach((listener) => process.on('unhandledRejection', listener));
    expect(log.tail(50)).toContain('server: uncaught: Error: thrown');
    expect(log.tail(50)).toContain('server: uncaught: Error: rejected');
  });

  it('tells no names where the system has none for the user', async () => {
    const page = open().join();
    await page.log('Error in /srv/x');
    for (const home of ['/', '']) {
      vi.stubEnv('HOME', home);
      expect(await page.report()).toContain('page: Error in /srv/x');
    }
    vi.unstubAllEnvs();
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

describe('training runs', () => {
  it('are kept for each document, and read by the process that comes next', async () => {
    const page = open().join();
    expect(await page.readRuns('abc')).toBeNull();
    await page.writeRuns('abc', '[{"name":"run 1"}]');
    await page.writeRuns('def', '[]');
    expect(await open().join().readRuns('abc')).toBe('[{"name":"run 1"}]');
  });

  it('are a list of bounded length under a plain key', async () => {
    const page = open().join();
    for (const text of ['{}', '[', 'null', `["${'x'.repeat(8 * 1024 * 1024)}"]`])
      await expect(page.writeRuns('abc', text), text.slice(0, 9)).rejects.toThrow();
    for (const key of ['', '../abc', 'a/b', 'a'.repeat(65)]) {
      await expect(page.writeRuns(key, '[]'), key).rejects.toThrow('key');
      await expect(page.readRuns(key), key).rejects.toThrow('key');
    }
    expect(await page.readRuns('abc')).toBeNull();
  });

  it('that are damaged are set aside and count as none', async () => {
    const page = open().join();
    await page.writeRuns('abc', '[]');
    await writeFile(join(folder, 'runs', 'abc.json'), '[{"name":');
    expect(await page.readRuns('abc')).toBeNull();
    expect((await readdir(join(folder, 'runs'))).join()).toContain('abc.json.damaged');
  });

  it('of the documents that were trained longest ago go first', async () => {
    const page = open().join();
    await page.writeRuns('oldest', '[]');
    await utimes(join(folder, 'runs', 'oldest.json'), 1, 1);
    for (let document = 0; document < 100; document++) await page.writeRuns(`d${document}`, '[]');
    expect(await page.readRuns('oldest')).toBeNull();
    expect(await page.readRuns('d0')).toBe('[]');
  });
});
