/** All that is kept for the user, as the calls that a page may make. Each page has calls of its own: its drafts are its. */
import { availableParallelism, homedir, release, totalmem, userInfo } from 'node:os';
import { join } from 'node:path';
import type { KeepingCalls } from '../contract/keeping';
import { Drafts } from './drafts';
import { openLog, type Log } from './log';
import { RunFiles } from './runFiles';
import { SettingsFile } from './settingsFile';
import { Versions } from './versions';

const TAIL = 50;

export interface Keeping {
  readonly versions: Versions;
  readonly log: Log;
  /** Calls for one page. */
  join(): Page;
  dispose(): void;
}

export interface Page extends KeepingCalls {
  /** It is gone; its drafts are offered. */
  leave(): void;
  /** The user closed it and wants none of its unsaved work: its drafts go, and no others come. */
  discard(): Promise<void>;
}

/** Keeps everything in `folder`. `program` is what a report says of the running program, such as its name and version. */
export function openKeeping(folder: string, program: string): Keeping {
  const drafts = new Drafts(join(folder, 'drafts'));
  const log = openLog(join(folder, 'logs'));
  const versions = new Versions(join(folder, 'versions'), ({ message }) => log.write('app', `a version was not kept: ${message}`));
  const runs = new RunFiles(join(folder, 'runs'));
  const settings = new SettingsFile(join(folder, 'settings.json'));
  return {
    versions,
    log,
    join() {
      const keys = new Set<string>();
      let discarded = false;
      return {
        async keepDraft(draft) {
          if (discarded) return;
          keys.add(draft.key);
          await drafts.keep(draft);
          if (discarded) await drafts.drop(draft.key);
        },
        async dropDraft(key) {
          await drafts.drop(key);
          keys.delete(key);
        },
        leftDrafts: () => drafts.left(),
        keepVersion: (name, bytes) => versions.keep(name, bytes),
        versions: (name) => versions.list(name),
        version: (name, id) => versions.read(name, id),
        readSettings: () => settings.read(),
        writeSettings: (changes) => settings.write(changes),
        readRuns: (key) => runs.read(key),
        writeRuns: (key, text) => runs.write(key, text),
        log: async (message) => log.write('page', String(message)),
        report: async () => report(program, log),
        leave: () => drafts.leave(keys),
        async discard() {
          discarded = true;
          await Promise.all([...keys].map((key) => drafts.drop(key)));
        }
      };
    },
    dispose: () => drafts.dispose()
  };
}

/** Text for people, without the names of the user and of their home folder. */
function report(program: string, log: Log): string {
  const { versions, platform, arch } = process;
  const runtime = ['electron', 'chrome', 'node', 'v8'].flatMap((name) => (versions[name] ? [`${name} ${versions[name]}`] : []));
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB of memory, ${availableParallelism?.() ?? '?'} threads`;
  const lines = [program, `${platform} ${release()} ${arch}, ${memory}`, runtime.join(', '), '', `The last ${TAIL} lines of the log:`];
  return withoutNames([...lines, log.tail(TAIL) || '(none)'].join('\n'));
}

/** A name as short as `/` or `me` stands in too many other words. */
const SHORTEST_NAME = 3;

function withoutNames(text: string): string {
  const home = homedir();
  const homeless = home.length < SHORTEST_NAME ? text : text.replaceAll(home, '~');
  const username = userName();
  const named = new RegExp(`\\b${username.replace(/[^\w]/g, '\\$&')}\\b`, 'g');
  return username.length < SHORTEST_NAME ? homeless : homeless.replace(named, 'user');
}

/** Empty for a user whom the system has no record of, as in containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
